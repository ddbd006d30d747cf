"""Clients that submit until they are acknowledged, and the checker that compares with the rows."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.config.running import BARE, ROOT, Running, surroundings

# makes the county inside the running installation and prints what a client needs
FOUND = """
import json
from datetime import UTC, datetime
from yizhan.config.cli import session
with session.database():
    from yizhan.config.bench import county
    from yizhan.config.bench import calls
    made = county.make(datetime.now(UTC))
    print(json.dumps({
        "secret": made.secret, "applicants": made.applicants, "data": county.data(),
        "seat": calls.seat(datetime.now(UTC))[1], "text": calls.TEXT,
    }))
"""
EVERY_FIFTH = 5  # application is followed by a message to the hotline
BORN_TOGETHER = {
    "affair": "SELECT count(*) FROM cases_affair a WHERE a.id = c.affair_id",
    "clocks": "SELECT count(*) FROM cases_caseclock k WHERE k.subject_id = c.id",
    "trail": "SELECT count(*) FROM cases_caseentry e WHERE e.subject_id = c.id",
    "touchpoint": "SELECT count(*) FROM cases_touchpoint t WHERE t.case_id = c.id",
    "materials": "SELECT count(*) FROM cases_casematerial m WHERE m.case_id = c.id",
    "notice": "SELECT count(*) FROM notices_notice n WHERE n.subject = c.number",
}
ORDERS_TOGETHER = {
    "clock": "SELECT count(*) FROM hotline_orderclock k WHERE k.subject_id = o.id",
    "trail": "SELECT count(*) FROM hotline_orderentry e WHERE e.subject_id = o.id",
    "notice": "SELECT count(*) FROM notices_notice n WHERE n.subject = o.number",
}
WHOLE = {"affair": 1, "clocks": 2, "trail": 1, "touchpoint": 1, "materials": 3, "notice": 1}


def found_county(run: Running) -> dict[str, Any]:
    """A county with one item, 400 people and a machine that may submit."""
    done = subprocess.run(
        [sys.executable, "-c", FOUND], cwd=ROOT, env=surroundings(run.var, **BARE),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@dataclass
class Clients:
    """Threads that hand in `goal` applications, and more until `enough` is true."""

    run: Running
    county: dict[str, Any]
    goal: int
    enough: Callable[[], bool] = lambda: True
    acknowledged: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # the same for messages to the hotline
    retries: int = 0
    given_up: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: int = 0

    def work(self, threads: int = 8) -> None:
        """Until all are acknowledged or given up."""
        crew = [threading.Thread(target=self._one_client) for _ in range(threads)]
        for client in crew:
            client.start()
        for client in crew:
            client.join()

    def _one_client(self) -> None:
        while True:
            with self.lock:
                if self.taken >= self.goal and self.enough():
                    return
                self.taken += 1
                number = self.taken
            self._submit(number)
            if number % EVERY_FIFTH == 0:
                self._say(number)

    def _submit(self, number: int) -> None:
        applicants = self.county["applicants"]
        body = json.dumps({
            "item": "bench", "applicant": applicants[number % len(applicants)],
            "data": self.county["data"],
        }).encode()  # fmt: skip
        self._insist("/api/v1/cases/", self.county["secret"], body, self.acknowledged)

    def _say(self, number: int) -> None:
        """A message to the hotline from a number of its own."""
        body = json.dumps({"text": self.county["text"], "sender": f"199{number:08d}"}).encode()
        self._insist("/api/v1/orders/", self.county["seat"], body, self.said)

    def _insist(self, path: str, secret: str, body: bytes, kept: dict[str, str]) -> None:
        key = uuid.uuid4().hex
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            answer = self._ask(path, secret, key, body)
            if answer is not None:
                with self.lock:
                    kept[key] = answer
                return
            with self.lock:
                self.retries += 1
            time.sleep(0.2)
        self.given_up.append(key)

    def _ask(self, path: str, secret: str, key: str, body: bytes) -> str | None:
        """The number that was made, or None for any answer but an acknowledgement."""
        line = http.client.HTTPConnection("127.0.0.1", self.run.port, timeout=20)
        headers = {
            "Authorization": f"Bearer {secret}", "Idempotency-Key": key,
            "Content-Type": "application/json",
        }  # fmt: skip
        try:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            text = answer.read()
            return json.loads(text)["number"] if answer.status == 201 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            line.close()


@dataclass(frozen=True)
class Verdict:
    """What the rows say of what was acknowledged."""

    lost: list[str]
    doubled: list[str]
    half_written: list[str]


def judge(database: psycopg.Connection[Any], acknowledged: dict[str, str]) -> Verdict:
    """Compare every acknowledged (key, number) with the rows."""
    columns = ", ".join(f"({query})" for query in BORN_TOGETHER.values())
    rows = database.execute(
        f"SELECT split_part(c.idempotency_key, ':', 2), c.number, {columns} "  # noqa: S608
        "FROM cases_case c"
    ).fetchall()
    by_key: dict[str, list[str]] = {}
    half = []
    for key, number, *counts in rows:
        by_key.setdefault(key, []).append(number)
        if dict(zip(BORN_TOGETHER, counts, strict=True)) != WHOLE:
            half.append(f"{number} {counts}")
    lost = [key for key, number in acknowledged.items() if number not in by_key.get(key, [])]
    doubled = [key for key, numbers in by_key.items() if len(numbers) > 1]
    return Verdict(lost, doubled, half)


def judge_orders(database: psycopg.Connection[Any], said: dict[str, str]) -> Verdict:
    """Compare every acknowledged message with the rows: one order each, whole."""
    columns = ", ".join(f"({query})" for query in ORDERS_TOGETHER.values())
    rows = database.execute(
        f"SELECT split_part(m.message_id, ':', 2), o.number, {columns} "  # noqa: S608
        "FROM hotline_message m JOIN hotline_order o ON o.id = m.order_id"
    ).fetchall()
    by_key: dict[str, list[str]] = {}
    for key, number, *_ in rows:
        by_key.setdefault(key, []).append(number)
    alone = database.execute(
        "SELECT number FROM hotline_order o WHERE NOT EXISTS "
        "(SELECT 1 FROM hotline_message m WHERE m.order_id = o.id)"
    ).fetchall()
    half = [f"{number} {counts}" for _, number, *counts in rows if set(counts) != {1}]
    lost = [key for key, number in said.items() if number not in by_key.get(key, [])]
    doubled = [key for key, numbers in by_key.items() if len(numbers) > 1]
    return Verdict(lost, doubled, half + [str(number) for (number,) in alone])


def seed() -> int:
    """The seed of this run: YIZHAN_SEED or a new one, printed for repeating a failure."""
    number = int(os.environ.get("YIZHAN_SEED") or time.time_ns() % 1_000_000)
    print(f"YIZHAN_SEED={number}")
    return number
