"""What the hotline's own clocks do. Each task only calls one action."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.choices import Learns

log = logging.getLogger("yizhan.hotline")


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


@app.periodic(cron="20 2 1 * *")
@app.task(queueing_lock="hotline_retrain")
def retrain(timestamp: int) -> int:
    """New versions of both models each month; they wait until a person has looked at them."""
    made = 0
    for learns in Learns:
        try:
            actions.retrain(region=settings.REGION, learns=learns, by=None, at=timezone.now())
            made += 1
        except Refused as refusal:  # too few confirmed orders: listed words do for another month
            log.info("no model of %s trained: %s", learns, refusal)
    return made


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="hotline_cluster_day")
def cluster_day(timestamp: int) -> int:
    """Hot topics of the last thirty days, and which of them grow."""
    return actions.cluster_day(region=settings.REGION, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="hotline_join_overdue")
def join_overdue(timestamp: int) -> int:
    """Long short messages whose parts do not come any more."""
    return actions.join_overdue(at=timezone.now())


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="hotline_fetch_letters")
def fetch_letters(timestamp: int) -> int:
    """Unread letters of the mailbox, where there is one."""
    if not settings.MAIL_IMAP:
        return 0
    return actions.fetch_letters(region=settings.REGION, at=timezone.now())
