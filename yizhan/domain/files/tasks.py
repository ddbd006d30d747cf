"""Worker entries of files."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from yizhan.domain.files import actions

log = logging.getLogger(__name__)


@app.periodic(cron="10 3 * * *")
@app.task(name="files.sweep_orphans", queueing_lock="files.sweep_orphans")
def sweep_orphans(timestamp: int) -> None:
    """Every night: remove bytes whose row was never committed."""
    removed = actions.sweep_orphans(at=timezone.now())
    log.info("removed %s orphaned files", removed)
