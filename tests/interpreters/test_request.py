"""Asking for an interpreter: what is taken in, asked back, refused, and who hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from interpreters.admissibility import EXCLUSIONS
from interpreters.intake import announce_request, confirm_request, is_short_notice
from interpreters.models import Mission, MissionRequest
from interpreters.rate import REQUESTS
from interpreters.tasks import send_waiting_request_mails
from tests.interpreters.factories import make_institution, make_mission

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def url():
    return reverse("interpreters:request")


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=30)


@pytest.fixture
def answers(office, farsi, day):
    return {
        "subject": "doctor",
        "institution_name": "Praxis am Hafen",
        "contact_name": "Mona Muster",
        "contact_email": "praxis@example.org",
        "contact_phone": "0461 555-0123",
        "language": "farsi",
        "day": day.isoformat(),
        "clock": "10:30",
        "minutes": "45",
        "mode": "on_site",
        "place": "Hafenstraße 1",
        "client_code": "P-17",
    }


def ask(client, url, answers, callbacks=None, **changes):
    data = {key: value for key, value in {**answers, **changes}.items() if value is not None}
    if callbacks is None:
        return client.post(url, data, follow=True)
    with callbacks(execute=True):
        return client.post(url, data, follow=True)


def errors_of(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_request_is_stored_and_both_sides_are_told(
    client, url, answers, day, farsi, django_capture_on_commit_callbacks
):
    response = ask(client, url, answers, django_capture_on_commit_callbacks)

    mission = Mission.objects.get()
    start = timezone.localtime(mission.starts_at)
    assert response.redirect_chain == [(reverse("interpreters:requested"), 302)]
    assert mission.reference in response.content.decode()
    assert (mission.state, mission.kind, mission.language) == ("requested", "interpreter", farsi)
    assert (start.date(), f"{start:%H:%M}", mission.planned_minutes) == (day, "10:30", 45)
    assert (mission.subject, mission.place, mission.client_code) == (
        "doctor",
        "Hafenstraße 1",
        "P-17",
    )
    assert mission.request.contact_name == "Mona Muster"
    to_requester, to_office = mail.outbox
    assert to_requester.to == ["praxis@example.org"]
    assert to_requester.reply_to == ["kontakt@example.org"]
    assert mission.reference in to_requester.subject
    assert "Persisch (Farsi, Iran)" in to_requester.body
    assert to_office.to == ["kontakt@example.org"]
    assert reverse("admin:interpreters_mission_change", args=[mission.pk]) in to_office.body


def test_request_mails_keep_the_client_code_out(
    client, url, answers, django_capture_on_commit_callbacks
):
    ask(client, url, answers, django_capture_on_commit_callbacks)

    assert [message for message in mail.outbox if "P-17" in message.body] == []


def test_request_links_an_institution_that_is_known(client, url, answers):
    practice = make_institution("praxis am hafen")

    ask(client, url, answers)

    assert Mission.objects.get().institution == practice


def test_request_form_shows_what_the_contact_point_knows(client, url, office, farsi):
    from directory.models import ContactPoint

    place = ContactPoint.objects.create(
        slug="treff", name_de="Treff", street="Norderstraße 1", locality="Flensburg"
    )
    hidden = client.get(url, {"contact_point": "treff"}).context["form"].initial
    place.publish(at=NOW)

    shown = client.get(url, {"contact_point": "treff"}).context["form"].initial

    assert hidden == {}
    assert shown == {"institution_name": "Treff", "place": "Norderstraße 1, Flensburg"}


def test_request_with_the_trap_filled_in_is_dropped(
    client, url, answers, django_capture_on_commit_callbacks
):
    response = ask(client, url, answers, django_capture_on_commit_callbacks, website="http://x")

    assert response.redirect_chain == [(reverse("interpreters:requested"), 302)]
    assert Mission.objects.count() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("exclusion", EXCLUSIONS, ids=[one.key for one in EXCLUSIONS])
def test_request_for_what_the_pool_does_not_do_is_referred(client, url, answers, exclusion):
    response = ask(client, url, answers, subject=exclusion.key)

    page = response.content.decode()
    assert (response.status_code, Mission.objects.count()) == (200, 0)
    assert str(exclusion.reason) in page
    assert str(exclusion.referral) in page


def test_request_for_kurdish_is_asked_which(client, url, answers, kurmanji, sorani):
    response = ask(client, url, answers, language="Kurdisch")

    form = response.context["form"]
    assert [value for value, _label in form.fields["variety"].choices] == ["kmr", "ckb", "unknown"]
    assert list(errors_of(response)) == ["variety"]
    assert Mission.objects.count() == 0


def test_request_for_kurdish_takes_the_variety(client, url, answers, kurmanji, sorani):
    ask(client, url, answers, language="Kurdisch", variety="ckb")

    assert Mission.objects.get().language == sorani


def test_request_for_kurdish_of_unknown_variety_keeps_the_hint(client, url, answers, kurmanji):
    ask(client, url, answers, language="kurdisch", variety="unknown", language_hint="Nordirak")

    mission = Mission.objects.get()
    assert (mission.language, mission.language_hint) == (None, "Kurdisch, Nordirak")


def test_request_without_language_needs_the_tick(client, url, answers):
    nothing = ask(client, url, answers, language="")
    ask(client, url, answers, language="", is_language_unknown="on", language_hint="Eritrea")

    mission = Mission.objects.get()
    assert list(errors_of(nothing)) == ["language"]
    assert (mission.language, mission.language_hint) == (None, "Eritrea")


@pytest.mark.parametrize(
    "typed",
    ["Kurmanci", "kurmancî", "KURMANDSCHI (Nordkurdisch)", "kmr", "  kurmanci "],
)
def test_request_finds_a_language_by_any_of_its_names(client, url, answers, kurmanji, typed):
    ask(client, url, answers, language=typed)

    assert Mission.objects.get().language == kurmanji


def test_request_for_an_unknown_name_offers_what_is_near(client, url, answers, kurmanji):
    near = ask(client, url, answers, language="Kurmand")
    far = ask(client, url, answers, language="Klingonisch")

    assert "Kurmandschi (Nordkurdisch)" in errors_of(near)["language"][0]
    assert len(errors_of(far)["language"]) == 1


@pytest.mark.parametrize("name", ["Deutsch", "Kurdish"])
def test_request_cannot_ask_for_german_or_words_nobody_knows(client, url, answers, german, name):
    response = ask(client, url, answers, language=name)

    assert list(errors_of(response)) == ["language"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2020-01-01"}, "day"),
        ({"day": (timezone.localdate() + timedelta(days=400)).isoformat()}, "day"),
        ({"minutes": "0"}, "minutes"),
        ({"place": ""}, "place"),
        ({"client_code": "x" * 21}, "client_code"),
        ({"contact_email": "niemand"}, "contact_email"),
        ({"institution_name": "Gewinne auf https://example.org"}, "institution_name"),
        ({"contact_name": "www.example.org"}, "contact_name"),
        ({"subject": ""}, "subject"),
    ],
)
def test_request_with_a_mistake_is_shown_again(client, url, answers, changes, field):
    response = ask(client, url, answers, **changes)

    assert list(errors_of(response)) == [field]
    assert Mission.objects.count() == 0


def test_request_by_phone_needs_no_place(client, url, answers):
    ask(client, url, answers, mode="phone", place="")

    assert Mission.objects.get().mode == "phone"


def test_request_at_short_notice_is_warned(client, url, answers):
    tomorrow = timezone.localdate() + timedelta(days=1)

    soon = ask(client, url, answers, day=tomorrow.isoformat())
    later = ask(client, url, answers)

    assert (soon.context["is_short_notice"], later.context["is_short_notice"]) == (True, False)
    assert "notice--warning" in soon.content.decode()
    assert "notice--warning" not in later.content.decode()


@pytest.mark.parametrize(
    ("day", "short"),
    [
        (date(2026, 3, 6), True),  # Friday of the same week: 4 working days
        (date(2026, 3, 9), False),  # next Monday: 5
        (date(2026, 3, 2), True),
        (date(2026, 3, 1), True),
    ],
)
def test_is_short_notice_counts_working_days(day, short):
    assert is_short_notice(day, today=date(2026, 3, 2)) is short


def test_request_confirmation_is_shown_to_nobody_else(client, client_of, member, url, answers):
    ask(client, url, answers)
    make_mission(state="cancelled")

    stranger = client_of(member).get(reverse("interpreters:requested"))

    assert stranger.context["mission"] is None
    assert Mission.objects.first().reference not in stranger.content.decode()


def test_request_too_often_is_braked(client, url, answers):
    for _number in range(REQUESTS):
        ask(client, url, answers)

    response = ask(client, url, answers)

    assert (response.status_code, Mission.objects.count()) == (429, REQUESTS)


def test_request_mails_go_out_once(client, url, answers):
    ask(client, url, answers)
    contact = MissionRequest.objects.for_mail().get()

    sent = [
        confirm_request(contact, now=NOW),
        confirm_request(contact, now=NOW),
        announce_request(contact, now=NOW),
        announce_request(contact, now=NOW),
    ]

    assert (sent, len(mail.outbox)) == ([True, False, True, False], 2)


def test_request_mail_that_was_refused_stays_due(client, url, answers, settings):
    ask(client, url, answers)
    contact = MissionRequest.objects.for_mail().get()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there

    with pytest.raises(OSError, match="refused"):
        confirm_request(contact, now=NOW)

    assert MissionRequest.objects.unconfirmed().count() == 1


def test_request_mails_whose_kick_was_lost_go_with_the_sweep(client, url, answers):
    ask(client, url, answers)

    send_waiting_request_mails()

    assert [message.to for message in mail.outbox] == [
        ["praxis@example.org"],
        ["kontakt@example.org"],
    ]


def test_request_is_answered_in_the_language_of_the_page(
    client, answers, django_capture_on_commit_callbacks
):
    ask(client, "/en/interpreters/request/", answers, django_capture_on_commit_callbacks)

    to_requester, to_office = mail.outbox
    reference = Mission.objects.get().reference
    assert to_requester.subject == f"Your request for an interpreter, {reference}"
    assert to_office.alternatives[0].content.count('lang="de"') > 0


def test_request_form_reads_the_languages_with_a_fixed_number_of_queries(
    client, url, office, farsi, sorani, kurmanji, django_assert_num_queries
):
    client.get(url)

    with django_assert_num_queries(3):  # office, languages, other names
        client.get(url)
