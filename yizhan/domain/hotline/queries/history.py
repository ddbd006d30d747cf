"""What happened to an order and why each date is what it is, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.worktime import Unit, remaining
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.choices import Channel, ClockName
from yizhan.domain.hotline.models import (
    Callback,
    Contact,
    Message,
    Order,
    OrderClock,
    OrderEntry,
    OrderFile,
    Parking,
    Reply,
    Supervision,
)
from yizhan.domain.hotline.queries.lists import clock_label, light
from yizhan.domain.office import queries as office

OTHER_KINDS = {
    "deadline_recomputed": "按新的放假安排重新计算期限",
    "main_parked": "主单挂账，一并等待", "main_unparked": "主单恢复办理",
    "main_merged": "主单并入另一张工单", "publish": "在网站公开", "unpublish": "从网站撤下",
}  # fmt: skip
OF_CALLER = (ClockName.TAKE, ClockName.ANSWER, ClockName.PLAN, ClockName.CALLBACK)
# what the caller does not read of the trail: between offices
INTERNAL = (
    "classify", "confer", "raise_objection", "uphold_objection", "dismiss_objection", "add_co_unit",
    "finish_part", "request_extension", "decline_extension", "submit_reply", "return_reply",
    "supervise", "redispatch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock: its deadline, how close it is, and the sentence that derives it.

    `left`: whole units until the deadline, negative when overdue.
    """

    name: str
    label: str
    due_at: datetime | None
    light: str
    sentence: str
    basis: str
    paused: bool
    stopped_at: datetime | None
    left: int | None
    unit: str
    of_caller: bool

    @property
    def running(self) -> bool:
        """Whether it has not stopped."""
        return self.stopped_at is None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One event: when, what, by whom, the remark."""

    at: datetime
    kind: str
    label: str
    by: str
    channel: str
    note: str
    state: str
    data: dict[str, Any]

    @property
    def internal(self) -> bool:
        """Whether it stays between offices."""
        return self.kind in INTERNAL


def clock_sentences(order: Order, *, at: datetime) -> list[ClockLine]:
    """Every clock of the order: running ones first, then by start."""
    calendar = office.calendar(order.region)
    lines = []
    for clock in _clocks(order.pk):
        label = clock_label(clock.name)
        due_at = clock.due_at if clock.stopped_at is None else None
        left = remaining(at, due_at, Unit(clock.unit), calendar) if due_at else None
        lines.append(
            ClockLine(
                name=clock.name, label=label, due_at=clock.due_at,
                light=light(clock.due_at, clock.warn_at, at) if due_at else "",
                sentence=clock.sentence(calendar, label), basis=clock.basis, paused=clock.paused,
                stopped_at=clock.stopped_at, left=left, unit=clock.unit,
                of_caller=clock.name in OF_CALLER,
            )
        )  # fmt: skip
    return sorted(lines, key=lambda line: not line.running)


def timeline(order: Order) -> list[TimelineLine]:
    """The whole trail, oldest first, in words."""
    return [_event(entry) for entry in _trail(order.pk)]


def messages(order: Order) -> QuerySet[Message]:
    """Everything that came in about an order, oldest first."""
    rows = Message.objects.filter(order=order).prefetch_related("files__file")
    return rows.select_related("by").order_by("occurred_at", "id")


def replies(order: Order) -> QuerySet[Reply]:
    """The answers handed in, oldest first."""
    rows = Reply.objects.filter(order=order).select_related("by", "reviewed_by", "organisation")
    return rows.prefetch_related("files__file").order_by("round")


def contacts(order: Order) -> QuerySet[Contact]:
    """When the unit spoke with the caller."""
    return Contact.objects.filter(order=order).select_related("by").order_by("at", "id")


def callbacks(order: Order, *, all_of_them: bool) -> QuerySet[Callback]:
    """Call-backs; the unit that is rated sees them only after publication."""
    rows = Callback.objects.filter(order=order).select_related("by").order_by("attempt")
    return rows if all_of_them else rows.filter(published_at__isnull=False)


def warnings(order: Order) -> QuerySet[Supervision]:
    """The lines of the register of supervision about an order."""
    rows = Supervision.objects.filter(order=order).select_related("organisation", "by")
    return rows.order_by("at", "id")


def parkings(order: Order) -> QuerySet[Parking]:
    """When and why it was said that it cannot be solved now."""
    return Parking.objects.filter(order=order).select_related("by").order_by("at", "id")


def files_of_caller(order: Order) -> QuerySet[OrderFile]:
    """The photos and scans of the caller."""
    return OrderFile.objects.filter(order=order, reply=None).select_related("file")


@compiled
def _clocks(order_id: UUID) -> QuerySet[OrderClock]:
    return OrderClock.objects.filter(subject_id=order_id).order_by("started_at", "id")


@compiled
def _trail(order_id: UUID) -> QuerySet[OrderEntry]:
    return OrderEntry.objects.filter(subject_id=order_id).order_by("seq")


def _event(entry: OrderEntry) -> TimelineLine:
    move = flow.ORDER.moves.get(entry.kind)
    label = move.label if move else OTHER_KINDS.get(entry.kind, entry.kind)
    channel = Channel(entry.channel).label if entry.channel in Channel.values else ""
    return TimelineLine(
        entry.occurred_at, entry.kind, label, entry.by_name, str(channel), entry.note,
        flow.ORDER.labels.get(entry.to_state, entry.to_state), dict(entry.data),
    )  # fmt: skip
