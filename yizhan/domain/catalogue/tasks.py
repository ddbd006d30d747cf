"""Jobs of the catalogue: they read the clock, find the rows and call one action."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from yizhan.domain.catalogue import actions


@app.task(queueing_lock=None)
def run_import(run_id: str) -> None:
    """Check or import an uploaded file."""
    actions.run_import(UUID(run_id), at=datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="start_scheduled_versions")
def start_scheduled_versions(timestamp: int) -> None:
    """Publish versions whose moment has come."""
    actions.start_scheduled(at=datetime.now(UTC))


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="expire_items")
def expire_items(timestamp: int) -> None:
    """Take items off line whose planned cancel date has come."""
    actions.expire(at=datetime.now(UTC))
