"""``./run test [fast] [pytest arguments]`` and ``./run check``: all stages, then a summary.

A stage that cannot run is listed as skipped; with ``STRICT=1`` that counts as a failure.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from machine import ROOT, MissingError, chromium, html_checker, spamassassin, verapdf
from servers import postgresql, redis_database

PYTHON = sys.executable
PROGRAMS = Path(PYTHON).parent
STRICT = os.environ.get("STRICT", "") not in {"", "0"}
PROCESSES = str(min(8, max(2, os.cpu_count() or 2)))
PATIENCE = 1200  # seconds for one stage
NO_TESTS = 5  # pytest's exit code: the arguments leave this stage nothing to do
ASIDE = "missing: "  # a test that is skipped for this reason could not run

FAST = ["-m", "not browser and not service", "-n", PROCESSES]
# Nothing is connected to: these values let the production settings be read and judged.
PRODUCTION = {
    "PORTAL_MODE": "production",
    "DATABASE_URL": "postgres://portal@db.example.org/portal",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
    "SECRET_KEY": "only-to-check-the-settings-" + "0123456789abcdef" * 3,
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "DEFAULT_FROM_EMAIL": "portal@example.org",
}


@dataclass
class Outcome:
    stage: str
    state: str  # "ok", "FAILED" or "SKIPPED"
    seconds: float
    remark: str = ""


@dataclass
class Run:
    """The stages so far, and what each of them needs in its environment."""

    folder: Path
    arguments: list[str]
    outcomes: list[Outcome] = field(default_factory=list)
    tests: Counter[str] = field(default_factory=Counter)

    def stage(self, name: str, *command: str, **environment: str) -> None:
        self.announce(name)
        started = time.monotonic()
        code = execute(list(command), self.environment(environment))
        state = "FAILED" if code else "ok"
        self.outcomes.append(Outcome(name, state, time.monotonic() - started))

    def tests_stage(self, name: str, *options: str, **environment: str) -> None:
        self.announce(name)
        report = self.folder / f"{len(self.outcomes)}.xml"
        started = time.monotonic()
        code = execute(
            [PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *options, *self.arguments],
            self.environment(environment),
        )
        counts, aside = read_report(report)
        self.tests += counts
        state = "ok" if code in {0, NO_TESTS} else "FAILED"
        remark = ", ".join(f"{number} {what}" for what, number in counts.items())
        self.outcomes.append(Outcome(name, state, time.monotonic() - started, remark))
        for reason, number in aside.items():
            self.skip(f"{name}: {number} of its tests", reason)

    def skip(self, name: str, reason: str) -> None:
        self.outcomes.append(Outcome(name, "SKIPPED", 0, reason))

    def announce(self, name: str) -> None:
        print(f"\n── {name} ".ljust(80, "─"), flush=True)

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """Nobody's data: the demo's folder, database and queue stay out of reach."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {*PRODUCTION, "DJANGO_SETTINGS_MODULE"}
        }
        own = {"PORTAL_MODE": "demo", "PORTAL_VAR": str(self.folder / "var")}
        own |= {"TMPDIR": str(self.folder), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        return kept | own | more

    def summary(self) -> int:
        print("\n" + "═" * 79)
        for outcome in self.outcomes:
            seconds = f"{outcome.seconds:6.1f} s" if outcome.state != "SKIPPED" else " " * 8
            print(f"{outcome.state:8}{seconds}  {outcome.stage}  {outcome.remark}".rstrip())
        states = Counter(outcome.state for outcome in self.outcomes)
        if states["SKIPPED"]:
            verdict = "with STRICT=1 that is a failure" if STRICT else "see above what they need"
            print(f"\n!!! {states['SKIPPED']} SKIPPED: {verdict}")
        bad = states["FAILED"] + (states["SKIPPED"] if STRICT else 0)
        print(
            f"\n{'NOT OK' if bad else 'All is well'}: {sum(o.seconds for o in self.outcomes):.0f} s"
        )
        if self.tests:
            passed, failed, skipped = (self.tests[k] for k in ("passed", "failed", "skipped"))
            print(f"{passed} passed, {failed} failed, {skipped} skipped")
        return 1 if bad else 0


def main(words: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    what = words.pop(0) if words and words[0] in {"check", "fast"} else "all"
    with tempfile.TemporaryDirectory(prefix="portal-tests-") as folder:
        run = Run(Path(folder), words)
        try:
            check(run)
            if what != "check":
                run.tests_stage("tests on SQLite", *FAST)
            if what == "all":
                everything_else(run)
        except KeyboardInterrupt:
            run.skip("the rest", "interrupted")
            run.summary()
            return 130
        return run.summary()


def check(run: Run) -> None:
    """Lint, types, contracts, migrations, catalogues: what needs no test."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    manage = [PYTHON, "manage.py"]
    run.stage("catalogues compile", *manage, "messages", "compile")
    run.stage("ruff check", PYTHON, "-m", "ruff", "check", ".")
    run.stage("ruff format", PYTHON, "-m", "ruff", "format", "--check", ".")
    run.stage("djade", str(PROGRAMS / "djade"), "--check", "--target-version=5.2", *templates)
    run.stage("mypy", PYTHON, "-m", "mypy")
    run.stage("import contracts", PYTHON, str(PROGRAMS / "lint-imports"), "--no-logo")
    run.stage("migrations", *manage, "makemigrations", "--check", "--dry-run")
    run.stage("catalogues check", *manage, "messages", "check")
    run.stage(
        "production settings",
        *(*manage, "check", "--deploy", "--fail-level", "WARNING"),
        **PRODUCTION,
    )


def everything_else(run: Run) -> None:
    with skipping(run, "tests on PostgreSQL, service tests"), postgresql() as database:
        run.tests_stage("tests on PostgreSQL", *FAST, DATABASE_URL=database)
        with skipping(run, "service tests"), redis_database() as queue:
            urls = {"DATABASE_URL": database, "REDIS_URL": queue, "TEST_BROKER_URL": queue}
            # What is missing here is named by the tests that need it.
            with contextlib.suppress(MissingError):
                urls["VERAPDF_CLASSPATH"] = verapdf()
            with contextlib.suppress(MissingError):
                urls["VNU_JAR"] = html_checker()
            with contextlib.suppress(MissingError):
                spamassassin()  # found on the path
            run.tests_stage("service tests", "-m", "service", **urls)
    with skipping(run, "browser tests"):
        run.tests_stage("browser tests", "-m", "browser", CHROMIUM=chromium())


@contextlib.contextmanager
def skipping(run: Run, stage: str) -> Iterator[None]:
    try:
        yield
    except MissingError as missing:
        run.skip(stage, f"{ASIDE}{missing}")


def execute(command: list[str], environment: dict[str, str]) -> int:
    """Run a stage to its end; whatever it started ends with it."""
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"No end after {PATIENCE} seconds.", flush=True)
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(child.pid, number)
                child.wait(10)
        child.wait()


def read_report(report: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how the tests ended, and why those were skipped that could not run."""
    counts, aside = Counter[str](), Counter[str]()
    if not report.exists():
        return counts, aside
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  pytest wrote it
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif skipped is None:
            counts["passed"] += 1
        else:
            counts["skipped"] += 1
            if (reason := skipped.get("message", "")).startswith(ASIDE):
                aside[reason] += 1
    return counts, aside


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
