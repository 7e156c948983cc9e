from datetime import timedelta

from django.core import mail
from django.utils import timezone

from newsletters import tasks
from newsletters.models import Issue, Subscriber
from newsletters.subscription import request_subscription
from tests.newsletters.making import make_readers, release, start, states


def test_tick_begins_what_is_due_and_sends_it(newsletter, newsletter_desk):
    make_readers(newsletter, 3)
    issue = release(newsletter, newsletter_desk, due=timezone.now() - timedelta(minutes=1))

    tasks.tick()

    issue.refresh_from_db()
    assert (issue.state, states(issue), len(mail.outbox)) == ("sent", {"sent": 3}, 3)


def test_tick_twice_sends_once(newsletter, newsletter_desk):
    make_readers(newsletter, 3)
    release(newsletter, newsletter_desk, due=timezone.now() - timedelta(minutes=1))

    tasks.tick()
    tasks.tick()

    assert len(mail.outbox) == 3


def test_tick_composes_the_draft_of_the_slot(newsletter):
    newsletter.lead_hours = 144
    newsletter.late_hours = 24
    newsletter.save()

    tasks.tick()

    assert Issue.objects.get().newsletter == newsletter


def test_tick_finds_what_a_killed_worker_left(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    long_ago = timezone.now() - timedelta(hours=1)
    issue.deliveries.update(state="claimed", lease_until=long_ago, claim_token="dead")

    tasks.tick()

    assert states(issue) == {"sent": 1}


def test_deliver_issue_without_a_relay_waits_quietly(newsletter, newsletter_desk, relay):
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    relay.is_down = True

    tasks.deliver_issue(issue.pk)

    assert states(issue) == {"pending": 1}


def test_deliver_issue_of_a_draft_does_nothing(newsletter, newsletter_desk):
    make_readers(newsletter, 1)
    issue = release(newsletter, newsletter_desk)

    tasks.deliver_issue(issue.pk)

    assert states(issue) == {"pending": 1}


def test_forget_task_erases_old_requests(newsletter):
    request_subscription(
        "alt@example.org",
        newsletters=[newsletter],
        language="de",
        now=timezone.now() - timedelta(days=8),
    )

    tasks.forget_what_is_over()

    assert not Subscriber.objects.exists()


def test_send_sign_up_mail_of_a_person_erased_meanwhile_is_nothing(db):
    tasks.send_sign_up_mail(4711)

    assert mail.outbox == []


def test_tick_offers_as_many_connections_as_the_office_allows(
    newsletter, newsletter_desk, settings, monkeypatch
):
    settings.NEWSLETTER_CONNECTIONS = 3
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)
    now = timezone.now()
    first = issue.deliveries.first()
    issue.deliveries.filter(pk=first.pk).update(
        state="claimed", claim_token="elsewhere", lease_until=now + timedelta(minutes=1)
    )
    kicks = []
    monkeypatch.setattr(tasks.deliver_issue, "apply_async", lambda *args, **kw: kicks.append(args))

    tasks.tick()

    assert kicks == [((issue.pk,),)] * 2


def test_deliver_issue_beyond_the_connections_does_nothing(newsletter, newsletter_desk, settings):
    settings.NEWSLETTER_CONNECTIONS = 1
    make_readers(newsletter, 2)
    issue = start(newsletter, newsletter_desk)
    first = issue.deliveries.first()
    issue.deliveries.filter(pk=first.pk).update(
        state="claimed",
        claim_token="elsewhere",
        lease_until=timezone.now() + timedelta(minutes=1),
    )

    tasks.deliver_issue(issue.pk)

    assert states(issue) == {"claimed": 1, "pending": 1}


def test_tick_settles_what_is_unclear_if_anything_is(
    newsletter, newsletter_desk, settings, tmp_path
):
    log = tmp_path / "mail.log"
    settings.NEWSLETTER_RELAY_LOG = str(log)
    make_readers(newsletter, 1)
    issue = start(newsletter, newsletter_desk)
    handed_over_at = timezone.now() - timedelta(hours=1)
    issue.deliveries.update(state="unsure", handed_over_at=handed_over_at)
    log.write_text(f"<= n@example.org id={issue.deliveries.get().message_id}\n")

    tasks.tick()
    tasks.tick()

    issue.refresh_from_db()
    assert (issue.state, states(issue), mail.outbox) == ("sent", {"sent": 1}, [])
