"""Worker entries of people."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.domain.people import actions


@app.periodic(cron="40 3 * * *")
@app.task(name="people.sweep_tries", queueing_lock="people.sweep_tries")
def sweep_tries(timestamp: int) -> int:
    """Every night: forget how often what was tried yesterday."""
    return actions.sweep_tries(at=timezone.now())
