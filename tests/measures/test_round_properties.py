"""Whatever participants and the office do, in whatever order: nothing handed in gets lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.models import Evaluation, EvaluationReply, EvaluationRequest
from measures.round_replies import (
    Answer,
    ChangedMeanwhileError,
    accept,
    cases_of,
    fingerprint_of,
    save_reply,
    send_back,
)
from measures.round_requests import LinkEndedError, renew, withdraw
from tests.measures.factories import (
    add_participant,
    make_concept,
    make_field,
    make_goal,
    make_measure,
    make_organisation,
    make_request,
)

START = datetime(2018, 2, 1, 9, tzinfo=UTC)
LAST_DAY = date(2018, 2, 10)
texts = st.sampled_from(["", "gut", "schlecht", "später"])
verdicts = st.sampled_from(["", "proved", "modify", "ended"])
# ``fresh``: whether whoever acts has opened the page again since the last change.
fresh = st.booleans()
steps = st.one_of(
    st.tuples(st.just("save"), fresh, verdicts, texts, st.booleans()),
    st.tuples(st.just("hand in"), fresh, verdicts, texts, st.booleans()),
    st.tuples(st.just("accept"), fresh),
    st.tuples(st.just("accept edited"), fresh, st.just("ended"), st.just("vom Büro")),
    st.tuples(st.just("return"), fresh),
    st.tuples(st.just("withdraw")),
    st.tuples(st.just("renew")),
    st.tuples(st.just("wait"), st.integers(1, 12)),
)


class Round:
    """One request and one measure, the pages that were opened, and the clock."""

    def __init__(self):
        library = make_organisation("library")
        self.measure = make_measure(make_goal(make_field(make_concept())))
        add_participant(self.measure, library, "lead")
        self.request = make_request(library, expires_at=START + timedelta(days=9), mailed_at=START)
        self.now = START
        self.shown_to_participant = self.shown_to_office = ""

    @property
    def reply(self):
        return EvaluationReply.objects.select_related("request__organisation", "measure").first()

    @property
    def is_open(self):
        return EvaluationRequest.objects.get().is_valid(now=self.now)

    def run(self, name, *arguments):
        """Do one step as a page would; return the words with which it was refused."""
        try:
            getattr(self, name.replace(" ", "_"))(*arguments)
        except (LinkEndedError, ChangedMeanwhileError) as error:
            return type(error)
        return None

    def save(self, is_fresh, verdict, reasoning, is_correct, *, hands_in=False):
        reply = self.reply
        if is_fresh:
            self.shown_to_participant = fingerprint_of(reply)
        must_be_whole = hands_in or (reply and reply.state == "submitted")
        is_whole = verdict == "proved" or (verdict and reasoning)
        if must_be_whole and not is_whole:
            return  # the form refuses it
        save_reply(
            self.request.pk,
            self.measure,
            Answer(verdict, reasoning, {}, is_correct),
            seen=self.shown_to_participant,
            hands_in=hands_in,
            now=self.now,
        )

    def hand_in(self, *arguments):
        self.save(*arguments, hands_in=True)

    def accept(self, is_fresh, verdict=None, reasoning=None):
        if (reply := self.reply) is None:
            return
        accept(
            reply.pk,
            seen=self.seen_by_office(reply, is_fresh),
            verdict=verdict,
            reasoning=reasoning,
            by=None,
            now=self.now,
        )

    accept_edited = accept

    def seen_by_office(self, reply, is_fresh):
        if is_fresh:
            [case] = cases_of([reply], year=2017)
            self.shown_to_office = case.seen
        return self.shown_to_office

    def __getattr__(self, name):
        if name == "return":
            return self.send_back
        raise AttributeError(name)

    def send_back(self, is_fresh):
        if reply := self.reply:
            seen = self.seen_by_office(reply, is_fresh)
            send_back(reply.pk, seen=seen, remark="Warum?", by=None, now=self.now)

    def withdraw(self):
        withdraw(self.request, now=self.now)

    def renew(self):
        request = EvaluationRequest.objects.get()
        renew(request, email="a@example.org", ends_on=LAST_DAY, now=self.now)

    def wait(self, days):
        self.now += timedelta(days=days)


def content(reply):
    return reply and (reply.verdict, reply.reasoning, reply.still_correct)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(st.lists(steps, max_size=14))
def test_no_order_of_events_loses_or_changes_what_counts(sequence):
    with transaction.atomic():
        world = Round()
        for step in sequence:
            before, was_open = world.reply, world.is_open
            evaluated = list(Evaluation.objects.values())

            refused = world.run(*step)

            check(step, before, world.reply, was_open=was_open, refused=refused)
            if not step[0].startswith("accept") or refused:
                assert list(Evaluation.objects.values()) == evaluated
        transaction.set_rollback(True)


def check(step, before, after, *, was_open, refused):
    by_participant = step[0] in {"save", "hand in"}
    if before is None:
        assert after is None or (by_participant and was_open)
        return
    # A text goes only where its own author, by a working link, writes another over it.
    if content(after) != content(before):
        assert by_participant
        assert was_open
        assert before.state != "accepted"
    # Handed in stays handed in, until the office decides.
    if before.state == "submitted" and after.state != "submitted":
        assert step[0].startswith(("accept", "return"))
    if before.state == "accepted":
        assert (after.state, after.settled_at) == ("accepted", before.settled_at)
    if after.state == "accepted" != before.state:
        assert before.state == "submitted"
        evaluation = Evaluation.objects.get()
        edited = step[2:] if step[0] == "accept edited" else (before.verdict, before.reasoning)
        assert (evaluation.verdict, evaluation.reasoning_de) == tuple(edited)
    if refused or (by_participant and not was_open):
        assert (content(after), after.state) == (content(before), before.state)
