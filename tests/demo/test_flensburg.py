"""Flensburg's demo carries the figures that the city published."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from modeltranslation.translator import translator

from directory.models import ContactPoint, Office, Organisation, StaffRole, Topic
from interpreters.models import Interpreter, Mission, MissionRequest
from interpreters.statistics import PoolFigures, Total, pool_figures
from kit_portal.accounts.models import User
from kit_portal.office_data.load import load_office
from measures.models import (
    Concept,
    EvaluationReply,
    EvaluationRequest,
    Finding,
    FocusGroup,
    IndicatorValue,
    Measure,
    MeasureProfile,
)
from newsletters.compose import compose_due
from newsletters.models import Consent, Issue, Newsletter, Subscriber
from roundtable.models import Meeting, Membership, Motion
from welcome.models import Announcement, Event, Feedback, Figure, Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("flensburg")]

OURS = ("accounts", "directory", "measures", "roundtable", "interpreters", "welcome", "newsletters")
PUBLISHED_FIGURES = {
    "nationen": (2017, 149, None),
    "check-up-steckbriefe": (2017, 22, None),
    "flyer-sprachen": (2017, 9, None),
    "newsletter-adressen": (2017, 305, None),
    "sprachpartnerschaften": (2017, 88, None),
    "orientierungsveranstaltungen": (2016, 6, None),
    "orientierung-dolmetschende": (2016, 2, None),
    "einstellungen": (2016, 35, 511),
    "auszubildende": (2016, 9, 86),
    "fortbildung-interkulturell": (2017, 372, 1200),
    "interne-dolmetschende": (2017, 11, None),
    "dolmetscher-einsaetze": (2017, 436, None),
    "dolmetscher-ehrenamtliche": (2017, 70, None),
    "dolmetscher-sprachen": (2017, 30, None),
    "lotsen": (2017, 60, None),
    "lotsen-einsaetze": (2017, 300, None),
    "fest-der-kulturen": (2017, 2200, None),
    "runder-tisch-sitzungen": (2017, 60, None),
    "runder-tisch-treue": (2017, 66, 100),
    "ag-moscheen": (2017, 4, None),
}


def rows_by_model():
    return {
        model._meta.label: model._default_manager.count()
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def missing_texts(rows, fields, languages):
    """Return (row, field, language) of every text that is not there."""
    return [
        (str(row), name, code)
        for row in rows
        for name in fields
        for code in languages
        if not getattr(row, f"{name}_{code.replace('-', '_')}")
    ]


ALL = settings.MODELTRANSLATION_LANGUAGES


def test_loading_takes_less_than_twenty_seconds(flensburg):
    assert flensburg.seconds < 20


def test_loading_twice_changes_nothing(flensburg):
    before = rows_by_model()

    again = load_office(flensburg.folder, now=flensburg.now)

    assert again.is_unchanged
    assert rows_by_model() == before


def test_loading_a_week_later_moves_nothing_but_adds_days_to_come(flensburg):
    events, before = Event.objects.count(), rows_by_model()

    later = load_office(flensburg.folder, now=flensburg.now + timedelta(days=7))

    assert set(later.created) <= {Event, Event.topics.through, Event.languages.through, Meeting}
    assert not later.changed.total()
    assert not later.removed.total()
    assert Event.objects.count() > events
    assert rows_by_model() | {"welcome.Event": events} == before


def test_office_is_the_city(flensburg):
    office = Office.objects.current()

    assert office.municipality_key == "01001000"
    assert office.address_lines == ["Rathausplatz 1", "24937 Flensburg"]
    assert office.logo.read() == (flensburg.folder / "logo.png").read_bytes()


def test_every_role_has_a_login():
    logins = {
        group.name: group.user_set.filter(is_active=True).count() for group in Group.objects.all()
    }

    assert logins == dict.fromkeys(logins, 1)


def test_eighteen_topics_are_answered_for_by_four_roles():
    answered = Topic.objects.filter(responsibilities__is_deputy=False)

    assert StaffRole.objects.count() == 4
    assert Topic.objects.count() == answered.distinct().count() == answered.count() == 18


def test_concepts_have_the_published_periods_and_fields():
    concepts = {
        (one.period_from, one.period_to): list(
            one.action_fields.order_by("number").values_list("title_de", flat=True)
        )
        for one in Concept.objects.all()
    }

    assert set(concepts) == {(2010, 2015), (2016, 2022)}
    assert concepts[2010, 2015] == [
        "Lebenssituation Mädchen und Frauen",
        "Kindheit vor der Schule",
        "Bildung und Ausbildung",
        "Wohnen",
        "Gesundheit",
        "Teilnahme am gesellschaftlichen Leben",
    ]
    assert concepts[2016, 2022][3] == "Asylbewerberinnen und Asylbewerber"


def test_orientation_events_name_their_participants():
    measure = Measure.objects.get(concept__slug="2016", number="4.1.1")

    names = set(measure.organisations.values_list("slug", flat=True))

    assert {"einwanderungsbuero", "migrationsfachdienste", "koordinierungsstelle-fluechtlinge"} < (
        names
    )


def test_second_concept_is_evaluated_for_2016_and_2017():
    measures = Measure.objects.filter(concept__slug="2016")

    never = [m.number for m in measures.not_evaluated_in(2016)]

    assert never == ["7.1.3"]  # planned for 2018
    assert not measures.not_evaluated_in(2017).exists()
    verdicts = [m.latest_verdict for m in measures.with_latest_verdict()]
    assert verdicts.count("proved") > len(verdicts) / 2
    assert {"modify", "ended"} < set(verdicts)


def test_evaluation_round_is_under_way(flensburg):
    requests = EvaluationRequest.objects.of_year(2018)
    replies = EvaluationReply.objects.values_list("measure__number", "state")

    assert requests.count() == 6
    assert requests.valid(now=flensburg.now).count() == 4
    assert requests.waiting_for_mail(now=flensburg.now).count() == 0
    assert sorted(replies) == [
        ("2.1.3", "submitted"),
        ("2.2.1", "submitted"),
        ("2.2.2", "draft"),
        ("4.2.1", "returned"),
    ]


def test_indicators_carry_the_published_figures():
    values = {
        (one.indicator.slug, one.year): (one.value, one.whole)
        for one in IndicatorValue.objects.select_related("indicator")
    }

    for slug, (year, value, whole) in PUBLISHED_FIGURES.items():
        assert values[slug, year] == (value, whole), slug
    hired = IndicatorValue.objects.get(indicator__slug="einstellungen")
    assert round(hired.percent, 1) == Decimal("6.8")
    trained = IndicatorValue.objects.get(indicator__slug="fortbildung-interkulturell")
    assert round(trained.percent) == 31


def test_check_up_has_seven_focus_groups_and_the_named_profiles():
    names = FocusGroup.objects.order_by("position").values_list("name_de", flat=True)

    assert list(names) == [
        *("Arbeit", "Sprache", "Wohnen", "Teilhabe", "Engagement", "Akzeptanz", "Koordination")
    ]
    assert MeasureProfile.objects.count() == 5
    assert Finding.objects.count() == 17


def test_round_table_has_its_members(flensburg):
    members = Membership.objects.filter(body__slug="runder-tisch")
    seven_years_ago = flensburg.today.replace(year=flensburg.today.year - 7)

    own = members.of_organisations() | members.of_individuals()
    long = own.filter(starts_on__lte=seven_years_ago)

    assert members.of_individuals().count() == 24
    assert members.of_organisations().count() == 20
    assert round(long.count() / own.count() * 100) == 66


def test_round_table_met_sixty_times_with_forty_to_fifty_people(flensburg):
    meetings = Meeting.objects.filter(body__slug="runder-tisch")
    past = meetings.past(flensburg.now)

    present = [one.attendance_count + one.guests_count for one in past]
    first = past.last()

    assert [one.number for one in past] == list(range(60, 0, -1))
    assert min(present) >= 40
    assert max(present) <= 50
    assert timezone.localdate(first.starts_at) == date(2010, 4, 13)
    assert {timezone.localtime(one.starts_at).strftime("%a %H:%M") for one in meetings} == {
        "Tue 18:30"
    }
    assert meetings.coming(flensburg.now).count() == 6


def test_motions_stand_in_different_states():
    motions = Motion.objects.all()

    statuses = {motion.status for motion in motions}

    assert statuses == set(Motion.Status.values)
    assert all(motion.number for motion in motions if motion.status != Motion.Status.DRAFT)


def test_pools_add_up_to_the_published_figures(flensburg):
    assert pool_figures(today=flensburg.today) == PoolFigures(
        volunteers=Total(70),
        languages=Total(30),
        internal=Total(11),
        guides=Total(60),
        missions=Total(436),
        guide_missions=Total(300, is_at_least=True),
        partnerships=Total(88),
    )


def test_log_of_missions_holds_all_states_and_no_weekend():
    states = set(Mission.objects.values_list("state", flat=True))
    weekdays = {timezone.localtime(one.starts_at).weekday() for one in Mission.objects.done()}

    assert states == {"requested", "open", "assigned", "done"}
    assert weekdays <= {0, 1, 2, 3, 4}


def test_weekly_newsletter_reaches_305_confirmed_readers():
    weekly = Newsletter.objects.get(slug="verteiler-zusammenleben")
    readers = Subscriber.objects.subscribed_to(weekly)

    assert readers.count() == 305
    assert Consent.objects.filter(newsletter=weekly, subscriber__in=readers).count() == 305
    assert len(set(readers.values_list("language", flat=True))) == 10


def test_archive_holds_two_issues_of_the_weekly_newsletter():
    archive = Issue.objects.visible_to(AnonymousUser()).archived()

    sent = archive.filter(newsletter__slug="verteiler-zusammenleben")

    assert [issue.audience_count for issue in sent] == [305, 305]
    assert [issue.deliveries.count() for issue in sent] == [305, 305]


def test_issue_of_the_week_has_news_of_every_kind(flensburg):
    compose_due(now=flensburg.now)

    issue = Issue.objects.being_edited().get(newsletter__slug="verteiler-zusammenleben")
    numbers = Measure.objects.filter(
        pk__in=issue.items.filter(kind="measure").values("source_id")
    ).values_list("number", flat=True)

    kinds = set(issue.items.values_list("kind", flat=True))
    assert kinds == {"announcement", "event", "meeting", "measure", "offer"}
    assert sorted(numbers) == ["2.2.1", "3.1.1", "6.1.1"]
    school = ContactPoint.objects.get(slug="schulberatung")
    assert [item.source_id for item in issue.items.filter(kind="offer")] == [school.pk]


def test_letter_box_has_messages_to_answer():
    states = Feedback.objects.values_list("state", flat=True)

    assert sorted(states) == ["answered", "answered", "in-progress", "in-progress", "new", "new"]


def test_events_go_on_for_a_year(flensburg):
    coming = Event.objects.visible_to(AnonymousUser()).coming(flensburg.now)

    months = {f"{day:%Y-%m}" for day in coming.datetimes("starts_at", "month")}

    assert months >= {"2026-11", "2026-12", *(f"2027-{month:02}" for month in range(1, 12))}


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Page, ("title",)),
        (ContactPoint, ("name", "summary")),
        (Topic, ("name",)),
        (Event, ("title",)),
        (Announcement, ("title",)),
        (Figure, ("label",)),
        (Newsletter, ("name",)),
        (Concept, ("title",)),
        (Office, ("name", "claim")),
    ],
)
def test_what_visitors_see_first_is_there_in_all_languages(model, fields):
    assert missing_texts(model._default_manager.all(), fields, ALL) == []


def test_pages_are_summed_up_in_all_languages_and_readable_in_four():
    pages = Page.objects.filter(key=None)

    assert missing_texts(pages, ("summary",), ALL) == []
    assert missing_texts(pages, ("body",), ("de", "de-simple", "en", "ar")) == []
    assert missing_texts(pages.filter(parent=None), ("body",), ("uk", "tr")) == []


def test_titles_of_measures_are_there_in_german_english_and_arabic():
    assert missing_texts(Measure.objects.all(), ("title",), ("de", "en", "ar")) == []


def test_no_text_of_a_language_is_a_copy_of_the_german_one():
    """A German text under another language would not be marked as German."""
    copies = [
        (str(row), name)
        for model in (Page, ContactPoint, Event, Announcement)
        for row in model._default_manager.all()
        for name in translator.get_options_for_model(model).get_field_names()
        if row.__dict__[f"{name}_de"]
        and row.__dict__[f"{name}_de"] in (row.__dict__[f"{name}_ar"], row.__dict__[f"{name}_ru"])
    ]

    assert copies == []


def test_addresses_and_numbers_ring_nowhere():
    addresses = {
        *User.objects.values_list("email", flat=True),
        *Subscriber.objects.values_list("email", flat=True),
        *Interpreter.objects.values_list("email", flat=True),
        *MissionRequest.objects.values_list("contact_email", flat=True),
        *Feedback.objects.exclude(email="").values_list("email", flat=True),
        *Organisation.objects.exclude(email="").values_list("email", flat=True),
        *ContactPoint.objects.exclude(email="").values_list("email", flat=True),
        *StaffRole.objects.exclude(email="").values_list("email", flat=True),
        Office.objects.current().email,
    }
    numbers = {
        *Interpreter.objects.exclude(phone="").values_list("phone", flat=True),
        *Organisation.objects.exclude(phone="").values_list("phone", flat=True),
        *ContactPoint.objects.exclude(phone="").values_list("phone", flat=True),
        *StaffRole.objects.exclude(phone="").values_list("phone", flat=True),
        Office.objects.current().phone,
    }

    assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}
    assert {number for number in numbers if not number.startswith("+49 40 66969-")} == {
        "110",
        "112",
    }


def test_people_are_invented_and_look_it():
    names = [
        *User.objects.values_list("name", flat=True),
        *Interpreter.objects.values_list("name", flat=True),
        *Membership.objects.of_people().values_list("person_name", flat=True),
    ]

    assert [name for name in names if " Muster-" not in name] == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_public_pages_open(walk, language):
    pages = walk(f"/{language}/", at_most=40)

    assert len(pages) == 40


def test_rows_follow_the_rules_of_their_models():
    broken = []
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for row in model._default_manager.all()[:40]:
                broken += rules_broken_by(row)

    assert broken == []


def rules_broken_by(row):
    try:
        row.clean_fields()
        row.clean()
    except ValidationError as error:
        return [(row._meta.label, str(row), error.messages)]
    return []
