import pytest

from tests.measures.factories import make_concept, make_field, make_goal, make_measure


@pytest.fixture
def concept(db):
    return make_concept()


@pytest.fixture
def field(concept):
    return make_field(concept)


@pytest.fixture
def goal(field):
    return make_goal(field)


@pytest.fixture
def measure(goal):
    return make_measure(goal)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Reports made by tests land in a folder of their own."""
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path
