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


@app.periodic(cron="30 8 * * *")
@app.task(queueing_lock="hotline_nag_owners")
def nag_owners(timestamp: int) -> int:
    """Entries of the knowledge base that run out."""
    return actions.nag_owners(at=timezone.now())
