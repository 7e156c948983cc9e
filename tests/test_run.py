"""The script `./run`, as somebody meets it on a machine that is not ready."""

import importlib.util
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = ("sh", "cat", "cksum", "dirname", "env", "id", "rm", "uname")


def run(*words, cwd=ROOT, **environment):
    """Run the script with nothing of this test's own environment but what is named."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]} | environment
    return subprocess.run(
        [cwd / "run", *words], cwd="/", env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path):
    """A fresh checkout, as far as the script looks at it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("run", "requirements.txt", "requirements-dev.txt", "requirements-boot.txt"):
        shutil.copy2(ROOT / name, folder)
    return folder


@pytest.fixture
def bare_machine(tmp_path):
    """Return a PATH with the few programs of a minimal system, and Python as the test says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name))

    def make(python=None):
        if python:
            path = folder / "python3"
            path.write_text(f"#!/bin/sh\n{python}\n")
            path.chmod(0o755)
        return str(folder)

    return make


def test_script_is_executable_posix_shell():
    assert (ROOT / "run").stat().st_mode & stat.S_IXUSR
    assert (ROOT / "run").read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", ROOT / "run"], check=False).returncode == 0


def test_help_names_every_command():
    done = run("help")

    commands = re.findall(r"^([a-z]+)(?: \||\))", (ROOT / "run").read_text(), re.MULTILINE)
    assert done.returncode == 0
    assert set(commands) >= {"demo", "test", "check", "messages", "bench", "lock", "help"}
    assert [c for c in commands if f"\n  {c}" not in done.stdout] == []


def test_unknown_command_is_named():
    done = run("dance")

    assert done.returncode == 1
    assert done.stderr.endswith("run: There is no command 'dance'.\n")


def test_old_python_gets_one_sentence_with_the_remedy(checkout, bare_machine):
    path = bare_machine('[ "$1" = --version ] && echo "Python 3.9.2" || exit 1')

    done = run("demo", cwd=checkout, PATH=path)

    assert done.returncode == 1
    assert done.stderr == (
        "run: Python 3.9.2 is too old: install Python 3.11 or newer, "
        "or name one: PYTHON=/path/to/python3 ./run\n"
    )


def test_missing_python_gets_one_sentence_with_the_remedy(checkout, bare_machine):
    done = run("demo", cwd=checkout, PATH=bare_machine())

    assert done.returncode == 1
    assert done.stderr == "run: Python is missing: install python3 (3.11 or newer) and pip.\n"


def test_missing_pip_gets_one_sentence_with_the_remedy(checkout, bare_machine):
    path = bare_machine(f'[ "$2" = pip ] && exit 1; exec {sys.executable} "$@"')

    done = run("demo", cwd=checkout, PATH=path)

    assert done.returncode == 1
    assert done.stderr == (
        "run: Python has no pip: install it (Debian: apt-get install python3-pip).\n"
    )


def demo(*words, folder):
    """The demo's second half, without looking after the environment first."""
    return subprocess.run(
        [sys.executable, ROOT / "tools/demo.py", *words],
        env=os.environ | {"PORTAL_VAR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_demo_names_a_busy_port_and_another_one(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = demo("--port", str(port), folder=tmp_path)

    assert done.returncode == 1
    assert f"Port {port} is used by another program; choose another one: ./run demo" in done.stderr


def test_demo_refuses_a_port_that_does_not_exist(tmp_path):
    done = demo("--port", "70000", folder=tmp_path)

    assert done.returncode == 1
    assert done.stderr == "\nThere is no port 70000; choose one: ./run demo --port 8001\n"


def test_second_demo_on_the_same_data_is_refused(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "demo.lock").open("w") as lock:
        lock.write("http://localhost:8000/ (process 123)")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        done = demo(folder=tmp_path)

    assert done.returncode == 1
    assert f"already running on {tmp_path}: http://localhost:8000/ (process 123)" in done.stderr
    assert "PORTAL_VAR=/tmp/second ./run demo --port 8001" in done.stderr


@pytest.mark.parametrize("name", ["", "-dev", "-boot"])
def test_requirements_name_versions_and_hashes_and_no_host(name):
    text = (ROOT / f"requirements{name}.txt").read_text()

    packages = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
    assert len(packages) >= 1
    assert [line for line in packages if not re.match(r"[a-z0-9-]+==\S+ .*\\$", line)] == []
    assert re.findall(r"^--.*|.*://.*", text, re.MULTILINE) == []


def test_development_requirements_contain_the_others():
    runtime, development = (
        set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    assert runtime - development == set()


# --- the summary of ./run test ----------------------------------------------------------------


@pytest.fixture
def stages(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    spec = importlib.util.spec_from_file_location("stages", ROOT / "tools/test.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "stages", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("strict", "code", "verdict"),
    [(False, 0, "see above what they need"), (True, 1, "with STRICT=1 that is a failure")],
)
def test_skipped_stage_is_loud_and_fails_when_strict(
    stages, monkeypatch, tmp_path, capsys, strict, code, verdict
):
    monkeypatch.setattr(stages, "STRICT", strict)
    run = stages.Run(tmp_path, [])
    run.stage("a stage", sys.executable, "-c", "")
    with stages.skipping(run, "browser tests"):
        raise stages.MissingError("chromium (Debian: apt-get install chromium)")

    assert run.summary() == code

    said = capsys.readouterr().out
    assert "SKIPPED           browser tests  missing: chromium (Debian: apt-get" in said
    assert f"!!! 1 SKIPPED: {verdict}" in said


def test_failed_stage_fails_the_run(stages, tmp_path, capsys):
    run = stages.Run(tmp_path, [])
    run.stage("a stage", sys.executable, "-c", "raise SystemExit(3)")

    assert run.summary() == 1
    assert re.search(r"^FAILED +\d\.\d s  a stage$", capsys.readouterr().out, re.MULTILINE)


def test_report_tells_tests_that_could_not_run_from_those_that_need_not(stages, tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase/><testcase><failure/></testcase><testcase><error/></testcase>"
        "<testcase><skipped message='missing: a JDK'/></testcase>"
        "<testcase><skipped message='PostgreSQL only'/></testcase>"
        "</testsuite></testsuites>"
    )

    counts, aside = stages.read_report(report)

    assert counts == {"passed": 1, "failed": 2, "skipped": 2}
    assert aside == {"missing: a JDK": 1}


def test_stages_see_nothing_of_real_databases(stages, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://real@db.example.org/real")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example.org")

    environment = stages.Run(tmp_path, []).environment({})

    assert "DATABASE_URL" not in environment
    assert "REDIS_URL" not in environment
    assert environment["PORTAL_VAR"] == str(tmp_path / "var")
