"""Jobs that need two packages: they read the clock and call one action."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from yizhan.domain.journeys import actions


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="count_uses")
def count_uses(timestamp: int) -> None:
    """Put the items that people apply for first in the search."""
    actions.count_uses(at=datetime.now(UTC))
