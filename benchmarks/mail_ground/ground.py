"""What the mail benchmarks stand on: a database of their own, a sink, an issue with readers."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
from machine import MissingError  # noqa: E402  tools are no package
from servers import ask, postgresql_server, redis_database, with_name  # noqa: E402

__all__ = ["database", "make_newsletter", "make_readers", "redis_database", "set_up_django", "sink"]
CHUNK = 5000


@contextlib.contextmanager
def database(folder: Path, *, postgresql: bool = True) -> Iterator[str]:
    """Yield the URL of an empty database: on PostgreSQL where there is one, else a file."""
    if not postgresql:
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgresql_server())
        except MissingError:
            yield f"sqlite:///{folder / 'db.sqlite3'}"
            return
        name = f"portal_bench_{secrets.token_hex(4)}"
        ask(server, f'CREATE DATABASE "{name}"')
        try:
            yield with_name(server, name)
        finally:
            ask(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def set_up_django(folder: Path, **environment: str) -> None:
    """Make this process a portal of its own on an empty database."""
    os.environ |= {
        "PORTAL_MODE": "demo",
        "PORTAL_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
        "SECRET_KEY": "benchmark",
        "SITE_LANGUAGES": "de",
        "DEFAULT_FROM_EMAIL": "portal@example.org",
        "LOG_LEVEL": "ERROR",
        **environment,
    }
    import django  # noqa: PLC0415  after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("messages", "compile", verbosity=0)
    call_command("migrate", verbosity=0)


@contextlib.contextmanager
def sink(folder: Path, *options: str) -> Iterator[int]:
    """Run the sink in a process of its own; yield its port."""
    port_file = folder / f"port-{secrets.token_hex(4)}"
    command = [sys.executable, "-m", "benchmarks.mail_ground.sink", str(port_file), *options]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        while not port_file.exists():
            if process.poll() is not None:
                raise SystemExit("The sink did not start.")
            time.sleep(0.05)
        yield int(port_file.read_text())
    finally:
        process.kill()
        process.wait()


def make_readers(newsletter: Any, count: int) -> None:
    """Confirm readers until the newsletter has ``count``."""
    from django.utils import timezone  # noqa: PLC0415  after set_up_django

    from newsletters.models import Subscriber, Subscription  # noqa: PLC0415

    asked = timezone.now() - timedelta(days=30)
    first = Subscriber.objects.count()
    for begin in range(first, count, CHUNK):
        readers = Subscriber.objects.bulk_create(
            Subscriber.build(f"reader{number}@example.org", language="de", state="active")
            for number in range(begin, min(count, begin + CHUNK))
        )
        Subscription.objects.bulk_create(
            Subscription(
                subscriber=reader, newsletter=newsletter, requested_at=asked, confirmed_at=asked
            )
            for reader in readers
        )


def make_newsletter() -> Any:
    from directory.models import Office  # noqa: PLC0415
    from newsletters.models import Newsletter  # noqa: PLC0415

    Office.objects.get_or_create(
        defaults={"name_de": "Büro", "short_name": "B", "municipality": "Stadt"}
    )
    return Newsletter.objects.create(
        slug="zusammenleben", name_de="Verteiler Zusammenleben", from_email="news@example.org"
    )


def start_issue(newsletter: Any, *, slot: str, kilobytes: int) -> Any:
    """Release an issue whose mail is about ``kilobytes`` long, and begin to send it."""
    from django.utils import timezone  # noqa: PLC0415

    from kit_portal.accounts.models import User  # noqa: PLC0415
    from newsletters import delivery  # noqa: PLC0415
    from newsletters.models import Issue, IssueItem  # noqa: PLC0415
    from newsletters.release import release_issue  # noqa: PLC0415

    now = timezone.now()
    by, _is_new = User.objects.get_or_create(email="staff@example.org")
    issue = Issue.objects.create(
        newsletter=newsletter, slot=slot, subject_de="Woche", composed_at=now, scheduled_for=now
    )
    line = "Sprachcafé am Hafen: jeden Samstag, für alle, ohne Anmeldung. "
    for number in range(max(1, (kilobytes - 8) * 1000 // 1500)):  # each stands in HTML and text
        IssueItem.objects.create(
            issue=issue, kind="own", title_de=f"Nr. {number}", text_de=line * 9
        )
    release_issue(issue, by=by, now=now, send_at=now)
    delivery.start_issue(issue, now=now)
    issue.refresh_from_db()
    return issue
