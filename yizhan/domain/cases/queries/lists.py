"""Lists for staff: what is due first, why, and how close it is. 50 rows, few queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.domain.cases import flow
from yizhan.domain.cases.choices import ClockName, CommitmentState, State, StepState
from yizhan.domain.cases.models import Case, CaseStep, Commitment
from yizhan.domain.cases.queries.doors import OF_UNIT, Standing, of_posts, standing, within
from yizhan.domain.cases.rules.terms import STEP, SUPPLY
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

PAGE = 50
RED, YELLOW, GREEN, NONE = "red", "yellow", "green", ""
TABS = {
    "due": "待办",
    "window": "待收件受理",
    "review": "待审查决定",
    "mine": "我承办的",
    "joint": "请我单位协办",
    "waiting": "等申请人或特别程序",
    "delivery": "待出件送达",
    "closed": "已办结",
}
Tab: TypeAlias = str  # these two are part of a compiled query's shape, not arguments of its SQL
Most: TypeAlias = int
_CLOCKS = {str(clock): str(clock.label) for clock in ClockName}
_STATES = {
    "window": flow.BEFORE_ACCEPTANCE,
    "review": (State.ACCEPTED,),
    "waiting": (State.CORRECTION, State.SPECIAL),
    "delivery": flow.RESULT,
}
_COLUMNS = (
    "id", "number", "title", "subject_name", "state", "due_at", "due_clock", "warn_at", "channel",
    "instant", "submitted_at", "closed_at", "organisation__short_name", "handler__display_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a worklist. `reason` says why it is here and which deadline comes next."""

    id: UUID
    number: str
    title: str
    subject_name: str
    state: str
    state_label: str
    due_at: datetime | None
    due_clock: str
    light: str
    reason: str
    channel: str
    instant: bool
    submitted_at: datetime
    closed_at: datetime | None
    unit: str
    handler: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the mark of the next page (empty at the end)."""

    tab: str
    rows: list[Row]
    next: str


def worklist(account: Account, *, tab: str = "due", page: str = "", at: datetime) -> Page:
    """One page of a staff member's list; `page` is the mark that the page before gave.

    Served by the indexes case_worklist and case_region_due: due first, keyset, never an offset.
    Raises Refused for an unknown list or mark.
    """
    if tab not in TABS:
        raise Refused("没有这个列表，请从上面的标签中选择。")
    posts, region = standing(account), account.region
    if page or tab == "mine":
        rows = _rows_of(tab, posts, account.pk, region)
        return paged(rows, _column(tab), page=page, at=at, tab=tab)
    return _page(_first_page(tab, posts, region), _column(tab), at=at, tab=tab)


def paged(
    rows: QuerySet[Case, tuple[Any, ...]], column: str, *, page: str, at: datetime, tab: str = ""
) -> Page:
    """The 50 rows after a mark, of rows ordered by `column` (a minus sign: newest first) and id.

    Raises Refused for a mark that somebody typed.
    """
    rows = rows.filter(_after(page, column)) if page else rows
    return _page(list(rows[: PAGE + 1]), column, at=at, tab=tab)


def _page(found: list[tuple[Any, ...]], column: str, *, at: datetime, tab: str) -> Page:
    shown = [_row(values, at) for values in found[:PAGE]]
    return Page(tab, shown, _mark(shown[-1], column) if len(found) > PAGE else "")


def _column(tab: str) -> str:
    return "-closed_at" if tab == "closed" else "due_at"


def tab_counts(account: Account, *, most: int = 100) -> dict[str, int]:
    """How many cases each open list holds, counted up to `most` (no full count of a large table).

    One statement for all lists: this is asked with every page.
    """
    counted = Counter(_counted(most, standing(account), account.pk, account.region))
    return {tab: counted[tab] for tab in TABS if tab != "closed"}


def light(due_at: datetime | None, warn_at: datetime | None, at: datetime) -> str:
    """Red when overdue, yellow in the last fifth or the last working day, else green."""
    if due_at is None:
        return NONE
    if at > due_at:
        return RED
    return YELLOW if warn_at is not None and at >= warn_at else GREEN


def clock_label(name: str) -> str:
    """The name of a clock in words; a supply clock is named for what it waits."""
    if name.startswith(SUPPLY):
        return "补交或核查期限"
    if name.startswith(STEP):
        return "协办时限"
    return _CLOCKS.get(name, name)


def supervised(account: Account) -> QuerySet[Case]:
    """The open cases a supervisor answers for; a unit's approver sees his own unit's."""
    found = Q(pk__in=[])
    for post in people.posts_of(account):
        if post.function in (Function.SUPERVISOR, Function.APPROVER):
            found |= within(post)
    return Case.objects.filter(found, region=account.region, closed_at=None)


def supervision(account: Account, *, at: datetime) -> dict[str, Any]:
    """Red and yellow cases (50 of each, due first), how many there are, broken promises."""
    open_cases = supervised(account)
    red = open_cases.filter(due_at__lt=at)
    yellow = open_cases.filter(due_at__gte=at, warn_at__lte=at)
    broken = Commitment.objects.filter(
        state=CommitmentState.BROKEN, case__in=_all_supervised(account).values("pk")
    ).select_related("case__organisation")
    return {
        "red": _rows(red, at),
        "yellow": _rows(yellow, at),
        "red_count": red.count(),
        "yellow_count": yellow.count(),
        "open_count": open_cases.count(),
        "broken": list(broken.order_by("-settled_at", "-id")[:PAGE]),
    }


def _all_supervised(account: Account) -> QuerySet[Case]:
    found = Q(pk__in=[])
    for post in people.posts_of(account):
        if post.function in (Function.SUPERVISOR, Function.APPROVER):
            found |= within(post)
    return Case.objects.filter(found, region=account.region)


@compiled
def _counted(
    most: Most, posts: tuple[Standing, ...], account_id: UUID, region: str
) -> QuerySet[Case, str]:
    # in the order of an index, so that the plan for any value reads no more than it counts
    order = dict.fromkeys(_STATES, ("state", "due_at", "id")) | {
        "due": ("due_at", "id"), "mine": ("due_at", "id"), "joint": (),
    }  # fmt: skip
    named = [
        _listed(tab, posts, account_id, region)
        .order_by(*order[tab])
        .annotate(tab=Value(tab, output_field=CharField()))
        .values_list("tab", flat=True)[:most]
        for tab in TABS
        if tab != "closed"
    ]
    return named[0].union(*named[1:], all=True)


@compiled
def _first_page(
    tab: Tab, posts: tuple[Standing, ...], region: str
) -> QuerySet[Case, tuple[Any, ...]]:
    return _rows_of(tab, posts, None, region)[: PAGE + 1]


def _rows_of(
    tab: str, posts: tuple[Standing, ...], account_id: UUID | None, region: str
) -> QuerySet[Case, tuple[Any, ...]]:
    rows = _listed(tab, posts, account_id, region)
    return in_order(rows, _column(tab))


def in_order(rows: QuerySet[Case], column: str) -> QuerySet[Case, tuple[Any, ...]]:
    """What a list shows of each case, in the order of a column and, within it, of the id."""
    last = "-id" if column.startswith("-") else "id"
    return rows.order_by(column, last).values_list(*_COLUMNS)


def _listed(
    tab: str, posts: tuple[Standing, ...], account_id: UUID | None, region: str
) -> QuerySet[Case]:
    rows = Case.objects.filter(region=region)
    if tab == "closed":
        return rows.filter(of_posts(posts), closed_at__isnull=False)
    rows = rows.filter(closed_at=None)
    if tab == "mine":
        return rows.filter(handler_id=account_id)
    if tab == "joint":
        return rows.filter(_joint(posts))
    rows = rows.filter(of_posts(posts))
    return rows.filter(state__in=_STATES[tab]) if tab in _STATES else rows


def _joint(posts: Iterable[Standing]) -> Any:
    units = [p.organisation_id for p in posts if p.function in OF_UNIT and p.organisation_id]
    steps = CaseStep.objects.filter(
        case=OuterRef("pk"), organisation_id__in=units, state=StepState.OPEN
    )
    return Exists(steps.exclude(organisation_id=OuterRef("organisation_id")))


def _rows(cases: QuerySet[Case], at: datetime) -> list[Row]:
    return [_row(values, at) for values in in_order(cases, "due_at")[:PAGE]]


def _row(values: tuple[Any, ...], at: datetime) -> Row:
    facts = dict(zip(_COLUMNS, values, strict=True))
    warn_at = facts.pop("warn_at")
    state = facts["state"]
    return Row(
        **{k: v for k, v in facts.items() if "__" not in k},
        state_label=flow.CASE.labels[state],
        light=light(facts["due_at"], warn_at, at),
        reason=f"{flow.CASE.labels[state]}，{clock_label(facts['due_clock'])}"
        if facts["due_clock"]
        else flow.CASE.labels[state],
        unit=facts["organisation__short_name"],
        handler=facts["handler__display_name"] or "",
    )


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
