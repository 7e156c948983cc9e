from pathlib import Path
from shutil import rmtree

import pytest
from django.utils.translation import override

from measures.models import ReportRendering
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
def private_files():
    """The folder where reports made by tests land, empty at first."""
    folder = Path(ReportRendering._meta.get_field("file").storage.location)
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def german():
    """No test begins in the language that another one left behind."""
    with override("de"):
        yield
