"""``./run demo``: prepare the demo's data, start web server, worker and beat, end them together.

Everything the demo writes lies in one folder (``var/``, or ``PORTAL_VAR``). One demo per folder.
"""

import argparse
import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("PORTAL_VAR", ROOT / "var")).resolve()
LOGS = VAR / "log"
OFFICE = "demo/flensburg"
# What --fresh deletes: by name, because PORTAL_VAR may be any folder.
OWN_FILES = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "loaded")
OWN_FOLDERS = ("broker", "broker-control", "log", "mail", "media", "private")
SECONDS_TO_START = 60
SECONDS_TO_END = 4

Children = dict[str, subprocess.Popen[bytes]]


class DemoError(Exception):
    """Why the demo cannot run: one sentence with the remedy."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run demo", description="Start the portal's demo.")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        with sole_demo(port=arguments.port):
            check_port(arguments.port)
            if arguments.fresh:
                forget_everything()
            environment = demo_environment(port=arguments.port)
            prepare(environment)
            serve(environment, port=arguments.port)
    except DemoError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe demo has ended; its data stay in", VAR)
    return 0


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def sole_demo(*, port: int) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets go of it whatever way this process ends."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoError(
                f"A demo is already running on {VAR}: {lock.read().strip()}.\n"
                "End that one, or give this one a folder of its own: "
                f"PORTAL_VAR=/tmp/second ./run demo --port {port + 1}"
            ) from None
        lock.truncate(0)
        lock.write(f"http://localhost:{port}/ (process {os.getpid()})")
        lock.flush()
        yield


def check_port(port: int) -> None:
    if not 0 < port < 65536:
        raise DemoError(f"There is no port {port}; choose one: ./run demo --port 8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = {
                errno.EADDRINUSE: "is used by another program",
                errno.EACCES: "may only be used by root",
            }.get(error.errno or 0, f"cannot be used ({error.strerror})")
            another = port + 1 if 1024 <= port < 65535 else 8001
            raise DemoError(
                f"Port {port} {reason}; choose another one: ./run demo --port {another}"
            ) from None


def forget_everything() -> None:
    if "DATABASE_URL" in os.environ:
        raise DemoError("--fresh cannot empty the database of DATABASE_URL; empty it yourself.")
    for name in OWN_FILES:
        (VAR / name).unlink(missing_ok=True)
    for name in OWN_FOLDERS:
        shutil.rmtree(VAR / name, ignore_errors=True)
    for path in VAR.glob("celerybeat-schedule*"):
        path.unlink()


def demo_environment(*, port: int) -> dict[str, str]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        if name in os.environ:
            print(f"{name} is set: the demo uses it instead of the files in {VAR}.")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
        "PORTAL_MODE": "demo",
        "PORTAL_VAR": str(VAR),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "SITE_URL": f"http://localhost:{port}",
    }


def prepare(environment: dict[str, str]) -> None:
    """Bring code and data together. The office is loaded once: later starts keep the changes."""
    steps = [
        ("Compiling the message catalogues", ["messages", "compile"]),
        ("Collecting the static files", ["collectstatic", "--noinput"]),
        ("Preparing the database", ["migrate", "--noinput"]),
        ("Setting up the roles", ["sync_roles"]),
    ]
    if not (VAR / "loaded").exists():
        steps.append(("Loading the demo office", ["load_office", OFFICE]))
    for title, command in steps:
        print(f"{title} ...", flush=True)
        manage(command, environment)
    (VAR / "loaded").touch()


def manage(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        check=False,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise DemoError(f"{done.stdout}\n“manage.py {' '.join(command)}” failed (see above).")
    return done.stdout


def serve(environment: dict[str, str], *, port: int) -> None:
    """Run the three processes until Ctrl-C, or until one of them ends by itself."""
    print("Starting web server, worker and beat ...", flush=True)
    LOGS.mkdir(exist_ok=True)
    celery = [sys.executable, "-m", "celery", "-A", "kit_portal"]
    commands = {
        "web": [
            *(sys.executable, "-m", "gunicorn", "kit_portal.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--access-logfile", "-", "--no-control-socket"),
            *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
            *("--timeout", "120", "--graceful-timeout", "2"),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--loglevel", "INFO"),
        ],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel", "INFO"],
    }
    children: Children = {}
    try:
        for name, command in commands.items():
            children[name] = start(name, command, environment)
        wait_for_answer(children, port=port)
        print(manage(["demo_logins", "--url", f"http://localhost:{port}/"], environment))
        print(f"Logs: {LOGS}. Ctrl-C ends everything.", flush=True)
        while True:
            check_alive(children)
            time.sleep(0.5)
    finally:
        end(children)


def start(name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches it through us alone, and in order."""
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=follow_parent if sys.platform == "linux" else None,
        )


def follow_parent() -> None:
    """Have the kernel end this child even if the parent is killed without a chance to do so."""
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def wait_for_answer(children: Children, *, port: int) -> None:
    patience = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < patience:
        check_alive(children)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            raise DemoError(f"{tail('web')}\nThe first page answers {error.code}.") from None
        except OSError:
            time.sleep(0.2)
    raise DemoError(f"{tail('web')}\nNo page after {SECONDS_TO_START} seconds.")


def check_alive(children: Children) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise DemoError(
                f"{tail(name)}\nThe {name} process has ended by itself, so the demo ends too."
            )


def tail(name: str) -> str:
    lines = (LOGS / f"{name}.log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-15:])


def end(children: Children) -> None:
    """Ask all to stop, then make them; their own children belong to their process groups."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    patience = time.monotonic() + SECONDS_TO_END
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0, patience - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    sys.exit(main())
