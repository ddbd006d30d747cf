"""Worker entries of notices."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.domain.notices import actions


@app.periodic(cron="* * * * *")
@app.task(name=actions.SEND_TASK, queueing_lock=actions.SEND_TASK)
def send_due(timestamp: int) -> None:
    """Every minute, and after an urgent message: send what is due."""
    while actions.send_due(at=timezone.now()) > 0:
        pass
