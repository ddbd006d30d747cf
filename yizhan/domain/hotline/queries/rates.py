"""The three rates (响应 解决 满意), with denominators, exclusions and the formula that was used.

Formula: domain.md §2.4: V valid call-backs; contacted/V, solved/V, (satisfied + basic × 0.9)/V, and
their weighted sum; weights, discount and smallest sample are a version (RateFormula), so that any
period can be counted again by any version. 66号（六）: no ranking below the smallest sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from yizhan.domain.hotline.choices import CallResult, Satisfaction
from yizhan.domain.hotline.models import Callback, Exclusion, Order, RateFormula

COUNTS = (
    "valid", "contacted", "solved", "very", "basic", "unrated", "unreached", "excluded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formula:
    """Weights in thousandths. `version` 0 is the built-in formula."""

    version: int = 0
    contacted: int = 100
    solved: int = 500
    satisfied: int = 400
    basic: int = 900
    least: int = 30


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a unit (or of all) in a period. Shares are None without a valid call-back.

    `valid`: call-backs that count; `unreached`: closed without one; `excluded`: left out with
    reason and reviewer. `enough`: whether the sample allows a comparison.
    """

    unit: str
    valid: int
    contacted: int
    solved: int
    very: int
    basic: int
    unrated: int
    unreached: int
    excluded: int
    formula: Formula

    @property
    def enough(self) -> bool:
        """Whether the sample is large enough to be compared."""
        return self.valid >= self.formula.least

    @property
    def response_rate(self) -> float | None:
        """响应率."""
        return self.contacted / self.valid if self.valid else None

    @property
    def solved_rate(self) -> float | None:
        """解决率."""
        return self.solved / self.valid if self.valid else None

    @property
    def satisfied_rate(self) -> float | None:
        """满意率: basic counts at the discount; not rated is not rated, so not content."""
        if not self.valid:
            return None
        return (self.very + self.basic * self.formula.basic / 1000) / self.valid

    @property
    def total(self) -> float | None:
        """综合: the weighted sum."""
        if not self.valid:
            return None
        parts = (
            (self.response_rate, self.formula.contacted), (self.solved_rate, self.formula.solved),
            (self.satisfied_rate, self.formula.satisfied),
        )  # fmt: skip
        return sum((share or 0) * weight for share, weight in parts) / 1000


def formula_at(region: str, at: datetime) -> Formula:
    """The formula in force at a moment."""
    row = RateFormula.objects.filter(region=region, valid_from__lte=at).order_by("-version").first()
    return of(row) if row else Formula()


def formulas(region: str) -> QuerySet[RateFormula]:
    """All versions, newest first."""
    return RateFormula.objects.filter(region=region).select_related("by").order_by("-version")


def of(row: RateFormula) -> Formula:
    """A stored version."""
    return Formula(row.version, row.contacted, row.solved, row.satisfied, row.basic, row.least)


def counted(region: str, start: datetime, end: datetime) -> QuerySet[Callback]:
    """The call-backs behind the rates: the final ones of the period, exclusions left out."""
    return Callback.objects.filter(region=region, final=True, at__gte=start, at__lt=end).exclude(
        order__exclusion__allowed=True
    )


def rates(
    region: str, start: datetime, end: datetime, *, formula: Formula | None = None
) -> list[Rates]:
    """The rates of every unit in a period, by name; the first line is the whole county."""
    used = formula or formula_at(region, end)
    very, basic = Q(satisfied=Satisfaction.VERY), Q(satisfied=Satisfaction.BASIC)
    rows = counted(region, start, end).values("organisation__short_name").annotate(
        valid=Count("id"), contacted=Count("id", filter=Q(contacted=True)),
        solved=Count("id", filter=Q(solved=True)), very=Count("id", filter=very),
        basic=Count("id", filter=basic), unrated=Count("id", filter=Q(satisfied="")),
    )  # fmt: skip
    beside = _beside(region, start, end)
    found = {row["organisation__short_name"] or "热线直答": dict(row) for row in rows}
    lines = [
        _line(name, found.get(name, {}), beside.get(name, {}), used)
        for name in sorted({*found, *beside})
    ]
    return [_sum(lines, used), *lines]


def median_minutes(region: str, start: datetime, end: datetime) -> dict[str, float]:
    """The median of the net minutes each unit took, pauses left out, by unit name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.short_name, percentile_cont(0.5) WITHIN GROUP (ORDER BY o.handled_minutes) "
            "FROM hotline_order o JOIN office_organisation u ON u.id = o.lead_id "
            "WHERE o.region = %s AND o.closed_at >= %s AND o.closed_at < %s "
            "AND o.handled_minutes IS NOT NULL GROUP BY u.short_name",
            [region, start, end],
        )
        return {name: float(median) for name, median in cursor.fetchall()}


def exclusions(region: str, start: datetime, end: datetime) -> QuerySet[Exclusion]:
    """What was left out of the rates in a period: with reason, who asked and who allowed."""
    rows = Exclusion.objects.filter(
        region=region, allowed=True, checked_at__gte=start, checked_at__lt=end
    )
    return rows.select_related("order", "asked_by", "checked_by").order_by("checked_at", "id")


def exclusion_of(order: Order) -> Exclusion | None:
    """What became of the wish to leave an order out of the rates, if there was one."""
    return Exclusion.objects.select_related("asked_by").filter(order=order).first()


def _beside(region: str, start: datetime, end: datetime) -> dict[str, dict[str, int]]:
    """What stands beside the rates: closed without reaching the caller, and left out."""
    closed = Order.objects.filter(
        region=region, closed_at__gte=start, closed_at__lt=end, calls__gt=0
    ).exclude(callbacks__result=CallResult.ANSWERED)
    kept: dict[str, dict[str, int]] = {}
    pairs: list[tuple[str, Any]] = [
        ("unreached", closed.values_list("lead__short_name").annotate(Count("id", distinct=True))),
        ("excluded", Callback.objects.filter(
            region=region, final=True, at__gte=start, at__lt=end, order__exclusion__allowed=True
        ).values_list("organisation__short_name").annotate(Count("id"))),
    ]  # fmt: skip
    for what, rows in pairs:
        for name, count in rows:
            kept.setdefault(name or "热线直答", {})[what] = count
    return kept


def _line(name: str, row: dict[str, Any], beside: dict[str, int], formula: Formula) -> Rates:
    known = {key: int((row | beside).get(key, 0)) for key in COUNTS}
    return Rates(unit=name, formula=formula, **known)


def _sum(lines: list[Rates], formula: Formula) -> Rates:
    whole = {key: sum(getattr(line, key) for line in lines) for key in COUNTS}
    return Rates(unit="全县", formula=formula, **whole)
