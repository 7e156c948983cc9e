"""The office's pages of a round."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from measures.models import (
    Evaluation,
    EvaluationReply,
    EvaluationRequest,
    EvaluationRound,
    Measure,
    Participant,
)
from measures.report_adoption import adopt_report, begin_report, submit_report
from measures.round_replies import waiting_cases
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_indicator,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)

BOARD = "/en/measures/evaluation/2017/participants/"
ASK, REMIND = f"{BOARD}ask/", f"{BOARD}remind/"
REPLIES = "/en/measures/evaluation/2017/replies/"


@pytest.fixture
def staff(office, client_of, editor, django_capture_on_commit_callbacks):
    """Somebody of the office, whose clicks are committed: what they enqueue is done."""
    client = client_of(editor)
    post = client.post

    def post_and_commit(*args, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return post(*args, **options)

    client.post = post_and_commit
    return client


@pytest.fixture
def library(measure):
    organisation = make_organisation("library", "Stadtbibliothek", email="bib@example.org")
    add_participant(measure, organisation, "lead")
    return organisation


def said(response):
    return [str(message) for message in response.context["messages"]]


def last_day(days=30):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


# --- the board ------------------------------------------------------------------------------------


def test_board_says_how_far_each_organisation_is(staff, goal):
    now = timezone.now()
    ago = {"mailed_at": now - timedelta(days=9)}

    def lead(slug, number, **fields):
        organisation = make_organisation(slug, email=fields.pop("email", "a@example.org"))
        measure = make_measure(goal, number)
        add_participant(measure, organisation, "lead")
        return organisation, measure

    lead("a-silent", "1", email="")
    lead("b-unasked", "2")
    waiting, _measure = lead("c-waiting", "3")
    make_request(waiting, mailed_at=None, to_mail="request")
    asked, _measure = lead("d-asked", "4")
    make_request(asked, **ago)
    partly, measure = lead("e-partly", "5")
    add_participant(make_measure(goal, "5.1"), partly, "lead")
    make_reply(make_request(partly, **ago), measure)
    complete, measure = lead("f-complete", "6")
    make_reply(make_request(complete, **ago), measure)
    expired, _measure = lead("g-expired", "7")
    make_request(expired, expires_at=now - timedelta(days=1))
    withdrawn, _measure = lead("h-withdrawn", "8")
    make_request(withdrawn, withdrawn_at=now)
    evaluated, measure = lead("i-evaluated", "9")
    make_request(evaluated, **ago)
    add_evaluation(measure, 2017)

    rows = staff.get(BOARD).context["rows"]

    assert [(row.organisation.slug, row.standing.value, row.open) for row in rows] == [
        ("a-silent", "no_address", 1),
        ("b-unasked", "not_asked", 1),
        ("c-waiting", "mail_waits", 1),
        ("d-asked", "asked", 1),
        ("e-partly", "partly", 1),
        ("f-complete", "complete", 0),
        ("g-expired", "expired", 1),
        ("h-withdrawn", "withdrawn", 1),
        ("i-evaluated", "complete", 0),
    ]
    narrowed = staff.get(f"{BOARD}?state=expired").context["rows"]
    assert [row.organisation.slug for row in narrowed] == ["g-expired"]


@pytest.mark.parametrize("asks_partners", [False, True])
@pytest.mark.parametrize("state", ["draft", "returned", "submitted", "accepted", "evaluated", ""])
def test_board_link_and_reminders_count_the_same(staff, library, goal, asks_partners, state):
    """What is open is asked in three ways, for a page, a mail and many requests at once."""
    Participant.objects.all().delete()
    for number, role in (("2", "lead"), ("3", "partner"), ("4", "funding")):
        add_participant(make_measure(goal, number), library, role)
    add_participant(make_measure(goal, "5", published=False), library, "lead")
    old = make_concept("2010", period_from=2010, period_to=2015)
    add_participant(make_measure(make_goal(make_field(old)), "6"), library, "lead")
    request = make_request(library, includes_partners=asks_partners)
    lead = Measure.objects.get(number="2")
    if state == "evaluated":
        add_evaluation(lead, 2017)
    elif state:
        make_reply(request, lead, state)

    [row] = staff.get(BOARD).context["rows"]

    count = request.open_measures().count()
    assert count == (state in {"draft", "returned", ""}) + asks_partners
    assert row.open == count
    assert EvaluationRequest.objects.unfinished().exists() == bool(count)


def test_board_needs_as_many_queries_for_three_as_for_one(staff, goal, django_assert_num_queries):
    def fill(number):
        organisation = make_organisation(f"org-{number}", email="a@example.org")
        measure = make_measure(goal, number)
        add_participant(measure, organisation, "lead")
        add_evaluation(measure, 2017)
        make_reply(make_request(organisation), measure)

    fill("1")
    staff.get(BOARD)
    with django_assert_num_queries(11):
        staff.get(BOARD)

    fill("2")
    fill("3")
    with django_assert_num_queries(11):
        staff.get(BOARD)


def test_settings_of_the_round_are_kept(staff, library):
    staff.post(BOARD, {"ends_on": last_day()})

    settled = EvaluationRound.objects.get()
    assert (settled.ends_on.isoformat(), settled.reminds) == (last_day(), False)


# --- asking ---------------------------------------------------------------------------------------


def test_asking_shows_the_mail_first_and_sends_it_then(staff, library, editor):
    data = {"organisations": [library.pk], "language": "de", "ends_on": last_day()}

    shown = staff.post(ASK, data | {"preview": "yes"})

    assert "Stadtbibliothek" in shown.context["preview"]["body"]
    assert shown.context["preview"]["to"] == "bib@example.org"
    assert (mail.outbox, EvaluationRequest.objects.count()) == ([], 0)

    staff.post(ASK, data | {"send": "yes"})

    request = EvaluationRequest.objects.get()
    assert (request.organisation, request.asked_by) == (library, editor)
    [message] = mail.outbox
    assert request.link_token in message.body
    assert request.link_token not in shown.content.decode()


@pytest.mark.parametrize("days", [-1, 400])
def test_last_day_has_to_lie_ahead_and_the_choice_is_kept(staff, library, days):
    data = {"organisations": [library.pk], "language": "de", "ends_on": last_day(days)}

    response = staff.post(ASK, data | {"send": "yes"})

    form = response.context["form"]
    assert form.errors == {"ends_on": ["Choose a day from today on, within a year."]}
    assert form["organisations"].value() == [str(library.pk)]
    assert mail.outbox == []


def test_organisations_without_address_are_named_with_the_way_to_add_one(staff, library, measure):
    silent = make_organisation("silent", "Verein ohne Post")
    add_participant(measure, silent, "partner")

    response = staff.get(ASK)

    assert [row.organisation for row in response.context["without_address"]] == [silent]
    assert f"/en/admin/directory/organisation/{silent.pk}/change/" in response.content.decode()
    assert list(response.context["form"].rows) == [library.pk]


def test_second_click_on_send_asks_nobody_twice(staff, library):
    data = {"organisations": [library.pk], "language": "de", "ends_on": last_day(), "send": "yes"}

    staff.post(ASK, data)
    staff.post(ASK, data)

    assert (len(mail.outbox), EvaluationRequest.objects.count()) == (1, 1)


# --- reminding, withdrawing, renewing -------------------------------------------------------------


def test_one_click_reminds_one_or_all(staff, library, goal):
    school = make_organisation("school")
    add_participant(make_measure(goal, "2"), school, "lead")
    ago = timezone.now() - timedelta(days=8)
    one = make_request(library, mailed_at=ago)
    make_request(school, mailed_at=ago, email="schule@example.org")

    staff.post(REMIND, {"request": one.pk})
    assert [message.to for message in mail.outbox] == [["verein@example.org"]]

    staff.post(REMIND)
    assert [message.to for message in mail.outbox[1:]] == [["schule@example.org"]]


def test_second_reminder_in_a_week_is_refused_in_words(staff, library):
    request = make_request(library, mailed_at=timezone.now() - timedelta(days=6))

    response = staff.post(REMIND, {"request": request.pk}, follow=True)

    [message] = said(response)
    assert "an organisation gets at most one mail a week" in message
    assert mail.outbox == []


def test_withdrawing_closes_the_link_and_renewing_opens_a_new_one(staff, client, library):
    request = make_request(library)
    page = f"{BOARD}{request.pk}/"
    old = f"/de/measures/evaluation/by-link/{request.link_token}/"
    assert client.get(old).status_code == 200

    staff.post(page, {"withdraw": "yes"})
    assert client.get(old).status_code == 404

    staff.post(page, {"renew": "yes", "email": "neu@example.org", "ends_on": last_day()})
    request.refresh_from_db()
    [message] = mail.outbox
    assert message.to == ["neu@example.org"]
    assert request.link_token in message.body
    assert client.get(old).status_code == 404
    assert client.get(f"/de/measures/evaluation/by-link/{request.link_token}/").status_code == 200


def test_page_of_a_request_never_shows_the_link(staff, library):
    request = make_request(library)

    text = staff.get(f"{BOARD}{request.pk}/").content.decode() + staff.get(BOARD).content.decode()

    assert request.link_token not in text
    assert request.link_hash not in text


# --- settling -------------------------------------------------------------------------------------


@pytest.fixture
def reply(library, measure):
    return make_reply(make_request(library), measure, verdict="modify", reasoning="Mehr Plätze.")


def only_case():
    [case] = waiting_cases(2017)
    return case


def ticked(*cases):
    return {"reply": [f"{case.reply.pk}:{case.seen}" for case in cases]}


def test_ticked_replies_are_accepted_as_they_are(staff, reply):
    response = staff.post(REPLIES, ticked(only_case()), follow=True)

    assert said(response) == ["1 reply is accepted."]
    assert Evaluation.objects.get().reasoning_de == "Mehr Plätze."


def test_ticked_reply_that_changed_meanwhile_holds_up_no_other(staff, library, goal, reply):
    second = make_reply(reply.request, make_measure(goal, "2"))
    cases = waiting_cases(2017)
    reply.reasoning = "Noch mehr Plätze."
    reply.save()

    response = staff.post(REPLIES, ticked(*cases), follow=True)

    assert said(response) == [
        "1 reply is accepted.",
        "1 reply has changed meanwhile, or somebody else has settled it.",
    ]
    assert [one.measure for one in Evaluation.objects.all()] == [second.measure]


def freeze(measure, by):
    report = begin_report(measure.concept, year=2017)
    submit_report(report, on=timezone.localdate())
    adopt_report(
        report,
        body="Rat",
        on=timezone.localdate(),
        resolution_number="RV-1/2018",
        by=by,
        now=timezone.now(),
    )


@pytest.mark.parametrize("is_ticked", [True, False])
def test_reply_to_a_year_that_is_frozen_meanwhile_waits_and_says_why(
    staff, reply, measure, lead, is_ticked
):
    case = only_case()
    freeze(measure, lead)
    path = REPLIES if is_ticked else f"{REPLIES}{reply.pk}/"
    edited = {"accept": "yes", "seen": case.seen, "verdict": "proved", "reasoning": "Läuft."}

    page = staff.post(path, ticked(case) if is_ticked else edited, follow=True).text

    assert "The report on 2017 is adopted" in page
    assert not Evaluation.objects.exists()
    reply.refresh_from_db()
    assert reply.state == "submitted"


def test_reply_beside_an_evaluation_has_to_be_looked_at(staff, reply, measure):
    add_evaluation(measure, 2017, "proved", reasoning_de="Läuft.")

    inbox = staff.get(REPLIES).content.decode()
    staff.post(REPLIES, ticked(only_case()))
    page = staff.get(f"{REPLIES}{reply.pk}/").content.decode()

    assert f'value="{reply.pk}:' not in inbox
    assert Evaluation.objects.get().reasoning_de == "Läuft."
    assert "Accepting replaces it" in page


def test_edited_reply_is_accepted(staff, reply):
    data = {"accept": "yes", "verdict": "proved", "reasoning": "Knapp.", "seen": only_case().seen}

    staff.post(f"{REPLIES}{reply.pk}/", data)

    assert Evaluation.objects.get().reasoning_de == "Knapp."
    reply.refresh_from_db()
    assert (reply.state, reply.reasoning) == ("accepted", "Mehr Plätze.")


def test_differing_value_has_to_be_chosen(staff, reply, measure):
    guests = make_indicator("guests", measure=measure)
    guests.values.create(year=2017, value=30)
    reply.figures = {str(guests.pk): {"value": "35", "whole": ""}}
    reply.save()
    data = {"accept": "yes", "verdict": "proved", "reasoning": "Gut.", "seen": only_case().seen}

    unchosen = staff.post(f"{REPLIES}{reply.pk}/", data)
    assert unchosen.context["form"].errors == {f"keep_{guests.pk}": ["This field is required."]}
    assert "Gut.</textarea>" in unchosen.content.decode()

    staff.post(f"{REPLIES}{reply.pk}/", data | {f"keep_{guests.pk}": "new"})
    assert guests.values.get().value == 35


def test_returning_needs_a_remark_and_mails_it(staff, reply):
    page = f"{REPLIES}{reply.pk}/"
    seen = only_case().seen

    empty = staff.post(page, {"return": "yes", "remark": "", "seen": seen})
    assert empty.context["remark_form"].errors == {"remark": ["This field is required."]}

    staff.post(page, {"return": "yes", "remark": "Wie viele?", "seen": seen})
    assert "Wie viele?" in mail.outbox[0].body
    assert EvaluationReply.objects.get().state == "returned"


def test_who_settles_second_is_told_and_keeps_the_text(staff, reply, lead, client_of):
    seen = only_case().seen
    client_of(lead).post(REPLIES, ticked(only_case()))

    response = staff.post(
        f"{REPLIES}{reply.pk}/",
        {"accept": "yes", "verdict": "ended", "reasoning": "Anders.", "seen": seen},
    )

    assert "Somebody else has changed or settled this meanwhile" in response.content.decode()
    assert "Anders.</textarea>" in response.content.decode()
    assert Evaluation.objects.get().verdict == "modify"


def test_drafts_are_the_participants_own(staff, library, measure):
    draft = make_reply(make_request(library), measure, "draft", reasoning="unfertig")

    assert staff.get(f"{REPLIES}{draft.pk}/").status_code == 404
    assert "unfertig" not in staff.get(REPLIES).content.decode()


@pytest.mark.parametrize("page", ["participants/", "participants/ask/", "replies/"])
def test_impossible_years_have_no_pages(staff, page):
    assert staff.get(f"/en/measures/evaluation/2999/{page}").status_code == 404


@pytest.mark.parametrize("path", [REMIND, "/en/measures/evaluation/2017/still-correct/"])
def test_what_changes_something_wants_a_click(staff, path):
    assert staff.get(path).status_code == 405
