"""Reads of running clocks and trails, in order of key, so that any number can be walked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from yizhan.core import tracked
from yizhan.domain.cases.models import Case, CaseClock
from yizhan.domain.office import queries as office


def with_running_clocks(region: str, *, unit: str) -> QuerySet[CaseClock, uuid.UUID]:
    """The cases that have a running clock of a unit, by key; of one county where given."""
    rows = CaseClock.objects.filter(stopped_at=None, unit=unit)
    if region:
        rows = rows.filter(region=region)
    return rows.order_by("subject_id").values_list("subject_id", flat=True).distinct()


def next_with_running_clocks(
    region: str, *, unit: str, after: uuid.UUID | None, limit: int
) -> list[uuid.UUID]:
    """The next keys after `after`."""
    rows = with_running_clocks(region, unit=unit)
    if after is not None:
        rows = rows.filter(subject_id__gt=after)
    return list(rows[:limit])


def outdated(case_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Which of these cases have a running clock that the calendar now computes otherwise.

    Writes nothing and locks nothing: whoever then changes one judges it again under its lock.
    """
    found = dict.fromkeys(case_ids, False)
    for clock in CaseClock.objects.filter(subject_id__in=case_ids, stopped_at=None):
        before = (clock.due_at, clock.provisional)
        clock.compute(office.calendar(clock.region))
        if before != (clock.due_at, clock.provisional):
            found[clock.subject_id] = True
    return [case_id for case_id, stale in found.items() if stale]


def broken_trails(region: str = "", *, after: uuid.UUID | None = None) -> Iterator[tuple[str, str]]:
    """(case number, what is wrong) of every trail that was changed; streams over all cases.

    For `yizhan verify`: reads the cases by key in chunks, never all at once.
    """
    cases = Case.objects.order_by("id")
    if region:
        cases = cases.filter(region=region)
    if after is not None:
        cases = cases.filter(pk__gt=after)
    for case in cases.iterator(chunk_size=500):
        for problem in tracked.broken(case):
            yield case.number, problem
