"""What the hotline's own clocks do. Each task only calls one action."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.domain.hotline import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="hotline_watch")
def watch(timestamp: int) -> int:
    """Remind, supervise and escalate what is close or over."""
    return actions.watch(at=timezone.now())
