"""Whose duty is it: the dispatch catalogue (派单目录), with what rulings have taught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.domain.hotline.choices import RuleSource
from yizhan.domain.hotline.models import DispatchRule, Order

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation


@dataclass(frozen=True, slots=True)
class Proposal:
    """The unit the catalogue names, and why."""

    rule_id: UUID
    lead: Organisation
    level: str
    why: str


def unit_for(order: Order, *, at: datetime) -> Proposal | None:
    """The most exact line of the catalogue for an order: topic, then place, then object."""
    fitting = [
        rule for rule in _rules(order.region)
        if rule.valid_from <= at and (rule.valid_to is None or rule.valid_to > at)
        and _fits(rule, order)
    ]  # fmt: skip
    if not fitting:
        return None
    rule = max(fitting, key=lambda r: (len(r.topic), len(r.place), bool(r.object), r.valid_from))
    return Proposal(rule.pk, rule.lead, rule.level, _why(rule))


def rules_of(region: str) -> QuerySet[DispatchRule]:
    """The catalogue as it stands, by topic."""
    rows = DispatchRule.objects.filter(region=region, valid_to=None)
    return rows.select_related("lead", "learned_from").order_by("topic", "place", "object", "id")


def _fits(rule: DispatchRule, order: Order) -> bool:
    topic = not rule.topic or order.topic == rule.topic or order.topic.startswith(f"{rule.topic}.")
    place = not rule.place or order.place_code.startswith(rule.place)
    return topic and place and (not rule.object or rule.object in order.text)


def _why(rule: DispatchRule) -> str:
    if rule.source == RuleSource.RULING and rule.learned_from is not None:
        return f"按工单{rule.learned_from.number}的异议裁定"
    return f"按派单目录{f'（{rule.basis}）' if rule.basis else ''}"


@compiled
def _rules(region: str) -> QuerySet[DispatchRule]:
    rows = DispatchRule.objects.filter(region=region, valid_to=None)
    return rows.select_related("lead", "learned_from")
