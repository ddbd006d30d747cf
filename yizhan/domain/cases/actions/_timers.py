"""What the law's own clocks bring about: found by index, done one by one, safe to run twice."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.models import Case, CaseClock

log = logging.getLogger(__name__)


def overdue(name: str, *, at: datetime, states: Sequence[str]) -> QuerySet[CaseClock, uuid.UUID]:
    """The cases whose clock of that name has passed, longest overdue first."""
    return (
        CaseClock.objects.filter(
            name=name, stopped_at=None, due_at__lt=at, subject__state__in=states
        )
        .order_by("due_at", "id")
        .values_list("subject_id", flat=True)
    )


def is_over(clock: CaseClock, at: datetime) -> bool:
    """Whether a running clock has passed, judged again under the lock."""
    return clock.due_at is not None and clock.due_at < at


def each(case_ids: Iterable[uuid.UUID], act: Callable[[Case], bool]) -> int:
    """Act on each case in a transaction of its own, skipping those that somebody holds.

    One case that fails does not stop the others; the last failure is raised in the end, so that
    the job fails aloud (trap T17).
    """
    done, failure = 0, None
    for case_id in list(case_ids):
        try:
            with transaction.atomic():
                case = desk.free_case(case_id)
                done += case is not None and act(case)
        except Exception as error:
            log.exception("timer failed for case %s", case_id)
            failure = error
    if failure is not None:
        raise failure
    return done
