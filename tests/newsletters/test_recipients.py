from datetime import date, datetime

from django.utils import timezone
from django.utils.timezone import get_default_timezone

from measures.indicator_sources import counted_value
from newsletters.recipients import recipients_in, recipients_on
from newsletters.subscription import leave
from tests.newsletters.making import make_newsletter, make_reader


def local(*parts):
    return datetime(*parts, tzinfo=get_default_timezone())


def test_recipients_are_people_at_the_end_of_the_year(newsletter):
    more = make_newsletter("mehr")
    stays = make_reader("a@example.org", newsletter, at=local(2023, 5, 1))
    make_reader("a@example.org", more, at=local(2023, 6, 1))
    goes = make_reader("b@example.org", newsletter, at=local(2024, 12, 31, 23, 59))
    leave(goes, [newsletter], source="link", now=local(2025, 2, 1))

    counts = [recipients_in(year) for year in (2022, 2023, 2024, 2025)]

    assert counts == [None, 1, 2, 1]
    assert stays.state == "active"


def test_recipients_of_a_year_to_come_are_unknown(newsletter):
    make_reader("a@example.org", newsletter, at=local(2023, 5, 1))

    assert recipients_in(timezone.localdate().year + 1) is None


def test_recipients_are_offered_to_measures(newsletter):
    make_reader("a@example.org", newsletter, at=local(2023, 5, 1))

    assert counted_value("newsletter_recipients", 2023) == 1


def test_recipients_are_known_as_of_a_day(newsletter):
    make_reader("a@example.org", newsletter, at=local(2023, 5, 1, 12))

    assert [recipients_on(date(2023, 4, 30)), recipients_on(date(2023, 5, 1))] == [None, 1]
