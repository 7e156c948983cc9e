"""Real servers for the tests of this folder; `./run test` says where they are.

A test that cannot run is skipped with a reason beginning with "missing:", which the summary of
`./run test` repeats.
"""

import os
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings

from kit_portal.celery import app

ROOT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.service)


@pytest.fixture(scope="session")
def eventually():
    """Wait until a question has a true answer, and return that answer."""

    def wait(question, *, seconds=20):
        patience = time.monotonic() + seconds
        while not (answer := question()):
            assert time.monotonic() < patience, f"not within {seconds} seconds"
            time.sleep(0.05)
        return answer

    return wait


# --- mail -------------------------------------------------------------------------------------


class PostOffice:
    """Takes every mail; refuses the addresses in ``unknown``, says what ``answers`` hold."""

    def __init__(self):
        self.unknown = set()
        self.answers = {}
        self.envelopes = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.unknown:
            return "550 5.1.1 No such mailbox"
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.envelopes.append(envelope)
        return "250 Accepted"

    @property
    def messages(self):
        """The mails as their readers' programs see them, whose lines end as on this machine."""
        contents = [envelope.content.replace(b"\r\n", b"\n") for envelope in self.envelopes]
        return [message_from_bytes(content, policy=policy.default) for content in contents]


@pytest.fixture(scope="session")
def smtp_server():
    """A mail server of our own: (port, post office)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, office
    controller.stop()


@pytest.fixture
def post_office(smtp_server, settings):
    """The mail server, empty, with Django's mail going to it."""
    port, office = smtp_server
    office.envelopes.clear()
    office.unknown.clear()
    office.answers.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return office


# --- jobs -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def worker_environment(django_db_setup, smtp_server, tmp_path_factory):
    """The production column for a process beside this one, on the tests' own database."""
    redis_url = os.environ.get("REDIS_URL")
    if not redis_url:
        pytest.skip("missing: a Redis of the tests' own (run ./run test)")
    database = django_settings.DATABASES["default"]
    if "postgresql" not in database["ENGINE"]:
        pytest.skip("missing: a PostgreSQL that two processes can share (run ./run test)")
    place = database["HOST"]
    is_socket = place.startswith("/")  # then its folder goes before the name
    where = f"/{place}" if is_socket else f"{place}:{database['PORT'] or 5432}"
    access = ":".join(filter(None, (database["USER"], database["PASSWORD"])))
    port, _office = smtp_server
    return os.environ | {
        "PORTAL_MODE": "production",
        "PORTAL_VAR": str(tmp_path_factory.mktemp("var")),
        "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"postgres://{access}@{where}/{database['NAME']}",
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost:8000",
        "DEFAULT_FROM_EMAIL": "portal@example.org",
    }


@pytest.fixture(scope="session")
def running_worker(worker_environment, eventually, tmp_path_factory):
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "kit_portal", "worker"]
    command += ["--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=worker_environment, stdout=output, stderr=subprocess.STDOUT
        )

    def is_ready():
        assert process.poll() is None, log.read_text()
        return " ready." in log.read_text()

    try:
        eventually(is_ready)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(autouse=True)
def tasks_go_to_the_worker_if_there_is_one(request, monkeypatch):
    """A test without a worker has its tasks done at once, as in the fast suite."""
    monkeypatch.setitem(app.conf, "task_always_eager", "worker" not in request.fixturenames)


@pytest.fixture
def worker(running_worker, worker_environment, transactional_db):
    """A real Celery worker on a real Redis; tasks sent by the test go to it."""
    assert app.conf.broker_url == worker_environment["REDIS_URL"]
    return running_worker


# --- PDF --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pdf_faults():
    """Ask veraPDF what keeps a file from being valid: PDF/UA-1 (ISO 14289-1) unless told else."""
    class_path = os.environ.get("VERAPDF_CLASSPATH")
    if not class_path:
        pytest.skip("missing: the veraPDF engine and a JDK (run ./run test)")

    def judge(path, flavour="ua1"):
        done = subprocess.run(
            ["java", "-cp", class_path, str(ROOT / "tools/CheckPdf.java"), flavour, str(path)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout.splitlines()

    return judge
