"""Offices loaded once for all tests of a file; each test still has a transaction of its own."""

import re
import time
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from kit_portal.office_data.load import load_office

DEMO = settings.BASE_DIR / "demo"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@contextmanager
def _loaded(folder, blocker):
    with blocker.unblock(), transaction.atomic():
        began = time.monotonic()
        data = load_office(folder, now=NOW)
        data.seconds = time.monotonic() - began
        yield data
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def flensburg(django_db_setup, django_db_blocker):
    with _loaded(DEMO / "flensburg", django_db_blocker) as data:
        yield data


@pytest.fixture(scope="module")
def schleswig(django_db_setup, django_db_blocker):
    with _loaded(DEMO / "schleswig-flensburg", django_db_blocker) as data:
        yield data


@pytest.fixture
def copy_of(tmp_path):
    """Copy an office's folder with one text replaced in one of its files."""

    def changed(office, file, old, new):
        folder = tmp_path / office
        folder.mkdir()
        for path in (DEMO / office).iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return changed


@pytest.fixture
def walk():
    """Follow the links of public pages and return {address: page}."""

    def follow(start, *, at_most):
        client, pages, waiting = Client(), {}, [start]
        while waiting and len(pages) < at_most:
            address = waiting.pop(0)
            if address in pages:
                continue
            response = client.get(address)
            assert response.status_code in (200, 302), address
            pages[address] = response.content.decode() if response.status_code == 200 else ""
            prefix = start.rstrip("/")
            links = re.findall(rf'<a[^>]+href="({prefix}/[^"#?]*)"', pages[address])
            waiting += [link for link in links if link not in pages]
        return pages

    return follow
