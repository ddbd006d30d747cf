"""What hangs on an order, which deadlines it runs by, and which buttons an account has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.flow import Choice
from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.choices import Role
from yizhan.domain.hotline.models import (
    Assignment,
    DeadlineTemplate,
    MoreTime,
    Objection,
    Order,
    OrderClock,
    Reply,
)
from yizhan.domain.hotline.rules import Facts, terms
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

OF_CALLER = ("withdraw",)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The template an order runs by: that of the day on which it was received."""

    clocks: dict[str, Any]
    basis: str
    extension: Term
    extension_times: int
    object_hours: int

    def term(self, name: str) -> Term:
        """The term of a clock."""
        return terms.of(self.clocks, name, self.basis)


def template_of(order: Order) -> Deadlines:
    """The deadlines of an order. A template of the county, else the built-in rule."""
    return template_for(order.region, order.level, order.nature, at=order.received_at)


def template_for(region: str, level: str, nature: str, *, at: datetime) -> Deadlines:
    """The most exact template in force: by level and nature, then either, then the general one."""
    rows = [
        row for row in _templates(region)
        if row.valid_from <= at and row.level in ("", level) and row.nature in ("", nature)
    ]  # fmt: skip
    if not rows:
        return _built_in(level, nature)
    best = max(rows, key=lambda row: (bool(row.level), bool(row.nature), row.valid_from))
    extension = Term(best.extension_amount, Unit(best.extension_unit), best.basis)
    return Deadlines(best.clocks, best.basis, extension, best.extension_times, best.object_hours)


def facts(order: Order, *, by: Account | None, at: datetime | None = None) -> Facts:
    """What the rules ask about an order."""
    own = (
        by is not None
        and by.kind == AccountKind.CITIZEN
        and by.person_id is not None
        and by.person_id == order.caller_id
    )
    if order.lead_id is None:
        return Facts(own=own, at=at)
    parts = _parts(order.pk)
    replies = _replies(order.pk)
    lead = next((p for p in reversed(parts) if p.role == Role.LEAD and p.ended_at is None), None)
    handled = {p.signed_by_id for p in parts} | {r.by_id for r in replies}
    handled |= {r.reviewed_by_id for r in replies} | {order.handler_id}
    deadlines = template_of(order)
    objected = _objections(order.pk)
    return Facts(
        own=own, at=at, parts=[p for p in parts if p.ended_at is None],
        objection=objected[0] if objected else None,
        extensions=_extensions(order.pk), extensions_most=deadlines.extension_times,
        object_until=_object_until(order, lead, deadlines),
        dispatched_by=lead.by_id if lead else None,
        handled=frozenset(one for one in handled if one),
        answered_by=replies[-1].by_id if replies else None,
    )  # fmt: skip


def as_caller(known: Facts) -> Facts:
    """The same facts for the caller who was known by number and phone, without an account."""
    return replace(known, own=True)


def choices_for(order: Order, account: Account, *, at: datetime) -> list[Choice]:
    """The buttons of an order for an account, each with the reason when it is grey."""
    known = facts(order, by=account, at=at)
    found = flow.ORDER.choices(state=order.state, subject=order, by=account, facts=known)
    if account.kind == AccountKind.CITIZEN:
        return [c for c in found if c.move.name in OF_CALLER]
    return [c for c in found if c.move.name not in flow.OF_SYSTEM]


def _object_until(order: Order, lead: Assignment | None, deadlines: Deadlines) -> datetime | None:
    if lead is None:
        return None
    if order.ordered:
        return lead.dispatched_at - timedelta(seconds=1)
    return lead.dispatched_at + timedelta(hours=deadlines.object_hours)


def _built_in(level: str, nature: str) -> Deadlines:
    preset = terms.default_for(level, nature)
    amount, unit = preset.extension
    return Deadlines(
        terms.stored(preset), preset.basis, Term(amount, unit, preset.basis),
        preset.extension_times, preset.object_hours,
    )  # fmt: skip


def templates(region: str) -> QuerySet[DeadlineTemplate]:
    """All templates of a county, the newest first."""
    rows = DeadlineTemplate.objects.filter(region=region)
    return rows.order_by("-valid_from", "level", "nature", "id")


def with_running_clocks(
    region: str, *, unit: str, after: UUID | None = None, limit: int = 200
) -> list[UUID]:
    """The next orders, by key, that have a running clock of a unit; of one county where given."""
    rows = OrderClock.objects.filter(stopped_at=None, unit=unit)
    rows = rows.filter(region=region) if region else rows
    rows = rows.filter(subject_id__gt=after) if after is not None else rows
    keys = rows.order_by("subject_id").values_list("subject_id", flat=True).distinct()
    return list(keys[:limit])


@compiled
def _templates(region: str) -> QuerySet[DeadlineTemplate]:
    return DeadlineTemplate.objects.filter(region=region)


@compiled
def _parts(order_id: UUID) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(order_id=order_id).select_related("organisation")
    return rows.order_by("dispatched_at", "id")


@compiled
def _replies(order_id: UUID) -> QuerySet[Reply]:
    return Reply.objects.filter(order_id=order_id).order_by("round")


@compiled
def _extensions(order_id: UUID) -> QuerySet[MoreTime]:
    rows = MoreTime.objects.filter(order_id=order_id).select_related("asked_by")
    return rows.order_by("asked_at")


@compiled
def _objections(order_id: UUID) -> QuerySet[Objection]:
    return Objection.objects.filter(order_id=order_id)
