"""Lists for staff: what is due first and why. 50 rows, few queries, keyset paging."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.choices import Channel, ClockName, Level, Nature, Role, State
from yizhan.domain.hotline.models import Assignment, Order
from yizhan.domain.hotline.queries.doors import (
    OVER_ALL,
    Standing,
    of_posts,
    standing,
    units_of,
)
from yizhan.domain.hotline.rules.terms import CO

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

PAGE = 50
HOTLINE_TABS = {
    "received": "待受理", "dispatching": "待派单", "objected": "退单审核", "reviewing": "待审核",
    "calling": "待回访", "units": "单位在办", "merged": "已并单", "parked": "挂账",
    "closed": "已办结",
}  # fmt: skip
UNIT_TABS = {
    "to_sign": "待签收", "handling": "办理中", "joint": "请我单位协办", "objected": "退单审核中",
    "parked": "挂账", "reviewing": "待审核", "calling": "待回访", "closed": "已办结",
}  # fmt: skip
_STATES: dict[str, tuple[str, ...]] = {
    "received": (State.RECEIVED,), "dispatching": (State.DISPATCHING, State.CONFERENCE),
    "objected": (State.OBJECTED,), "reviewing": (State.REVIEWING,), "calling": (State.CALLING,),
    "units": (State.TO_SIGN, State.HANDLING), "to_sign": (State.TO_SIGN,),
    "handling": (State.HANDLING,), "parked": (State.PARKED,), "merged": (State.MERGED,),
}  # fmt: skip
Tab: TypeAlias = str
Most: TypeAlias = int
_CLOCKS = {str(clock): str(clock.label) for clock in ClockName}
_COLUMNS = (
    "id", "number", "title", "state", "level", "nature", "topic_label", "channel", "due_at",
    "due_clock", "warn_at", "received_at", "closed_at", "urges", "redos", "confidential", "closing",
    "lead__short_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `reason` says why it is here and which deadline comes next."""

    id: UUID
    number: str
    title: str
    state: str
    level: str
    nature: str
    topic_label: str
    channel: str
    due_at: datetime | None
    due_clock: str
    received_at: datetime
    closed_at: datetime | None
    urges: int
    redos: int
    confidential: bool
    closing: str
    unit: str
    light: str
    reason: str

    @property
    def urgent(self) -> bool:
        """Whether somebody's life or property is in danger."""
        return self.level == Level.URGENT


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the mark of the next page (empty at the end)."""

    tab: str
    rows: list[Row]
    next: str


def tabs_of(account: Account) -> dict[str, str]:
    """The lists an account has: those of the hotline and the supervisor, or those of a unit."""
    if any(post.function in OVER_ALL for post in standing(account)):
        return HOTLINE_TABS
    return UNIT_TABS


def worklist(account: Account, *, tab: str, page: str = "", at: datetime) -> Page:
    """One page of a list; `page` is the mark that the page before gave.

    Served by order_state, order_unit and order_closed. Raises Refused for an unknown list or mark.
    """
    if tab not in HOTLINE_TABS and tab not in UNIT_TABS:
        raise Refused("没有这个列表，请从上面的标签中选择。")
    posts = standing(account)
    if not posts:
        return Page(tab, [], "")
    if not page:
        return _page(_first_page(tab, posts, account.region), _column(tab), at=at, tab=tab)
    rows = _rows_of(tab, posts, account.region).filter(_after(page, _column(tab)))
    return _page(list(rows[: PAGE + 1]), _column(tab), at=at, tab=tab)


def tab_counts(account: Account, *, most: int = 100) -> dict[str, int]:
    """How many orders each open list holds, counted up to `most`; one statement for all."""
    posts = standing(account)
    names = tuple(tab for tab in tabs_of(account) if tab != "closed")
    if not posts:
        return dict.fromkeys(names, 0)
    counted = Counter(_counted(most, names, posts, account.region))
    return {tab: counted[tab] for tab in names}


def alarms(account: Account, *, at: datetime, most: int = 10) -> list[Row]:
    """The urgent orders that no unit has yet, oldest first: they stand above every list."""
    rows = Order.objects.filter(
        of_posts(standing(account)), region=account.region, closed_at=None, level=Level.URGENT,
        state__in=(*flow.AT_HOTLINE, State.CONFERENCE, State.TO_SIGN),
    )  # fmt: skip
    return [_row(values, at) for values in _in_order(rows, "due_at")[:most]]


def found(account: Account, text: str, *, index: str, at: datetime) -> list[Row]:
    """Orders by their number, or by the caller's number (`index`), newest first; at most 50."""
    wanted = text.strip().upper()
    rows = Order.objects.filter(of_posts(standing(account)), region=account.region)
    rows = rows.filter(number=wanted) if wanted.startswith("RX") else rows.filter(
        sender_index=index
    )  # fmt: skip
    return [_row(values, at) for values in _in_order(rows, "-received_at")[:PAGE]]


