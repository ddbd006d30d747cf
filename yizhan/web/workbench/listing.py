"""Rows of cases as staff see them: the worklist and its search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yizhan.core.flow import Refused
from yizhan.core.numbers import plain
from yizhan.core.worktime import Calendar
from yizhan.domain.cases import queries
from yizhan.domain.cases.choices import State
from yizhan.domain.cases.queries import finding
from yizhan.domain.cases.rules.guards import INTAKE
from yizhan.domain.office import queries as office
from yizhan.domain.people import rules as people
from yizhan.web.workbench import lights

NEXT = {  # what usually comes next in a state: (name of the action, words)
    State.SUBMITTED: ("accept", "去受理"),
    State.RECEIVED: ("accept", "去受理"),
    State.CORRECTION: ("answer_correction", "收补正材料"),
    State.ACCEPTED: ("finish_step", "去审查"),
    State.SPECIAL: ("end_special", "看特别程序"),
    State.GRANTED: ("send_result", "送达结果"),
    State.REFUSED: ("send_result", "送达决定"),
    State.DELIVERING: ("confirm_delivery", "确认送达"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One list."""

    label: str
    url: str
    current: bool
    count: str


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list."""

    number: str
    title: str
    subject: str
    state: str
    unit: str
    light: str
    light_text: str
    why: str
    url: str
    next_label: str
    next_url: str


@dataclass
class Worklist:
    """The page."""

    tab: str
    label: str
    q: str
    tabs: list[Tab]
    rows: list[Line] = field(default_factory=list)
    after: str = ""
    empty: str = ""
    may_receive: bool = False


def worklist(account: Any, asked: Mapping[str, str], *, at: datetime) -> Worklist:
    """One page of a list or of a search; the number of queries does not depend on the rows."""
    q = asked.get("q", "").strip()[:60]
    tab = asked.get("tab", "") if asked.get("tab", "") in queries.TABS else "due"
    page = Worklist(
        tab=tab, label=queries.TABS[tab], q=q, tabs=_tabs(account, "" if q else tab),
        may_receive=people.holds(account, *INTAKE),
    )  # fmt: skip
    calendar = office.calendar(account.region)
    if q:
        page.label = f"“{q}”的查找结果"
        try:
            found = finding.found(account, _wish(q), at=at, page=asked.get("page", ""))
        except Refused:  # a mark somebody typed: the first page
            found = finding.found(account, _wish(q), at=at)
        page.rows = [line(row, at=at, calendar=calendar) for row in found.rows]
        if found.next:
            page.after = "?" + urlencode({"q": q, "page": found.next})
        page.empty = f"没有找到“{q}”。请核对办件编号，或输入申请人姓名的前几个字。"
        return page
    try:
        listed = queries.worklist(account, tab=tab, page=asked.get("page", ""), at=at)
    except Refused:  # a mark somebody typed: the first page
        listed = queries.worklist(account, tab=tab, at=at)
    page.rows = [line(row, at=at, calendar=calendar) for row in listed.rows]
    if listed.next:
        page.after = "?" + urlencode({"tab": tab, "page": listed.next})
    page.empty = f"“{page.label}”里现在没有办件。"
    return page


def line(row: queries.Row, *, at: datetime, calendar: Calendar) -> Line:
    """A row of the domain in the words of the page."""
    closed = row.closed_at is not None
    shown = lights.light(
        row.light, due_at=row.due_at, at=at, calendar=calendar, state=row.state, closed=closed
    )
    url = reverse("workbench:case", args=(row.number,))
    verb, words = NEXT.get(State(row.state), ("", "")) if not closed else ("", "")
    return Line(
        number=row.number, title=row.title, subject=row.subject_name, state=row.state_label,
        unit=row.unit, light=shown.colour, light_text=shown.text,
        why="" if closed else lights.why(row.due_clock, row.due_at), url=url,
        next_label=words, next_url=f"{url}?do={verb}#do-{verb}" if verb else "",
    )  # fmt: skip


def _wish(q: str) -> str:
    """A number as people copy it, or a name as it is."""
    return plain(q) if q[:1].isdigit() else q


def _tabs(account: Any, current: str) -> list[Tab]:
    counts = queries.tab_counts(account)
    return [
        Tab(
            label,
            f"?tab={tab}",
            tab == current,
            ("99+" if counts[tab] >= 100 else str(counts[tab])) if counts.get(tab) else "",
        )
        for tab, label in queries.TABS.items()
    ]
