"""Requests per second of public pages, rendered afresh, against a bare view of the same size.

Baseline: ``benchmarks.bare_site.urls.bare`` under the same gunicorn, the same middleware, in the
same run. Clients are processes of their own. Each round visits all targets in turn, so that a
noisy neighbour hits them alike; the median counts.
The last line is the smaller of the two ratios.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8399
ROUNDS, SECONDS, CLIENTS = 5, 2.0, 4
REQUESTS_A_CONNECTION = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as var:
        env = os.environ | {
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": var,
            "DJANGO_SETTINGS_MODULE": "benchmarks.bare_site.settings",
            "PYTHONPATH": str(ROOT),
        }
        for command in (
            ["messages", "compile"],
            ["migrate", "-v0"],
            ["load_office", "demo/flensburg"],
            ["collectstatic", "--noinput", "-v0"],
        ):
            manage(command, env)
        measure_path = (
            manage(["shell", "-v0", "-c", _FIRST_MEASURE], env).stdout.strip().splitlines()[-1]
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "kit_portal.wsgi:application", "-w", "2",
             "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{PORT}", "--log-level", "error"],
            cwd=ROOT, env=env,
        )  # fmt: skip
        try:
            wait_for_server()
            run({"home": "/de/", "measure": measure_path})
        finally:
            server.terminate()
            server.wait(timeout=20)


_FIRST_MEASURE = """
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import activate
from measures.models import Measure
activate("de")
shown = Measure.objects.visible_to(AnonymousUser()).filter(evaluations__isnull=False)
print(shown.order_by("pk").first().get_absolute_url())
"""


def manage(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=env, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip


def wait_for_server() -> None:
    for _attempt in range(100):
        try:
            fetch("/de/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server did not start.")


def fetch(path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return len(body)


def rate(path: str, clients: ProcessPoolExecutor) -> float:
    """Return requests per second of ``CLIENTS`` visitors over ``SECONDS``."""
    return sum(clients.map(visit, [path] * CLIENTS)) / SECONDS


def visit(path: str) -> int:
    """Ask for ``path`` again and again; return how many answers came within ``SECONDS``.

    A connection belongs to the worker that took it. It is kept for a few requests only, lest one
    worker have all of them while the other idles, on one target and not on the next.
    """
    count = 0
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        with socket.create_connection(("127.0.0.1", PORT), timeout=20) as connection:
            for _request in range(REQUESTS_A_CONNECTION):
                ask(connection, path)
                count += 1
    return count


def ask(connection: socket.socket, path: str) -> None:
    """Send one request, read its answer. ``http.client`` takes longer than the bare view does."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head, _end, body = connection.recv(65536).partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise SystemExit(f"{path} answered {head!r}")
    missing = int(length[1]) - len(body)
    while missing > 0:
        received = len(connection.recv(65536))
        if not received:
            raise SystemExit(f"{path} was cut off")
        missing -= received


def run(pages: dict[str, str]) -> None:
    sizes = {name: fetch(path) for name, path in pages.items()}
    targets = dict(pages) | {f"bare {name}": f"/bare/{sizes[name]}" for name in pages}
    rates: dict[str, list[float]] = {name: [] for name in targets}
    for path in targets.values():
        fetch(path)
    with ProcessPoolExecutor(CLIENTS) as clients:
        for _round in range(ROUNDS):
            for name, path in targets.items():
                rates[name].append(rate(path, clients))
    ratios = []
    for name, path in pages.items():
        page, bare = (statistics.median(rates[key]) for key in (name, f"bare {name}"))
        ratios.append(page / bare)
        print(f"{name:8} {path:40} {sizes[name]:7} bytes  {page:7.0f}/s  "
              f"bare view {bare:7.0f}/s  ratio {page / bare:.3f}")  # fmt: skip
    print(f"ratio: {min(ratios):.3f}")


if __name__ == "__main__":
    main()
