import pytest

from tests.newsletters.making import make_newsletter
from tests.newsletters.relay import Relay


@pytest.fixture
def newsletter(office):
    return make_newsletter()


@pytest.fixture
def relay(settings):
    settings.EMAIL_BACKEND = "tests.newsletters.relay.Relay"
    Relay.answers, Relay.asked, Relay.opened, Relay.is_down = {}, [], 0, False
    return Relay
