"""The law's own clocks, looked at every few minutes. Each task only calls one action."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.domain.cases import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="deem_accepted")
def deem_accepted(timestamp: int) -> int:
    """Five days of silence is acceptance."""
    return actions.deem_accepted(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="lapse_corrections")
def lapse_corrections(timestamp: int) -> int:
    """A correction that did not come counts as withdrawal."""
    return actions.lapse_corrections(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="lapse_commitments")
def lapse_commitments(timestamp: int) -> int:
    """Deferred materials and promises that ran out."""
    return actions.lapse_commitments(at=timezone.now())


@app.periodic(cron="50 2 * * *")
@app.task(queueing_lock="sweep_leftovers")
def sweep_leftovers(timestamp: int) -> int:
    """Every night, before the sweep of bytes: files of discarded drafts."""
    return actions.sweep_leftovers(at=timezone.now())