def overdue(account: Account, *, at: datetime, most: int = PAGE) -> list[Row]:
    """What has run over, oldest first: the supervisor's list."""
    rows = Order.objects.filter(
        of_posts(standing(account)), region=account.region, closed_at=None, due_at__lt=at
    )
    return [_row(values, at) for values in _in_order(rows, "due_at")[:most]]


def light(due_at: datetime | None, warn_at: datetime | None, at: datetime) -> str:
    """Red when overdue, yellow when close, else green; empty without a deadline."""
    if due_at is None:
        return ""
    if at > due_at:
        return "red"
    return "yellow" if warn_at is not None and at >= warn_at else "green"


def clock_label(name: str) -> str:
    """The name of a clock in words."""
    return "协办时限" if name.startswith(CO) else _CLOCKS.get(name, name)


def _column(tab: str) -> str:
    return "-closed_at" if tab == "closed" else "due_at"


def _listed(tab: str, posts: tuple[Standing, ...], region: str) -> QuerySet[Order]:
    rows = Order.objects.filter(region=region)
    if tab == "closed":
        return rows.filter(of_posts(posts), closed_at__isnull=False)
    rows = rows.filter(closed_at=None)
    if tab == "joint":
        parts = Assignment.objects.filter(
            order=OuterRef("pk"), organisation_id__in=units_of(posts), role=Role.CO,
            ended_at=None, state__in=("waiting", "signed"),
        )  # fmt: skip
        return rows.filter(Exists(parts))
    return rows.filter(of_posts(posts), state__in=_STATES[tab])


def _in_order(rows: QuerySet[Order], column: str) -> QuerySet[Order, tuple[Any, ...]]:
    last = "-id" if column.startswith("-") else "id"
    return rows.order_by(column, last).values_list(*_COLUMNS)


def _rows_of(
    tab: str, posts: tuple[Standing, ...], region: str
) -> QuerySet[Order, tuple[Any, ...]]:
    return _in_order(_listed(tab, posts, region), _column(tab))


@compiled
def _first_page(
    tab: Tab, posts: tuple[Standing, ...], region: str
) -> QuerySet[Order, tuple[Any, ...]]:
    return _rows_of(tab, posts, region)[: PAGE + 1]


@compiled
def _counted(
    most: Most, names: tuple[str, ...], posts: tuple[Standing, ...], region: str
) -> QuerySet[Order, str]:
    named = [
        _listed(tab, posts, region)
        .order_by(*(("due_at", "id") if tab != "joint" else ()))
        .annotate(tab=Value(tab, output_field=CharField()))
        .values_list("tab", flat=True)[:most]
        for tab in names
    ]
    return named[0].union(*named[1:], all=True)


def _page(rows: list[tuple[Any, ...]], column: str, *, at: datetime, tab: str) -> Page:
    shown = [_row(values, at) for values in rows[:PAGE]]
    return Page(tab, shown, _mark(shown[-1], column) if len(rows) > PAGE else "")


def _row(values: tuple[Any, ...], at: datetime) -> Row:
    facts = dict(zip(_COLUMNS, values, strict=True))
    warn_at, unit = facts.pop("warn_at"), facts.pop("lead__short_name")
    state = str(flow.ORDER.labels[facts["state"]])
    clock = clock_label(facts["due_clock"]) if facts["due_clock"] else ""
    facts["channel"] = str(Channel(facts["channel"]).label)
    facts["nature"] = str(Nature(facts["nature"]).label) if facts["nature"] else "未分类"
    return Row(
        **facts, unit=unit or "", light=light(facts["due_at"], warn_at, at),
        reason=f"{state}，{clock}" if clock else state,
    )  # fmt: skip


def _mark(row: Row, column: str) -> str:
    moment: datetime | None = getattr(row, column.removeprefix("-"))
    return f"{moment.isoformat()}_{row.id}" if moment else ""


def _after(mark: str, column: str) -> Q:
    try:
        text, _, key = mark.rpartition("_")
        moment, last = datetime.fromisoformat(text), UUID(key)
    except ValueError:
        raise Refused("页码不对，请回到第一页。") from None
    name, way = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
    same = Q(**{f"{name}__{way}": moment}) | Q(**{f"id__{way}": last})
    return Q(**{f"{name}__{way}e": moment}) & same
