"""A small table of languages, with a group and other names."""

import pytest
from django.utils.translation import override

from tests.interpreters.factories import make_language


@pytest.fixture(autouse=True)
def in_german():
    """A request leaves its language behind in the thread; addresses here are the German ones."""
    with override("de"):
        yield


@pytest.fixture
def kurdish(db):
    return make_language("ku", "Kurdisch", is_requestable=False)


@pytest.fixture
def kurmanji(kurdish):
    return make_language(
        "kmr",
        "Kurmandschi (Nordkurdisch)",
        parent=kurdish,
        autonym="kurmancî",
        aliases=["Kurmanci"],
    )


@pytest.fixture
def sorani(kurdish):
    return make_language("ckb", "Sorani (Zentralkurdisch)", parent=kurdish, aliases=["Sorani"])


@pytest.fixture
def farsi(db):
    return make_language("pes", "Persisch (Farsi, Iran)", autonym="فارسی", aliases=["Farsi"])


@pytest.fixture
def german(db):
    return make_language("de", "Deutsch", is_requestable=False)
