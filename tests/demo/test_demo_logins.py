from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from kit_portal.accounts.load import DEMO_PASSWORD
from kit_portal.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schleswig")]


def said(**options):
    out = StringIO()
    call_command("demo_logins", stdout=out, **options)
    return out.getvalue()


def test_demo_logins_names_address_logins_and_three_things_to_try():
    text = said(url="http://localhost:8000/")

    assert "KITZ" not in text
    assert "Zusammenhalt: http://localhost:8000/\n" in text
    assert f"Passwort für alle: {DEMO_PASSWORD}\n" in text
    assert [line.split()[-1] for line in text.splitlines() if "@" in line] == [
        "lead@example.org",
        "editor@example.org",
        "newsletters@example.org",
        "auditor@example.org",
    ]
    assert "http://localhost:8000/ar/\n" in text
    assert "an 40 Adressen" in text
    assert text.count("  1. ") == text.count("  2. ") == text.count("  3. ") == 1


def test_demo_password_opens_every_login():
    assert all(user.check_password(DEMO_PASSWORD) for user in User.objects.all())


def test_demo_logins_are_for_the_demo_only(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)

    with pytest.raises(CommandError, match="Only the demo"):
        call_command("demo_logins")
