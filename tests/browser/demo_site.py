"""The demo office behind a real web server: what the browser tests walk through."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from django.urls import Resolver404, resolve
from django.utils.translation import override

ROOT = Path(__file__).parents[2]


@contextmanager
def served_demo():
    """Load the demo office into a database of its own and serve it; yield its address."""
    with tempfile.TemporaryDirectory(prefix="portal-browser-") as var:
        env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        env |= {
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": var,
            "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
            "LOG_LEVEL": "WARNING",
        }
        for command in (
            ["migrate", "-v0"],
            ["sync_roles"],
            ["load_office", "demo/flensburg"],
            ["collectstatic", "--noinput", "-v0"],
        ):
            manage(command, env)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "kit_portal.wsgi:application"),
                *("-w", "2", "-k", "gthread", "--threads", "4", "--log-level", "error"),
                "--no-control-socket",
                *("-b", f"127.0.0.1:{port}"),
            ],
            cwd=ROOT,
            env=env,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/theme.css")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def manage(command, env):
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def wait_for(address):
    patience = time.monotonic() + 30
    while True:
        try:
            return urlopen(address)
        except OSError:
            assert time.monotonic() < patience, "the server did not start"
            time.sleep(0.2)


def get(address):
    try:
        with urlopen(address) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except HTTPError as error:
        return error.code, ""


def walk(base, start, *, most_per_view=3):
    """Follow the links from ``start``; return {view name: path} and the paths that failed.

    Of each view a few pages are opened, so that the walk is wide and not deep.
    """
    language = start.strip("/").split("/")[0]
    views, broken, seen, queue = {}, [], {start}, [start]
    opened = {}
    while queue:
        path = queue.pop(0)
        name = view_name(path)
        if opened.get(name, 0) >= most_per_view:
            continue
        opened[name] = opened.get(name, 0) + 1
        status, html = get(base + path)
        if status != 200:
            broken.append((status, path))
            continue
        if html.lstrip().lower().startswith("<!doctype html"):
            views.setdefault(name, path)
        for link in re.findall(r'href="(/[^"#?]*)', html):
            if link.startswith(f"/{language}/") and link not in seen:
                seen.add(link)
                queue.append(link)
    return views, broken


def view_name(path):
    try:
        with override(path.split("/")[1]):  # addresses of other languages are not resolved
            return resolve(path).view_name
    except Resolver404:
        return path
