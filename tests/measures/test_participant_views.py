"""The page behind a participant's link: what it shows, what it takes, and what it never does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from measures.models import EvaluationReply, IndicatorValue
from measures.round_mail import deliver
from measures.round_replies import accept, send_back, waiting_cases
from measures.round_requests import renew, withdraw
from tests.measures.factories import (
    add_evaluation,
    add_participant,
    make_indicator,
    make_measure,
    make_organisation,
    make_reply,
    make_request,
)


@pytest.fixture
def library(measure):
    organisation = make_organisation("library", "Stadtbibliothek", email="bib@example.org")
    add_participant(measure, organisation, "lead")
    return organisation


@pytest.fixture
def asked(office, library):
    return make_request(library)


def address(request, language="en"):
    return f"/{language}/measures/evaluation/by-link/{request.link_token}/"


def fields(form, **changes):
    """What a browser posts for one form of the page, with ``changes`` typed into it."""
    values = {field.name: field.value() for field in form} | changes
    return {
        f"{form.prefix}-{name}": "on" if value is True else value
        for name, value in values.items()
        if value not in (None, False, "") or (name in changes and value != "")
    } | {f"{form.prefix}-seen": values["seen"]}


def forms_of(response):
    return {row.measure: row.form for row in response.context["rows"]}


@pytest.fixture
def write(asked, measure):
    """Open the page and post what is typed about the measure."""

    def send(client=None, *, press=None, page=None, follow=True, **typed):
        client = client or Client()
        form = forms_of(page or client.get(address(asked)))[measure]
        press = press or {"save": str(measure.pk)}
        return client.post(address(asked), fields(form, **typed) | press, follow=follow)

    return send


def rows_of_all_tables():
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
    }


def test_page_shows_their_measures_and_nothing_else(asked, library, goal, measure):
    add_evaluation(measure, 2016, "modify", reasoning_de="Zu wenige Plätze.")
    foreign = make_measure(goal, "9", title_de="Fremdes")
    add_participant(foreign, make_organisation("other"), "lead")
    draft = make_measure(goal, "8", title_de="Geheimes", published=False)
    add_participant(draft, library, "lead")

    response = Client().get(address(asked, "de"))

    text = response.content.decode()
    assert list(forms_of(response)) == [measure]
    assert "Zu wenige Plätze." in text
    assert "Fremdes" not in text
    assert "Geheimes" not in text


def test_page_keeps_out_of_caches_search_engines_and_referrers(asked):
    response = Client().get(address(asked))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"


def test_language_menu_keeps_the_link(asked):
    assert address(asked, "ar") in Client().get(address(asked)).content.decode()


def test_opening_changes_nothing_however_a_scanner_does_it(asked, measure, office, library):
    make_indicator("guests", measure=measure)
    asked.mailed_at, asked.to_mail = None, "request"
    asked.save()
    deliver(asked.pk, now=timezone.now())
    urls = {word for word in mail.outbox[0].body.split() if word.startswith("https://portal")}
    before = rows_of_all_tables()

    for url in urls:
        path = url.removeprefix("https://portal.example.org")
        for method in ("get", "head"):
            answer = getattr(Client(), method)(path)
            assert answer.status_code in {200, 302, 404}
    assert {Client().get(address(asked)).status_code} == {200}

    assert rows_of_all_tables() == before


def test_other_methods_are_refused(asked):
    for method in ("put", "patch", "delete", "options"):
        assert getattr(Client(), method)(address(asked)).status_code == 405


@pytest.mark.parametrize("end", ["expired", "withdrawn", "renewed", "invented", "cut"])
def test_ended_link_is_told_calmly_and_always_the_same(asked, end):
    now = timezone.now()
    never = Client().get(f"/en/measures/evaluation/by-link/{'x' * 43}/")
    path = address(asked)
    if end == "expired":
        asked.expires_at = now - timedelta(seconds=1)
        asked.save()
    elif end == "withdrawn":
        withdraw(asked, now=now)
    elif end == "renewed":
        renew(asked, email="a@example.org", ends_on=timezone.localdate(), now=now)
    elif end == "invented":
        path = f"/en/measures/evaluation/by-link/{'y' * 43}/"
    else:
        path = path.removesuffix("/")[:-3] + "/"

    response = Client().get(path)

    def plain(answer):
        return answer.content.decode().replace(answer.request["PATH_INFO"][3:], "")

    assert response.status_code == never.status_code == 404
    assert plain(response) == plain(never)
    assert "kontakt@example.org" in plain(response)


def test_draft_is_saved_incomplete_and_found_again(write, asked, measure):
    write(reasoning="Noch nicht fertig")

    reply = EvaluationReply.objects.get()
    assert (reply.state, reply.reasoning, reply.verdict) == ("draft", "Noch nicht fertig", "")
    form = forms_of(Client().get(address(asked)))[measure]
    assert form["reasoning"].value() == "Noch nicht fertig"


def test_handing_in_needs_a_verdict_and_reasons_and_keeps_what_was_typed(write, measure):
    press = {"hand_in": str(measure.pk)}

    nothing = write(press=press, reasoning="Text")
    change = write(press=press, verdict="modify")

    assert forms_of(nothing)[measure].errors == {
        "verdict": ["Choose a verdict before you hand it in."]
    }
    assert "Text</textarea>" in nothing.content.decode()
    assert forms_of(change)[measure].errors == {
        "reasoning": ["Say why: the council will ask what is to change."]
    }
    assert not EvaluationReply.objects.exists()


def test_handing_in_confirms_the_data_in_the_name_of_the_organisation(write, measure):
    response = write(press={"hand_in": str(measure.pk)}, verdict="proved", still_correct=True)

    assert "is handed in. Thank you!" in response.content.decode()
    reply = EvaluationReply.objects.get()
    assert (reply.state, reply.verdict) == ("submitted", "proved")
    measure.refresh_from_db()
    assert (measure.confirmed_by, measure.confirmed_on) == (
        "Stadtbibliothek",
        timezone.localdate(),
    )


def test_every_button_saves_everything_that_was_typed(asked, library, goal, measure):
    second = make_measure(goal, "2")
    add_participant(second, library, "lead")
    client = Client()
    forms = forms_of(client.get(address(asked)))

    client.post(
        address(asked),
        fields(forms[measure], verdict="proved")
        | fields(forms[second], reasoning="angefangen")
        | {"hand_in": str(measure.pk)},
    )

    states = EvaluationReply.objects.order_by("measure__number").values_list("state", "reasoning")
    assert list(states) == [("submitted", ""), ("draft", "angefangen")]


def test_mistake_in_one_measure_holds_up_no_other(asked, library, goal, measure):
    second = make_measure(goal, "2")
    add_participant(second, library, "lead")
    guests = make_indicator("guests", measure=second)
    client = Client()
    forms = forms_of(client.get(address(asked)))

    response = client.post(
        address(asked),
        fields(forms[measure], reasoning="gut")
        | fields(forms[second], reasoning="besser", **{f"value_{guests.pk}": "zwölf"})
        | {"save": "all"},
    )

    assert response.status_code == 200
    assert 'value="zwölf"' in response.content.decode()
    assert "besser</textarea>" in response.content.decode()
    assert [reply.reasoning for reply in EvaluationReply.objects.all()] == ["gut"]


def test_handed_in_can_be_changed_and_never_becomes_a_draft_again(write, measure):
    write(press={"hand_in": str(measure.pk)}, verdict="proved")

    emptied = write(verdict="modify", reasoning="")
    changed = write(verdict="modify", reasoning="Mehr Plätze.")

    assert "Say why" in emptied.content.decode()
    assert changed.redirect_chain
    reply = EvaluationReply.objects.get()
    assert (reply.state, reply.reasoning) == ("submitted", "Mehr Plätze.")


def test_second_person_with_the_link_learns_of_the_first(write, asked, measure):
    page = Client().get(address(asked))
    write(reasoning="Die erste")

    response = write(page=page, reasoning="Die zweite")

    text = response.content.decode()
    assert "Somebody else has changed or settled this meanwhile" in text
    assert "Die zweite</textarea>" in text
    assert EvaluationReply.objects.get().reasoning == "Die erste"


def test_who_typed_nothing_disturbs_nobody(write, asked):
    page = Client().get(address(asked))
    write(reasoning="Die erste\r\nin zwei Zeilen")

    response = write(page=page)

    assert "There was nothing new to save." in response.content.decode()
    assert EvaluationReply.objects.get().reasoning == "Die erste\nin zwei Zeilen"


def test_second_click_is_no_conflict(write, asked, measure):
    page = Client().get(address(asked))
    press = {"hand_in": str(measure.pk)}

    answers = [write(page=page, press=press, verdict="proved") for _ in range(2)]

    assert ["Thank you!" in answer.content.decode() for answer in answers] == [True, True]
    assert EvaluationReply.objects.count() == 1


def test_text_typed_while_the_office_accepts_is_not_lost(write, asked, measure, editor):
    write(press={"hand_in": str(measure.pk)}, verdict="proved")
    page = Client().get(address(asked))
    [case] = waiting_cases(2017)
    accept(case.reply.pk, seen=case.seen, by=editor, now=timezone.now())

    response = write(page=page, verdict="proved", reasoning="Nachtrag")

    assert "Nachtrag" in response.content.decode()
    assert "Somebody else has changed or settled this" in response.content.decode()
    assert EvaluationReply.objects.get().reasoning == ""


def test_text_typed_while_the_link_ends_is_shown_for_copying(write, asked):
    page = Client().get(address(asked))
    withdraw(asked, now=timezone.now())

    response = write(page=page, reasoning="Lange getippt")

    assert response.status_code == 404
    assert "Lange getippt" in response.content.decode()
    assert not EvaluationReply.objects.exists()


def test_returned_one_shows_the_remark_and_can_be_handed_in_again(write, asked, measure, editor):
    write(press={"hand_in": str(measure.pk)}, verdict="proved")
    [case] = waiting_cases(2017)
    send_back(
        case.reply.pk, seen=case.seen, remark="Wie viele kamen?", by=editor, now=timezone.now()
    )

    page = Client().get(address(asked))
    assert "Wie viele kamen?" in page.content.decode()
    write(page=page, press={"hand_in": str(measure.pk)}, reasoning="Vierzig.")

    reply = EvaluationReply.objects.get()
    assert (reply.state, reply.reasoning) == ("submitted", "Vierzig.")


def test_accepted_one_is_read_only(write, asked, measure, editor):
    write(press={"hand_in": str(measure.pk)}, verdict="proved", reasoning="Gut.")
    [case] = waiting_cases(2017)
    accept(case.reply.pk, seen=case.seen, by=editor, now=timezone.now())

    text = Client().get(address(asked)).content.decode()

    assert "Gut." in text
    assert "<textarea" not in text


# --- figures --------------------------------------------------------------------------------------


@pytest.fixture
def share(measure):
    return make_indicator("share", measure=measure, kind="share")


def test_only_public_figures_that_nobody_counts_are_asked_for(asked, measure, share):
    make_indicator("counted", measure=measure, source_key="missions")
    make_indicator("internal", measure=measure, is_public=False)

    form = forms_of(Client().get(address(asked)))[measure]

    assert [indicator for indicator, _fields in form.figure_fields] == [share]


def test_figures_are_read_as_the_language_writes_them(asked, measure, share):
    client = Client()
    form = forms_of(client.get(address(asked, "de")))[measure]

    client.post(
        address(asked, "de"),
        fields(form, **{f"value_{share.pk}": "35,5", f"whole_{share.pk}": "511"}) | {"save": "all"},
    )

    assert EvaluationReply.objects.get().figures == {
        str(share.pk): {"value": "35.5", "whole": "511"}
    }
    form = forms_of(client.get(address(asked, "de")))[measure]
    assert form[f"value_{share.pk}"].value() == Decimal("35.5")
    assert 'value="35,5"' in str(form[f"value_{share.pk}"])
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize(
    ("value", "whole", "message"),
    [
        ("35", "", "A share needs both numbers: the part and the whole."),
        ("", "511", "A share needs both numbers: the part and the whole."),
        ("36", "35", "The part is larger than its whole."),
        ("1", "0", "A share needs both numbers: the part and the whole."),
        ("1.234", "2", "Write at most two decimal places, and no signs between thousands."),
        ("1 234", "2", "Write only the number, without a unit and without signs"),
        ("-1", "2", "greater than or equal to 0"),
    ],
)
def test_impossible_figures_are_refused_with_the_remedy(
    write, measure, share, value, whole, message
):
    response = write(**{f"value_{share.pk}": value, f"whole_{share.pk}": whole})

    assert message in response.content.decode()
    assert not EvaluationReply.objects.exists()


def test_page_needs_as_many_queries_for_three_as_for_one(
    asked, library, goal, measure, django_assert_num_queries
):
    def fill(one):
        add_evaluation(one, 2016)
        make_indicator(one.number.replace(".", "-"), measure=one).values.create(year=2016, value=1)
        make_reply(asked, one)

    client = Client()
    fill(measure)
    with django_assert_num_queries(7):
        client.get(address(asked))

    for number in ("2", "3"):
        one = make_measure(goal, number)
        add_participant(one, library, "lead")
        fill(one)
    with django_assert_num_queries(7):
        client.get(address(asked))
