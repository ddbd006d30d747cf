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
    made = county.make(datetime.now(UTC))
    print(json.dumps({"secret": made.secret, "applicants": made.applicants, "data": county.data()}))
"""
BORN_TOGETHER = {
    "affair": "SELECT count(*) FROM cases_affair a WHERE a.id = c.affair_id",
    "clocks": "SELECT count(*) FROM cases_caseclock k WHERE k.subject_id = c.id",
    "trail": "SELECT count(*) FROM cases_caseentry e WHERE e.subject_id = c.id",
    "touchpoint": "SELECT count(*) FROM cases_touchpoint t WHERE t.case_id = c.id",
    "materials": "SELECT count(*) FROM cases_casematerial m WHERE m.case_id = c.id",
    "notice": "SELECT count(*) FROM notices_notice n WHERE n.subject = c.number",
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

    def _submit(self, number: int) -> None:
        key = uuid.uuid4().hex
        applicants = self.county["applicants"]
        body = json.dumps({
            "item": "bench", "applicant": applicants[number % len(applicants)],
            "data": self.county["data"],
        }).encode()  # fmt: skip
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            answer = self._ask(key, body)
            if answer is not None:
                with self.lock:
                    self.acknowledged[key] = answer
                return
            with self.lock:
                self.retries += 1
            time.sleep(0.2)
        self.given_up.append(key)

    def _ask(self, key: str, body: bytes) -> str | None:
        """The number of the case, or None for any answer but an acknowledgement."""
        line = http.client.HTTPConnection("127.0.0.1", self.run.port, timeout=20)
        headers = {
            "Authorization": f"Bearer {self.county['secret']}", "Idempotency-Key": key,
            "Content-Type": "application/json",
        }  # fmt: skip
        try:
            line.request("POST", "/api/v1/cases/", body, headers)
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


def seed() -> int:
    """The seed of this run: YIZHAN_SEED or a new one, printed for repeating a failure."""
    number = int(os.environ.get("YIZHAN_SEED") or time.time_ns() % 1_000_000)
    print(f"YIZHAN_SEED={number}")
    return number
