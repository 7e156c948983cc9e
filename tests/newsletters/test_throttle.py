from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from newsletters import delivery
from newsletters.models import RelayAllowance
from newsletters.throttle import Throttle, draw
from tests.newsletters.making import NOW, make_readers, start, states


class Time:
    def __init__(self):
        self.now = NOW

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


def test_without_a_rate_nobody_waits(db):
    assert Throttle(clock=lambda: NOW).wait(until=NOW)
    assert not RelayAllowance.objects.exists()


@pytest.mark.parametrize(("rate", "mails", "seconds"), [(600 / 3600, 11, 60), (10, 31, 2.1)])
def test_mails_take_as_long_as_the_rate_says(db, settings, rate, mails, seconds):
    settings.NEWSLETTER_RATE = rate
    time = Time()
    throttle = Throttle(clock=time.clock, sleep=time.sleep)

    for _mail in range(mails):
        assert throttle.wait(until=NOW + timedelta(hours=1))

    assert (time.now - NOW).total_seconds() == pytest.approx(seconds, abs=0.01)


def test_two_workers_share_the_rate(db, settings):
    settings.NEWSLETTER_RATE = 1.0
    time = Time()
    workers = [Throttle(clock=time.clock, sleep=time.sleep) for _worker in range(2)]

    for number in range(10):
        assert workers[number % 2].wait(until=NOW + timedelta(hours=1))

    assert (time.now - NOW).total_seconds() == pytest.approx(9, abs=0.01)


def test_turn_that_comes_too_late_is_not_waited_for(db, settings):
    settings.NEWSLETTER_RATE = 1 / 3600
    time = Time()
    throttle = Throttle(clock=time.clock, sleep=time.sleep)

    assert throttle.wait(until=NOW + timedelta(seconds=50))
    assert not throttle.wait(until=NOW + timedelta(seconds=50))
    assert time.now == NOW


def test_clock_that_was_set_back_stops_nothing(db):
    assert draw("r", rate=1.0, now=NOW)[0] == 1
    assert draw("r", rate=1.0, now=NOW - timedelta(hours=1)) == (0, 1.0)
    assert draw("r", rate=1.0, now=NOW - timedelta(hours=1) + timedelta(seconds=1))[0] == 1


def test_delivery_keeps_to_the_rate_and_puts_the_rest_back(
    newsletter, newsletter_desk, relay, settings
):
    settings.NEWSLETTER_RATE = 1 / 3600
    make_readers(newsletter, 3)
    issue = start(newsletter, newsletter_desk)

    delivery.deliver_issue(issue, clock=lambda: NOW)
    assert states(issue) == {"sent": 1, "pending": 2}

    delivery.deliver_issue(issue, clock=lambda: NOW + timedelta(hours=1))
    assert states(issue) == {"sent": 2, "pending": 1}


@pytest.mark.django_db(transaction=True)
def test_bucket_gives_no_token_twice():
    RelayAllowance.objects.create(relay="r", tokens=20, counted_at=NOW)

    def take(_number):
        try:
            return draw("r", rate=20.0, now=NOW)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(8))) == 20
