"""What happened to a case and why each date is what it is, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.worktime import Calendar, Unit, remaining
from yizhan.domain.cases import flow
from yizhan.domain.cases.choices import Channel
from yizhan.domain.cases.models import Case, CaseClock, CaseEntry, Document
from yizhan.domain.cases.queries.lists import clock_label, light
from yizhan.domain.cases.rules.terms import STEP, SUPPLY
from yizhan.domain.office import queries as office

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER_KINDS = {
    "deadline_recomputed": "办理期限按新的放假安排重新计算",
    "promise_verified": "承诺核查",
}

INTERNAL = (
    "assign", "finish_step", "return_step", "add_co_unit", "request_extension", "decline_extension",
    "archive",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock: its deadline, how close it is, and the sentence that derives it.

    `left`: whole units until the deadline (negative when overdue). `internal`: between units, not
    for the applicant.
    """

    name: str
    label: str
    due_at: datetime | None
    light: str
    sentence: str
    basis: str
    provisional: bool
    paused: bool
    stopped_at: datetime | None
    left: int | None
    unit: str
    internal: bool

    @property
    def running(self) -> bool:
        """Whether it has not stopped."""
        return self.stopped_at is None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One event: when, what, by whom, the remark, and the papers issued at that moment."""

    at: datetime
    kind: str
    label: str
    by: str
    channel: str
    note: str
    state: str
    documents: list[Document]
    data: Mapping[str, Any]

    @property
    def internal(self) -> bool:
        """Whether the remark is between officers and not for the applicant."""
        return self.kind in INTERNAL


def clock_sentences(case: Case, *, at: datetime) -> list[ClockLine]:
    """Every clock of the case: running ones first, then by start."""
    calendar = office.calendar(case.region)
    clocks = _clocks(case.pk)
    owed = any(clock.name.startswith(SUPPLY) for clock in clocks)
    names = dict(case.materials.values_list("key", "name")) if owed else {}
    lines = [_clock(clock, calendar, names, at) for clock in clocks]
    return sorted(lines, key=lambda line: not line.running)


def timeline(case: Case, *, with_papers: bool = True) -> list[TimelineLine]:
    """The whole trail, oldest first, in words, each event with the papers issued at it."""
    papers: dict[int, list[Document]] = {}
    for paper in _papers(case.pk) if with_papers else ():
        papers.setdefault(paper.seq, []).append(paper)
    return [_event(entry, papers.get(entry.seq, [])) for entry in _trail(case.pk)]


@compiled
def _clocks(case_id: UUID) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(subject_id=case_id).order_by("started_at", "id")


@compiled
def _papers(case_id: UUID) -> QuerySet[Document]:
    return Document.objects.filter(case_id=case_id).order_by("id")


@compiled
def _trail(case_id: UUID) -> QuerySet[CaseEntry]:
    return CaseEntry.objects.filter(subject_id=case_id).order_by("seq")


def _event(entry: CaseEntry, issued: list[Document]) -> TimelineLine:
    move = flow.CASE.moves.get(entry.kind)
    label = move.label if move else OTHER_KINDS.get(entry.kind, entry.kind)
    channel = Channel(entry.channel).label if entry.channel in Channel.values else ""
    return TimelineLine(
        entry.occurred_at, entry.kind, label, entry.by_name, str(channel), entry.note,
        flow.CASE.labels.get(entry.to_state, entry.to_state), issued, entry.data,
    )  # fmt: skip


def _clock(
    clock: CaseClock, calendar: Calendar, names: Mapping[str, str], at: datetime
) -> ClockLine:
    label = clock_label(clock.name)
    if clock.name.startswith(SUPPLY):
        key = clock.name.removeprefix(SUPPLY)
        label = f"《{names.get(key, key)}》{label}"
    due_at = clock.due_at if clock.stopped_at is None else None
    left = remaining(at, due_at, Unit(clock.unit), calendar) if due_at else None
    return ClockLine(
        name=clock.name, label=label, due_at=clock.due_at,
        light=light(clock.due_at, clock.warn_at, at) if due_at else "",
        sentence=clock.sentence(calendar, label), basis=clock.basis,
        provisional=clock.provisional, paused=clock.paused, stopped_at=clock.stopped_at,
        left=left, unit=clock.unit, internal=clock.name.startswith(STEP),
    )  # fmt: skip
