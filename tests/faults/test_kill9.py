"""`kill -9` of web, worker and database under load: nothing acknowledged is lost or doubled.

The control run turns durability off and must lose something: it proves that the checker can tell.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter

import psutil
import psycopg
import pytest

from tests.config.running import BARE, ROOT, Running, running, surroundings, until
from tests.faults.submitting import EVERY_FIFTH, Clients, found_county, judge, judge_orders, seed

pytestmark = [pytest.mark.slow, pytest.mark.unguarded]
GOAL = int(os.environ.get("YIZHAN_FAULT_GOAL") or 5000)
EVERY = 4.0  # seconds between two kills
EACH = 2  # kills of every victim at least
VICTIMS = {"web": "granian", "worker": "config.cli worker", "database": "postgres -D"}


def kill(run: Running, what: str) -> bool:
    """SIGKILL a program of the installation with everything below it."""
    found = []
    for process in run.family():
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if VICTIMS[what] in words or (what == "database" and "/postgres " in words + " "):
                found += [process, *process.children(recursive=True)]
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)
    return bool(found)


class Killer(threading.Thread):
    """Kills one victim after the other until it is told to stop."""

    def __init__(self, run: Running, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.run_, self.chance = run, chance
        self.killed: Counter[str] = Counter()
        self.enough = threading.Event()

    def satisfied(self) -> bool:
        """Whether every victim was killed often enough."""
        return all(self.killed[what] >= EACH for what in VICTIMS)

    def run(self) -> None:
        """In rounds of all victims, each round in another order."""
        while not self.enough.is_set():
            for what in self.chance.sample(sorted(VICTIMS), len(VICTIMS)):
                if self.enough.wait(EVERY * self.chance.uniform(0.5, 1.5)):
                    return
                self.killed[what] += kill(self.run_, what)


def recovered(run: Running) -> psycopg.Connection[tuple[object, ...]]:
    """The database after the storm, as soon as page and database answer again."""
    until(lambda: run.ask() == 200, 60, "the pages answer again")
    return run.database()


def verified(run: Running) -> bool:
    """`yizhan verify`: every trail against its hash chain."""
    done = subprocess.run(
        [sys.executable, "-m", "yizhan.config.cli", "verify"], cwd=ROOT,
        env=surroundings(run.var, **BARE), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    print(done.stdout[-500:], done.stderr[-500:])
    return done.returncode == 0


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path):
    chance = random.Random(seed())
    with running(tmp_path / "var") as run:
        killer = Killer(run, chance)
        clients = Clients(run, found_county(run), GOAL, enough=killer.satisfied)
        killer.start()
        clients.work()
        killer.enough.set()
        killer.join()
        database = recovered(run)
        verdict, orders = (
            judge(database, clients.acknowledged),
            judge_orders(database, clients.said),
        )
        print(
            f"{len(clients.acknowledged)} cases and {len(clients.said)} orders acknowledged, "
            f"{clients.retries} retries, {killer.killed}"
        )
        assert clients.given_up == []
        assert len(clients.acknowledged) == clients.taken >= GOAL
        assert (verdict.lost, verdict.doubled, verdict.half_written) == ([], [], [])
        assert len(clients.said) >= GOAL // EVERY_FIFTH
        assert (orders.lost, orders.doubled, orders.half_written) == ([], [], [])
        assert verified(run)


def test_the_control_without_durability_is_caught(tmp_path):
    """The same harness, synchronous_commit off and the log written late: it must report losses."""
    with running(tmp_path / "var") as run:
        county = found_county(run)
        with run.database() as database:
            database.execute("ALTER DATABASE yizhan SET synchronous_commit = off")
            database.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            database.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            database.execute("SELECT pg_reload_conf()")
        # Their connections were opened with the durable setting, and one durable commit of the
        # worker writes everybody's log.
        kill(run, "web")
        kill(run, "worker")
        recovered(run).close()
        clients = Clients(run, county, 200)
        clients.work()
        assert len(clients.acknowledged) == 200
        kill(run, "database")
        verdict = judge(recovered(run), clients.acknowledged)
        print(f"{len(verdict.lost)} of 200 lost")
        assert verdict.lost != []
