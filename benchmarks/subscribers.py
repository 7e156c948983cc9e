"""Pages about subscribers with 300, 3,000 and 30,000 of them: milliseconds and queries.

Baseline: the same page with 300. Each size has a process and a database of its own; a page is asked
for in each of them in turn, round by round, so that a noisy neighbour hits all alike, and the best
time counts: it is what the page costs.
``DATABASE_URL`` chooses the database server (its ``test_…`` databases), otherwise SQLite.
The last line is the largest ratio of 30,000 to 300.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (300, 3_000, 30_000)
ROUNDS = 7
ADMIN = "/de/admin/newsletters/subscriber/"
PAGES = {
    "admin list": ADMIN,
    "page 3 of it": f"{ADMIN}?p=3",
    "filter: active": f"{ADMIN}?state__exact=active",
    "filter: bounced": f"{ADMIN}?state__exact=suspended",
    "filter: Arabic": f"{ADMIN}?language=ar",
    "filter: weekly": f"{ADMIN}?newsletter=weekly",
    "filter: rare": f"{ADMIN}?newsletter=rare",
    "all filters": f"{ADMIN}?newsletter=weekly&language=ar&state__exact=active",
    "search: address": f"{ADMIN}?q=p0000017@example.org",
    "search: beginning": f"{ADMIN}?q=p00000",
    "search: nothing": f"{ADMIN}?q=gibt-es-nicht",
    "consent log": "/de/admin/newsletters/consent/",
    "newsletter desk": "/de/newsletters/desk/",
    "subscribers": "/de/newsletters/desk/subscribers/",
    "mails that come back": "/de/newsletters/desk/unreachable/",
    "staff desk": "/de/desk/",
}


def main() -> None:
    """Without an argument: one process for each size. With one: answer for that size here."""
    if len(sys.argv) > 1:
        answer(int(sys.argv[1]))
        return
    with contextlib.ExitStack() as stack:
        sites = {size: stack.enter_context(Site(size)) for size in SIZES}
        queries = {page: {site.queries(page) for site in sites.values()} for page in PAGES}
        times = {(page, size): [] for page in PAGES for size in SIZES}
        for _round in range(ROUNDS):
            for page in PAGES:
                for size, site in sites.items():
                    times[page, size].append(site.milliseconds(page))
    report({key: min(found) for key, found in times.items()}, queries)


def report(times: dict[tuple[str, int], float], queries: dict[str, set[int]]) -> None:
    print(f"{'page':24}" + "".join(f"{size:>12,}" for size in SIZES) + "   ratio  queries")
    ratios = []
    for page in PAGES:
        row = [times[page, size] for size in SIZES]
        ratios.append(row[-1] / row[0])
        shown = "".join(f"{one:9.1f} ms" for one in row)
        print(f"{page:24}{shown}  {ratios[-1]:6.2f}  {', '.join(map(str, sorted(queries[page])))}")
    print(f"ratio: {max(ratios):.2f}")


class Site:
    """A process with its own database; it answers one page at a time."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> Site:
        self._var = tempfile.TemporaryDirectory()
        env = os.environ | {
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": self._var.name,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        }
        if url := env.get("DATABASE_URL"):
            env["DATABASE_URL"] = f"{url}_{self.size}"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self.size)],
            cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._answer()  # it is ready
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._var.cleanup()

    def queries(self, page: str) -> int:
        return int(self._ask(f"queries {PAGES[page]}"))

    def milliseconds(self, page: str) -> float:
        return float(self._ask(f"time {PAGES[page]}"))

    def _ask(self, question: str) -> str:
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"The site with {self.size} subscribers has ended.")
        return line


def answer(size: int) -> None:
    """Fill a database, then answer what stands in each line of the input."""
    import django  # noqa: PLC0415  settings are read on import

    django.setup()
    from django.db import connection  # noqa: PLC0415  after the setup
    from django.test.utils import (  # noqa: PLC0415  after the setup
        CaptureQueriesContext,
        setup_databases,
        teardown_databases,
    )

    old = setup_databases(verbosity=0, interactive=False)
    try:
        client = sign_in(fill(size))
        print("ready", flush=True)
        for line in sys.stdin:
            kind, path = line.split()
            with (
                CaptureQueriesContext(connection)
                if kind == "queries"
                else contextlib.nullcontext() as captured
            ):
                begin = time.perf_counter()
                status = client.get(path).status_code
                milliseconds = 1000 * (time.perf_counter() - begin)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            print(len(captured) if kind == "queries" else milliseconds, flush=True)
    finally:
        teardown_databases(old, verbosity=0)


def fill(size: int) -> object:
    """Readers of a weekly newsletter, sixty of a rare one, sixty whose mails come back; two issues.

    What a page shows is the same at each size; only what it must not read grows.
    """
    from datetime import timedelta  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415  after the setup
    from django.utils import timezone  # noqa: PLC0415

    from directory.models import Office  # noqa: PLC0415  after the setup
    from kit_portal.accounts.models import User  # noqa: PLC0415
    from newsletters.models import (  # noqa: PLC0415
        Consent,
        Delivery,
        Issue,
        Newsletter,
        Subscriber,
        Subscription,
    )

    now = timezone.now()
    Office.objects.create(name_de="Koordinierungsstelle", municipality="Musterstadt")
    weekly, rare = (
        Newsletter.objects.create(slug=slug, name_de=slug) for slug in ("weekly", "rare")
    )
    languages = ("de", "de", "de", "en", "ar", "tr", "ru")
    states = ["active"] * 17 + ["pending", "left", "left"]
    people = Subscriber.objects.bulk_create(
        (
            Subscriber.build(
                f"p{number:07}@example.org",
                language=languages[number % len(languages)],
                state="suspended" if number % (size // 60) == 3 else states[number % len(states)],
            )
            for number in range(size)
        ),
        batch_size=1000,
    )
    subscriptions = Subscription.objects.bulk_create(
        (
            Subscription(
                subscriber=person,
                newsletter=newsletter,
                requested_at=now,
                confirmed_at=None if person.state == "pending" else now,
                left_at=now if person.state == "left" else None,
            )
            for number, person in enumerate(people)
            for newsletter in ((weekly, rare) if number % (size // 60) == 4 else (weekly,))
        ),
        batch_size=1000,
    )
    Consent.objects.bulk_create(
        (
            Consent(
                subscriber_id=one.subscriber_id, newsletter_id=one.newsletter_id,
                event="confirmed", source="import", language="de", at=now,
            )
            for one in subscriptions
        ),
        batch_size=1000,
    )  # fmt: skip
    for number in (1, 2):
        issue = Issue.objects.create(
            newsletter=weekly, slot=f"2026-W{number:02}", subject_de=f"Woche {number}",
            state="sent", composed_at=now, scheduled_for=now - timedelta(weeks=3 - number),
            released_at=now, audience_count=size, sent_count=size, published_at=now,
            finished_at=now,
        )  # fmt: skip
        Delivery.objects.bulk_create(
            (
                Delivery(
                    issue=issue, subscriber=person, address_hash=person.address_hash,
                    language=person.language, state="sent", message_id=f"<{number}.{person.pk}@x>",
                    sent_at=now,
                )
                for person in people
            ),
            batch_size=1000,
        )  # fmt: skip
    with connection.cursor() as cursor:
        # What a database does by itself in the course of a day.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return User.objects.create_superuser("bench@example.org", "correct-horse-1", name="Messung")


def sign_in(user: object) -> object:
    from django.test import Client  # noqa: PLC0415  after the setup

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


if __name__ == "__main__":
    main()
