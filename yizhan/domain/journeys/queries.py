"""Questions that need two packages: deadlines against the calendar, trails against their hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q

from yizhan.core.tracked import broken
from yizhan.domain.cases.models import Case, CaseClock

LATEST = 100  # cases whose trails one look at the audit page checks


@dataclass(frozen=True, slots=True)
class OpenDeadlines:
    """The running clocks of a region, as far as the calendar matters to them."""

    provisional: int
    last_due: datetime | None


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """What checking trails found: how many, and for each broken one its number and the reasons."""

    checked: int
    broken: list[tuple[str, list[str]]] = field(default_factory=list)


def open_deadlines(region: str) -> OpenDeadlines:
    """How many running deadlines are provisional, and the latest one."""
    running = CaseClock.objects.filter(region=region, stopped_at=None)
    found = running.aggregate(
        provisional=Count("id", filter=Q(provisional=True)), last=Max("due_at")
    )
    return OpenDeadlines(found["provisional"], found["last"])


def check_trails(region: str, *, number: str = "", limit: int = LATEST) -> TrailCheck:
    """Recompute the hash chain of one case, or of the cases that changed last."""
    cases = Case.objects.filter(region=region)
    cases = cases.filter(number=number) if number else cases.order_by("-trail_at", "-id")[:limit]
    found = [(case.number, list(broken(case))) for case in cases]
    return TrailCheck(len(found), [(number, why) for number, why in found if why])
