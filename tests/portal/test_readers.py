import pytest
from django.core.exceptions import ImproperlyConfigured

from kit_portal.readers import read_imap_url, read_rate


@pytest.mark.parametrize(
    ("text", "rate"), [("", None), ("5/s", 5), ("120/min", 2), ("7200/h", 2), ("86400/day", 1)]
)
def test_rate_is_mails_a_second(text, rate):
    assert read_rate("PORTAL_TEST", text) == rate


@pytest.mark.parametrize("text", ["0/s", "5", "5/week", "-5/s", "viel"])
def test_rate_that_cannot_be_read_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="PORTAL_TEST must look like 600/h"):
        read_rate("PORTAL_TEST", text)


@pytest.mark.parametrize("url", ["", "imaps://me:pw@mail.example.org/INBOX", "imap://me@localhost"])
def test_mailbox_address_is_taken_as_it_is(url):
    assert read_imap_url("PORTAL_TEST", url) == url


@pytest.mark.parametrize("url", ["https://mail.example.org", "imaps://mail.example.org", "imaps:"])
def test_mailbox_address_that_leads_nowhere_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="PORTAL_TEST must look like imaps://"):
        read_imap_url("PORTAL_TEST", url)
