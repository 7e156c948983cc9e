"""Mails per second: our delivery against a raw ``smtplib`` loop, to the same sink, in one run.

Baseline: ``smtplib`` on one connection, the same bytes, nothing written down. Ours: one worker with
everything it does for “nobody twice”: claim, final dot, books in the database. Rounds alternate, so
that a noisy neighbour hits both alike; the median counts. Then the same delivery to more and more
recipients, each in a process of its own: mails per second and memory.

    ./run bench mailing [--recipients 100000] [--mails 3000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import smtplib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.mail_ground import ground
from benchmarks.mail_ground.certificate import make_certificate

KILOBYTES = 20
TLS_MAILS = 60  # of the raw loop, which waits 40 ms for each


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.alone:
            send_alone(folder, options.alone)
            return
        compare(folder, mails=options.mails, rounds=options.rounds)
    for recipients in dict.fromkeys((options.recipients // 10, options.recipients)):
        if recipients:
            command = [sys.executable, __file__, "--alone", str(recipients)]
            subprocess.run(command, check=True)


def compare(folder: Path, *, mails: int, rounds: int) -> None:
    certificate = make_certificate(folder)
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(ground.database(folder))
        ports = {
            False: stack.enter_context(ground.sink(folder)),
            True: stack.enter_context(ground.sink(folder, "--tls", str(certificate))),
        }
        ground.set_up_django(
            folder,
            DATABASE_URL=url,
            EMAIL_URL="smtp://localhost",
            SSL_CERT_FILE=str(certificate),
        )
        from django.conf import settings  # noqa: PLC0415  after set_up_django

        newsletter = ground.make_newsletter()
        ground.make_readers(newsletter, mails)
        print(f"database: {url.partition(':')[0]}, sink: a process of its own")
        for tls in (False, True):
            settings.EMAIL_PORT, settings.EMAIL_USE_SSL = ports[tls], tls
            ratio = ratio_of_rounds(newsletter, ports[tls], tls=tls, mails=mails, rounds=rounds)
            print(f"ratio {'with' if tls else 'without'} TLS: {ratio:.2f}", flush=True)


def ratio_of_rounds(newsletter: object, port: int, *, tls: bool, mails: int, rounds: int) -> float:
    ours: list[float] = []
    raw: list[float] = []
    for number in range(rounds):
        issue = ground.start_issue(newsletter, slot=f"{tls}-{number}", kilobytes=KILOBYTES)
        content = bytes(issue.bodies.get().mime_template)
        raw_mails = min(mails, TLS_MAILS) if tls else mails
        raw.append(rate(lambda c=content, n=raw_mails: raw_loop(port, c, n, tls=tls), raw_mails))
        ours.append(rate(lambda one=issue: deliver(one), mails))
        print(
            f"  {'TLS' if tls else 'plain':5} {len(content) / 1000:.0f} KB"
            f"  raw smtplib {raw[-1]:6.0f}/s  ours {ours[-1]:6.0f}/s"
        )
    return statistics.median(ours) / statistics.median(raw)


def rate(send: Callable[[], None], count: int) -> float:
    started = time.perf_counter()
    send()
    return count / (time.perf_counter() - started)


def raw_loop(port: int, content: bytes, count: int, *, tls: bool) -> None:
    context = {"context": ssl.create_default_context()} if tls else {}
    with (smtplib.SMTP_SSL if tls else smtplib.SMTP)("localhost", port, **context) as connection:
        for number in range(count):
            connection.sendmail("news@example.org", [f"reader{number}@example.org"], content)


def deliver(issue: object) -> None:
    from newsletters import delivery  # noqa: PLC0415

    delivery.deliver_issue(issue, seconds=3600)
    issue.refresh_from_db()
    if (issue.state, issue.sent_count) != ("sent", issue.audience_count):
        raise SystemExit(f"{issue.sent_count} of {issue.audience_count} were sent.")


def send_alone(folder: Path, recipients: int) -> None:
    """Send to so many, in this process and by one worker; print rate and memory."""
    with ground.database(folder) as url, ground.sink(folder) as port:
        ground.set_up_django(folder, DATABASE_URL=url, EMAIL_URL=f"smtp://127.0.0.1:{port}")
        newsletter = ground.make_newsletter()
        ground.make_readers(newsletter, recipients)
        started = time.perf_counter()
        issue = ground.start_issue(newsletter, slot="alone", kilobytes=KILOBYTES)
        released = time.perf_counter() - started
        speed = rate(lambda: deliver(issue), recipients)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{recipients:7} recipients: released in {released:.1f} s, sent in"
            f" {recipients / speed:.0f} s, {speed:.0f} mails/s, at most {memory:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
