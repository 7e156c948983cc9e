"""People and the office that most tests need."""

import hypothesis
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.translation import override

from directory.models import Office
from kit_portal.accounts.models import User
from kit_portal.accounts.roles import sync_roles

PASSWORD = "correct-horse-1"
# How long an example takes says nothing on a shared machine; speed is the benchmarks' subject.
hypothesis.settings.register_profile("portal", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("portal")


@pytest.fixture(autouse=True)
def default_language():
    """A request leaves its language active in the thread; no test may inherit it."""
    with override("de"):
        yield


@pytest.fixture
def office(db):
    return Office.objects.create(
        name_de="Koordinierungsstelle für Integration und Teilhabe",
        short_name="KIT",
        municipality="Stadt Flensburg",
        street="Rathausplatz 1",
        postal_code="24937",
        locality="Flensburg",
        phone="0461 555-0100",
        email="kontakt@example.org",
    )


def _user_with(role, **fields):
    sync_roles()
    slug = role.replace(" ", "-")
    user = User.objects.create_user(
        f"{slug}@example.org", PASSWORD, name=f"Muster {role.title()}", **fields
    )
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def lead(db):
    return _user_with("office lead", is_staff=True)


@pytest.fixture
def editor(db):
    return _user_with("editor", is_staff=True)


@pytest.fixture
def interpreter_desk(db):
    return _user_with("interpreter desk", is_staff=True)


@pytest.fixture
def newsletter_desk(db):
    return _user_with("newsletter desk", is_staff=True)


@pytest.fixture
def auditor(db):
    return _user_with("auditor", is_staff=True)


@pytest.fixture
def member(db):
    return _user_with("round-table member")


@pytest.fixture
def client_of():
    def signed_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
