"""What becomes of the jobs of a killed worker."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from yizhan.config import jobs

pytestmark = pytest.mark.django_db(transaction=True)
TASK = "notices.send_due"


def worker(*, silent_for: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)"
            " RETURNING id",
            [silent_for],
        )
        return cursor.fetchone()[0]


def job(status: str, *, taken_by: int | None = None, attempts: int = 0, lock: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status,"
            " worker_id, attempts) VALUES ('default', %s, nullif(%s, ''), '{}', %s, %s, %s)"
            " RETURNING id",
            [TASK, lock, status, taken_by, attempts],
        )
        return cursor.fetchone()[0]


def status(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        return cursor.fetchone()[0]


def rescue() -> None:
    async def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as living:
            async with living.open_async():
                context: Any = SimpleNamespace(app=living)
                await jobs.rescue_stalled_jobs(context, timestamp=0)

    asyncio.run(run())


def test_the_job_of_a_silent_worker_is_handed_on_and_others_are_left_alone() -> None:
    dead, alive = worker(silent_for="10 minutes"), worker(silent_for="5 seconds")
    lost, running, done = (
        job("doing", taken_by=dead),
        job("doing", taken_by=alive),
        job("succeeded"),
    )
    rescue()
    assert [status(lost), status(running), status(done)] == ["todo", "doing", "succeeded"]


def test_a_job_whose_twin_waits_is_dropped_and_does_not_hold_up_the_rest() -> None:
    """Its queueing lock allows only one waiting; procrastinate raises there."""
    dead = worker(silent_for="10 minutes")
    twin = job("todo", lock=TASK)
    lost, other = job("doing", taken_by=dead, lock=TASK), job("doing", taken_by=dead)
    rescue()
    assert [status(twin), status(lost), status(other)] == ["todo", "aborted", "todo"]


def test_a_job_that_kills_every_worker_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    dead = worker(silent_for="10 minutes")
    poison, unlucky = (
        job("doing", taken_by=dead, attempts=jobs.MOST_ATTEMPTS),
        job("doing", taken_by=dead, attempts=jobs.MOST_ATTEMPTS - 1),
    )
    rescue()
    assert [status(poison), status(unlucky)] == ["failed", "todo"]
    assert f"job {poison} ({TASK}) has killed its worker 5 times" in caplog.text


def test_every_job_of_the_house_is_known_to_the_worker() -> None:
    app.perform_import_paths()
    known = set(app.tasks)
    assert {TASK, "files.sweep_orphans"} <= known
    assert {name for name in known if name.endswith("rescue_stalled_jobs")}
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {TASK, "files.sweep_orphans"} <= periodic
