"""Whoever writes an office's files is told which file and entry is wrong, and nothing is kept."""

import re

import pytest
from django.utils import timezone

from directory.models import Office, Organisation
from kit_portal.common.loading import LoadError
from kit_portal.office_data.load import load_office

pytestmark = pytest.mark.django_db
OFFICE = "schleswig-flensburg"


def message_of(folder):
    with pytest.raises(LoadError) as raised:
        load_office(folder, now=timezone.now())
    return str(raised.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "measures.yaml",
            "lead: [kitz], partners: [gemeinden]}\n  - number: 2",
            "lead: [xyz], partners: [gemeinden]}\n  - number: 2",
            "measures.yaml, concept vielfalt, action field 1, goal 1, measure 1.1.1: there is no "
            "organisation “xyz” — known are beratung, berufsbildung, ehrenamt-koordination, "
            "fd-migration, feuerwehren, gemeinden, jobcenter-kreis, kitz, kreis, kreissport, "
            "land-sh, landfrauen, mso, praxen, vhs-kreis",
        ),
        (
            "measures.yaml",
            "status: planned",
            "status: plannd",
            "measures.yaml, concept vielfalt, action field 6, goal 1, measure 6.1.1: “status”: "
            "“plannd” is not one of planned, running, done, paused, ended",
        ),
        (
            "measures.yaml",
            "period_from: 2019",
            "period_form: 2019",
            "measures.yaml, concept vielfalt: “period_from” is missing",
        ),
    ],
)
def test_mistake_is_named_with_file_and_entry(copy_of, file, old, new, message):
    assert message_of(copy_of(OFFICE, file, old, new)) == message


def test_unknown_key_is_named(copy_of):
    folder = copy_of(OFFICE, "office.yaml", "short_name: KITZ", "shortname: KITZ")

    assert message_of(folder).startswith(
        "office.yaml: “shortname” is not known here; known are accent, claim, email"
    )


def test_day_that_is_none_is_named(copy_of):
    folder = copy_of(OFFICE, "welcome.yaml", "shown_from: today-4", "shown_from: yesterday")

    assert message_of(folder) == (
        "welcome.yaml, announcement leitfaden: “shown_from”: “yesterday” is no day; "
        "write 2016-03-17, today or today+14"
    )


def test_opening_hours_that_end_before_they_begin_are_named(copy_of):
    folder = copy_of(
        OFFICE,
        "directory.yaml",
        'tuesday: "09:00-12:00", thursday',
        'tuesday: "12:00-09:00", thursday',
    )

    assert message_of(folder) == (
        "directory.yaml, contact point migrationsberatung: "
        "The closing time lies before the opening time."
    )


def test_entry_named_twice_is_an_error(copy_of):
    folder = copy_of(OFFICE, "directory.yaml", "slug: landfrauen", "slug: mso")

    assert message_of(folder) == "directory.yaml, organisation mso: stands there twice"


def test_key_written_twice_is_an_error(copy_of):
    folder = copy_of(OFFICE, "office.yaml", "locality: Schleswig", "locality: Schleswig\nphone: 1")

    assert re.fullmatch(r"office\.yaml, line \d+: “phone” is written twice", message_of(folder))


def test_folder_without_office_is_an_error(tmp_path):
    assert message_of(tmp_path) == (
        f"There is no office in {tmp_path}: the file office.yaml is missing."
    )


def test_nothing_is_kept_of_a_folder_with_a_mistake(copy_of):
    folder = copy_of(OFFICE, "newsletters.yaml", "rhythm: quarterly", "rhythm: sometimes")

    message_of(folder)

    assert not Office.objects.exists()
    assert not Organisation.objects.exists()
