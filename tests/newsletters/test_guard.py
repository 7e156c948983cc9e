"""Nobody is told what is not so any more, and who was told gets a correction."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from newsletters.compose import compose_issue
from newsletters.correction import begin_correction
from newsletters.delivery import start_due, start_issue
from newsletters.editing import Words, include_item, take_over_changes, write_item
from newsletters.guard import changes_of
from newsletters.last_issue import ask_for_last_issue, send_last_issue
from newsletters.models import Delivery, Issue, Subscriber
from newsletters.overview import held
from newsletters.release import NotPossibleError, obstacles, readers_of, release_issue
from newsletters.subscription import leave
from tests.newsletters.making import NOW, go_out, make_item, make_reader, make_slot
from tests.newsletters.test_compose import DUE, make_event, make_measure, make_meeting
from welcome.models import Announcement

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fcffff3f0300050001ff5a1f3a0000000049454e44ae426082"
)


@pytest.fixture
def event(newsletter):
    return make_event(title_de="Fest der Kulturen", place="Exe")


@pytest.fixture
def issue(newsletter, event):
    make_reader("a@example.org", newsletter)
    return compose_issue(newsletter, slot=make_slot(), now=NOW)


def changed(issue):
    return [change.item.title for change in changes_of(issue)]


def send(issue, by):
    release_issue(issue, by=by, now=NOW, send_at=NOW)
    start_issue(issue, now=NOW)
    return go_out(issue)


def test_nothing_has_changed_right_after_composing(newsletter, event):
    make_meeting()
    make_measure()
    Announcement.objects.create(
        slug="a", title_de="Neu", text_de="x", published_at=NOW, shown_from=NOW.date()
    )

    issue = compose_issue(newsletter, slot=make_slot(), now=NOW)

    assert issue.items.included().count() == 4
    assert changes_of(issue) == []


@pytest.mark.parametrize(
    "change",
    [
        {"cancelled_at": NOW},
        {"starts_at": DUE + timedelta(days=4)},
        {"place": "Rathaus"},
        {"published_at": None},
    ],
)
def test_change_of_an_event_blocks_the_release(issue, event, newsletter_desk, change):
    for name, value in change.items():
        setattr(event, name, value)
    event.save()

    assert changed(issue) == ["Fest der Kulturen"]
    with pytest.raises(NotPossibleError):
        release_issue(issue, by=newsletter_desk, now=NOW, send_at=NOW)

    issue.refresh_from_db()
    assert issue.state == "draft"
    assert Delivery.objects.count() == 0


def test_item_that_is_left_out_may_change(issue, event):
    event.cancel(at=NOW)

    include_item(issue.items.get(), included=False)
    make_item(issue)

    assert obstacles(issue) == []


def test_changes_are_taken_over(issue, event):
    event.starts_at, event.place = DUE + timedelta(days=4), "Rathaus"
    event.save()

    assert take_over_changes(issue) == 1

    item = issue.items.get()
    assert (item.starts_at, item.place) == (event.starts_at, "Rathaus")
    assert changes_of(issue) == []


def test_taking_over_leaves_out_what_is_not_public_any_more(issue, event):
    event.withdraw()

    take_over_changes(issue)

    assert [item.is_included for item in issue.items.all()] == [False]


def test_released_issue_is_held_when_something_changes_before_its_time(
    issue, event, newsletter_desk
):
    release_issue(issue, by=newsletter_desk, now=NOW, send_at=DUE)
    event.cancel(at=NOW)

    assert start_due(now=DUE) == []
    assert held(now=DUE) == [issue]


def test_guard_asks_the_database_the_same_for_one_and_for_three(
    newsletter, django_assert_num_queries
):
    def compose(key):
        return compose_issue(newsletter, slot=make_slot(key), now=NOW)

    make_event()
    one = compose("2026-W48")
    with django_assert_num_queries(2):
        changes_of(one)

    make_event(title_de="Zwei")
    make_event(title_de="Drei")
    three = compose("2026-W49")
    with django_assert_num_queries(2):
        changes_of(three)


def test_correction_goes_to_those_only_who_received_the_issue(
    issue, event, newsletter, newsletter_desk
):
    gone = make_reader("weg@example.org", newsletter)
    send(issue, newsletter_desk)
    make_reader("neu@example.org", newsletter)
    leave(gone, [newsletter], source="link", now=NOW)
    event.cancel(at=NOW)

    correction = begin_correction(issue, now=NOW)

    assert [reader.email for reader in readers_of(correction)] == ["a@example.org"]
    item = correction.items.get()
    assert (item.title_de, item.is_cancelled) == ("Fest der Kulturen", True)
    assert correction.subject_en == f"Correction: {issue.subject_en}"
    release_issue(correction, by=newsletter_desk, now=NOW, send_at=NOW)
    assert [row.subscriber.email for row in correction.deliveries.all()] == ["a@example.org"]


def test_correction_is_begun_once(issue, event, newsletter_desk):
    send(issue, newsletter_desk)
    event.cancel(at=NOW)

    assert begin_correction(issue, now=NOW) == begin_correction(issue, now=NOW)


def test_picture_taken_out_of_a_correction_stays_in_the_issue(
    issue, event, newsletter_desk, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    item = issue.items.get()
    item.picture_alt_de = "Ein Fest"
    item.picture.save("picture.png", ContentFile(PIXEL))
    send(issue, newsletter_desk)
    event.cancel(at=NOW)
    corrected = begin_correction(issue, now=NOW).items.get()

    with django_capture_on_commit_callbacks(execute=True):
        write_item(corrected, Words("Fest"), language="de", url="", remove_picture=True)

    item.refresh_from_db()
    assert item.picture.storage.exists(item.picture.name)


def test_correction_says_that_something_vanished_is_cancelled(issue, event, newsletter_desk):
    send(issue, newsletter_desk)
    event.delete()

    item = begin_correction(issue, now=NOW).items.get()

    assert (item.is_cancelled, item.url) == (True, "")


def test_there_is_nothing_to_correct_in_what_is_right_or_not_sent(issue, newsletter_desk):
    with pytest.raises(NotPossibleError):
        begin_correction(issue, now=NOW)

    send(issue, newsletter_desk)

    with pytest.raises(NotPossibleError):
        begin_correction(issue, now=NOW)


def test_correction_does_not_move_the_next_issues_beginning(
    issue, event, newsletter, newsletter_desk
):
    send(issue, newsletter_desk)
    event.cancel(at=NOW)
    later = NOW + timedelta(days=3)
    begin_correction(issue, now=later)
    make_measure()
    from measures.models import Measure

    Measure.objects.update(modified_at=NOW + timedelta(days=1))

    following = compose_issue(
        newsletter, slot=make_slot("2026-W49", DUE + timedelta(days=7)), now=NOW + timedelta(days=5)
    )

    assert "measure" in [item.kind for item in following.items.all()]


@pytest.mark.django_db(transaction=True)
def test_correction_by_two_people_at_once_is_one(issue, event, newsletter_desk):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    send(issue, newsletter_desk)
    event.cancel(at=timezone.now())
    together = Barrier(2)

    def begin(_n):
        try:
            together.wait()
            return begin_correction(Issue.objects.get(pk=issue.pk), now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(begin, range(2)))

    assert len(made) == 1
    assert Issue.objects.filter(corrects=issue).count() == 1


def test_correction_does_not_go_to_who_pauses_or_leaves_out_all_that_it_corrects(
    issue, event, newsletter, newsletter_desk
):
    make_reader("ohne@example.org", newsletter)
    make_reader("pause@example.org", newsletter)
    send(issue, newsletter_desk)
    tomorrow = NOW.date() + timedelta(days=1)
    Subscriber.objects.by_address("pause@example.org").update(paused_until=tomorrow)
    Subscriber.objects.by_address("ohne@example.org").update(omits="event")
    event.cancel(at=NOW)
    correction = begin_correction(issue, now=NOW)

    release_issue(correction, by=newsletter_desk, now=NOW, send_at=NOW)

    assert [row.subscriber.email for row in correction.deliveries.all()] == ["a@example.org"]


def test_last_issue_is_no_correction_and_tells_nothing_that_was_taken_out(
    issue, event, newsletter, newsletter_desk
):
    send(issue, newsletter_desk)
    event.cancel(at=NOW)
    correction = begin_correction(issue, now=NOW)
    send(correction, newsletter_desk)
    issue.items.update(withdrawn_at=NOW)
    make_reader("neu@example.org", newsletter)
    subscription = newsletter.subscriptions.get(subscriber__email="neu@example.org")
    ask_for_last_issue(subscription, now=NOW)

    assert send_last_issue(subscription, now=NOW)

    assert mail.outbox[-1].subject == issue.subject_de
    assert "Fest der Kulturen" not in mail.outbox[-1].body
