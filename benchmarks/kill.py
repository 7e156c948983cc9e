"""Workers killed with -9 at random moments: who gets a mail twice, who none?

305 recipients an issue, two Celery workers, one issue after the other until the kills are used up;
on PostgreSQL and Redis, and on the demo's column (SQLite, a folder as broker). A sink logs the
Message-ID of each mail it takes; this log is also the relay's log, by which unclear mails are
settled once all workers are gone. Leases are seconds here instead of minutes, nothing else differs.
The last line says how many recipients got a mail twice and how many none.

    ./run bench kill [--rounds 50] [--seconds 240]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.mail_ground import ground

RECIPIENTS, WORKERS = 305, 2
DELAY = 0.015  # seconds a mail takes: the sooner, the fewer are under way when the axe falls
LEASE = timedelta(seconds=4)
COLUMNS = {"production": "PostgreSQL and Redis", "demo": "SQLite and a folder"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50, help="kills on each column")
    parser.add_argument("--seconds", type=int, default=240, help="at most, on each column")
    parser.add_argument("--column", choices=COLUMNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.column:
        with tempfile.TemporaryDirectory() as folder:
            run_column(Path(folder), options)
        return
    doubles = lost = 0
    for column in COLUMNS:
        command = [sys.executable, __file__, "--column", column]
        command += ["--rounds", str(options.rounds), "--seconds", str(options.seconds)]
        done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
        result = json.loads(done.stdout.strip().splitlines()[-1])
        print(f"{COLUMNS[column]}: {result.pop('sentence')}", flush=True)
        doubles, lost = doubles + result["doubles"], lost + result["lost"]
    print(f"doubles: {doubles} lost: {lost}")


def run_column(folder: Path, options: argparse.Namespace) -> None:
    log = folder / "relay.log"
    with contextlib.ExitStack() as stack:
        is_demo = options.column == "demo"
        url = stack.enter_context(ground.database(folder, postgresql=not is_demo))
        broker = {} if is_demo else {"REDIS_URL": stack.enter_context(ground.redis_database())}
        port = stack.enter_context(ground.sink(folder, "--log", str(log), "--delay", str(DELAY)))
        ground.set_up_django(
            folder,
            DATABASE_URL=url,
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            NEWSLETTER_CONNECTIONS="4",  # batches of the dead count until their lease is over
            **broker,
        )
        shorten_leases()
        column = Column(folder, log, kills=options.rounds, seconds=options.seconds)
        try:
            column.run()
        finally:
            column.kill_all()
        print(json.dumps(column.result()))


def shorten_leases() -> None:
    from newsletters import books, delivery  # noqa: PLC0415  after set_up_django

    books.LEASE = delivery.LEASE = books.HAND_OVER_LEASE = LEASE


class Column:
    def __init__(self, folder: Path, log: Path, *, kills: int, seconds: int) -> None:
        self.folder, self.log = folder, log
        self.kills_left, self.until = kills, time.monotonic() + seconds
        self.started = time.monotonic()
        self.workers: list[int] = []
        self.ticker = 0
        self.kills = self.unclear = self.open_rows = 0
        self.issues: list[Any] = []

    def run(self) -> None:
        newsletter = ground.make_newsletter()
        ground.make_readers(newsletter, RECIPIENTS)
        while self.kills_left and time.monotonic() < self.until:
            issue = ground.start_issue(newsletter, slot=str(len(self.issues)), kilobytes=12)
            self.issues.append(issue)
            self.send_under_fire(issue)
            self.kill_all()
            self.settle(issue)

    def send_under_fire(self, issue: Any) -> None:
        self.ticker = self.fork(tick_forever)
        self.workers = [self.fork(work) for _number in range(WORKERS)]
        while self.wait_for_some_mails(issue):
            time.sleep(random.uniform(0, 3 * DELAY))
            kill(self.workers.pop(random.randrange(len(self.workers))))
            self.kills_left, self.kills = self.kills_left - 1, self.kills + 1
            self.workers.append(self.fork(work))

    def wait_for_some_mails(self, issue: Any) -> bool:
        """Let a random number of mails pass; False if the issue is through, or the time is up."""
        target = None
        while time.monotonic() < self.until:
            counts = issue.deliveries.counts()
            if not any(counts[state] for state in ("pending", "claimed", "final_dot", "deferred")):
                return False
            if target is None:
                target = counts["sent"] + random.randint(1, 40)
            if self.kills_left and counts["sent"] >= target:
                return True
            time.sleep(0.02)
        return False

    def settle(self, issue: Any) -> None:
        """Do what sweep, look-up and the next ticks do in the quarter of an hour that follows."""
        from django.utils import timezone  # noqa: PLC0415

        from newsletters import delivery, unsure  # noqa: PLC0415
        from newsletters.witnesses import RelayLog  # noqa: PLC0415

        def later() -> Any:
            return timezone.now() + timedelta(minutes=20)

        time.sleep(4 * DELAY)  # the sink ends what has its dot
        with self.log.open("a") as log:
            log.write("-- MARK --\n")
        delivery.sweep(now=later())
        self.unclear += issue.deliveries.counts()["unsure"]
        unsure.look_up([RelayLog(self.log)], now=later())
        delivery.deliver_issue(issue, clock=later, seconds=600)
        issue.refresh_from_db()
        if issue.state != "sent":
            self.open_rows += issue.deliveries.unfinished().count()

    def fork(self, task: Any) -> int:
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
        child = os.fork()
        if child == 0:
            with open(self.folder / "workers.log", "a") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            task()
            os._exit(0)
        return child

    def kill_all(self) -> None:
        for process in [*self.workers, *filter(None, [self.ticker])]:
            kill(process)
        self.workers, self.ticker = [], 0

    def result(self) -> dict[str, Any]:
        taken = Counter(
            line for line in self.log.read_text().splitlines() if line.startswith("<nl.")
        )
        wanted = [
            message_id
            for issue in self.issues
            for message_id in issue.deliveries.values_list("message_id", flat=True)
        ]
        doubles = sum(count - 1 for count in taken.values())
        lost = sum(message_id not in taken for message_id in wanted)
        seconds = time.monotonic() - self.started
        return {
            "doubles": doubles,
            "lost": lost,
            "sentence": (
                f"{self.kills} kills, {len(self.issues)} issues, {len(wanted)} recipients,"
                f" {sum(taken.values())} mails taken, {self.unclear} unclear looked up,"
                f" {self.open_rows} rows open, {doubles} doubles, {lost} lost, {seconds:.0f} s"
            ),
        }


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def work() -> None:
    """Be a Celery worker until killed."""
    from kit_portal.celery import app  # noqa: PLC0415

    random.seed()
    app.worker_main(
        [
            *("worker", "--pool", "solo", "--loglevel", "ERROR"),
            *("--hostname", f"w{os.getpid()}@bench"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


def tick_forever() -> None:
    """Be beat, only faster."""
    from newsletters.tasks import tick  # noqa: PLC0415

    while True:
        tick.apply_async(expires=5)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
