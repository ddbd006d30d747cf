"""What the health page asks of the clocks: a moment, no case and no person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from yizhan.domain.cases.models import CaseClock


def oldest_overdue(region: str, *, at: datetime, clock: str = "") -> datetime | None:
    """The deadline that has been missed for longest among running clocks; None when none is.

    With the name of a clock, only of that one: a `notice` clock hours past its end means that the
    worker does not run, for silence would have become acceptance.
    """
    running = CaseClock.objects.filter(region=region, stopped_at=None, due_at__lt=at)
    if clock:
        running = running.filter(name=clock)
    return running.aggregate(first=Min("due_at"))["first"]
