"""The demo as somebody starts it: three real processes on files alone."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOREIGN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_MODE"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "var"


@pytest.fixture
def start_demo(folder, eventually):
    """Start the demo on ``folder`` and wait until it says that it runs: (process, address)."""

    @contextmanager
    def start():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        process = subprocess.Popen(
            [sys.executable, "-u", ROOT / "tools/demo.py", "--port", str(port)],
            env=environment | {"PORTAL_VAR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C ends everything" in line:
                break
        try:
            assert "Ctrl-C ends everything" in said[-1], "".join(said)
            yield process, f"http://localhost:{port}/", "".join(said)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            eventually(lambda: not processes(folder))

    return start


def processes(folder):
    """Return all processes that work on a demo's folder: number → command."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"PORTAL_VAR={folder}".encode() in (path / "environ").read_bytes().split(b"\0"):
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(path.name)] = command
        except OSError:
            continue  # it has ended meanwhile, or belongs to somebody else
    return found


def test_demo_keeps_its_data_and_leaves_no_process_behind(start_demo, folder):
    with start_demo() as (process, address, said):
        with urllib.request.urlopen(address, timeout=20) as answer:
            page = answer.read().decode()
        running = " ".join(processes(folder).values())
        process.send_signal(signal.SIGINT)
        code = process.wait(10)
        left = processes(folder)

    assert "Loading the demo office" in said
    assert address in said
    assert '<html lang="de"' in page
    assert "gunicorn kit_portal.wsgi:application" in running
    assert "celery -A kit_portal worker" in running
    assert "celery -A kit_portal beat" in running
    assert code == 0
    assert left == {}

    with start_demo() as (process, _address, said):
        process.send_signal(signal.SIGTERM)
        process.wait(10)

    assert "Loading the demo office" not in said


def test_demo_ends_when_one_of_its_processes_dies(start_demo, folder):
    folder.mkdir()
    (folder / "loaded").touch()  # an empty office will do

    with start_demo() as (process, _address, _said):
        [beat] = [n for n, command in processes(folder).items() if " beat " in command]
        os.kill(beat, signal.SIGKILL)
        code = process.wait(10)
        last_words = process.stdout.read()
        left = processes(folder)

    assert code == 1
    assert "The beat process has ended by itself, so the demo ends too." in last_words
    assert left == {}
