import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from kit_portal.accounts.models import User

pytestmark = pytest.mark.django_db
FOLDER = str(settings.BASE_DIR / "demo" / "schleswig-flensburg")


def said(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def test_load_office_counts_and_says_when_there_is_nothing_to_do():
    first = said("load_office", FOLDER)

    assert re.fullmatch(r"\d+ new\n", first)
    assert said("load_office", FOLDER) == (
        f"Nothing to do: everything in {FOLDER} is there already.\n"
    )


def test_load_office_lists_what_is_new_when_asked():
    assert "  4 accounts\n" in said("load_office", FOLDER, verbosity=2)


def test_load_office_fails_with_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="There is no office in"):
        call_command("load_office", str(tmp_path))


def test_outside_the_demo_nobody_gets_the_known_password(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)

    said("load_office", FOLDER)

    assert User.objects.count() == 4
    assert not any(user.has_usable_password() for user in User.objects.all())
