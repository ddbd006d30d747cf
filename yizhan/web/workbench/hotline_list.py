"""Rows of work orders as staff see them, what the seat is told while it types, and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.hotline import flow, queries
from yizhan.domain.hotline.understanding import urgent
from yizhan.domain.office import queries as office
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F
from yizhan.web.workbench import hotline_page, lights
from yizhan.web.workbench.listing import Tab

LONGEST = 400  # days that one page of figures may cover
LINKS = (
    ("hotline_calls", "来电", (F.HOTLINE_AGENT, F.HOTLINE_DISPATCHER, F.SUPERVISOR)),
    ("hotline_figures", "热线情况", (*queries.OVER_ALL, F.APPROVER)),
    ("hotline_topics", "热点", queries.OVER_ALL),
    ("hotline_knowledge", "知识库", (*queries.OVER_ALL, F.HANDLER, F.APPROVER)),
    ("hotline_rules", "口径和时限", (F.HOTLINE_DISPATCHER, F.SUPERVISOR)),
    ("hotline_catalogue", "派单目录", (F.HOTLINE_DISPATCHER, F.SUPERVISOR)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One order in a list."""

    number: str
    title: str
    url: str
    light: str
    light_text: str
    reason: str
    nature: str
    topic_label: str
    unit: str
    channel: str
    urgent: bool
    urges: int
    redos: int


@dataclass
class Worklist:
    """The page."""

    tab: str
    label: str
    q: str
    tabs: list[Tab]
    rows: list[Line] = field(default_factory=list)
    alarms: list[Line] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    after: str = ""
    empty: str = ""
    may_take: bool = False


def worklist(account: Any, asked: Mapping[str, str], *, at: datetime) -> Worklist:
    """One page of a list or of a search; the number of queries does not depend on the rows."""
    known = queries.tabs_of(account)
    q = asked.get("q", "").strip()[:30]
    tab = asked.get("tab", "") if asked.get("tab", "") in known else next(iter(known))
    page = Worklist(
        tab, known[tab], q, _tabs(account, known, "" if q else tab),
        may_take=people.holds(account, F.HOTLINE_AGENT, F.HOTLINE_DISPATCHER), links=links(account),
    )  # fmt: skip
    page.alarms = [line(row, at=at, region=account.region) for row in queries.alarms(
        account, at=at
    )]  # fmt: skip
    if q:
        page.label = f"“{q}”的查找结果"
        found = queries.found(account, q, index=queries.sender_index(q), at=at)
        page.rows = [line(row, at=at, region=account.region) for row in found]
        page.empty = f"没有找到“{q}”。请核对工单编号（RX开头）或完整的来电号码。"
        return page
    try:
        listed = queries.worklist(account, tab=tab, page=asked.get("page", ""), at=at)
    except Refused:  # a mark somebody typed: the first page
        listed = queries.worklist(account, tab=tab, at=at)
    page.rows = [line(row, at=at, region=account.region) for row in listed.rows]
    if listed.next:
        page.after = "?" + urlencode({"tab": tab, "page": listed.next})
    page.empty = f"“{page.label}”里现在没有工单。"
    return page


def line(row: queries.Row, *, at: datetime, region: str) -> Line:
    """A row of the domain in the words of the page."""
    shown = lights.light(
        row.light, due_at=row.due_at, at=at, calendar=office.calendar(region),
        closed=row.closed_at is not None,
        unit=hotline_page.near(row.due_at, at),
    )  # fmt: skip
    return Line(
        number=row.number, title=row.title, url=reverse("workbench:order", args=(row.number,)),
        light=shown.colour, light_text=shown.text, reason=row.reason, nature=row.nature,
        topic_label=row.topic_label, unit=row.unit, channel=row.channel, urgent=row.urgent,
        urges=row.urges, redos=row.redos,
    )  # fmt: skip


def links(account: Any) -> list[tuple[str, str]]:
    """The other pages of the hotline that this account's functions open."""
    return [
        (reverse(f"workbench:{name}"), label)
        for name, label, who in LINKS
        if people.holds(account, *who)
    ]


def hints(account: Any, posted: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """What the seat is told while it types: danger, earlier orders, the same matter, knowledge."""
    text = posted.get("text", "").strip()[:2000]
    index = queries.sender_index(posted.get("sender", "")[:60])
    today = office.calendar(account.region).day(at)
    past = queries.history_of(account.region, index, most=5)
    for one in past:
        one["state_label"] = flow.ORDER.labels[one["state"]]
    return {
        "alarms": [f"{kind}：{word}" for kind, word in urgent.words(text)],
        "history": past,
        "same": queries.duplicates_of(
            account.region, text, at=at, index=index, place=posted.get("place", "")
        ) if text or index else [],
        "knowledge": queries.search(account, text, today=today, most=5),
    }  # fmt: skip


@dataclass
class FiguresPage:
    """The figures of a period."""

    start: datetime
    last: datetime
    figures: queries.Figures
    formula: str
    least: int
    rates: list[dict[str, str]]
    groups: list[tuple[str, list[dict[str, Any]]]]
    excluded: list[Any]
    problem: str = ""

    @property
    def direct(self) -> str:
        """The share that was answered in the call."""
        return share(self.figures.direct_share)


def figures(region: str, asked: Mapping[str, str], *, at: datetime) -> FiguresPage:
    """The figures from a day to a day (both whole), this month where none is asked."""
    start, end, problem = _period(asked, at)
    formula = queries.formula_at(region, end)
    medians = queries.median_minutes(region, start, end)
    counted = queries.figures(region, start, end)
    names = {
        "channel": "来源渠道", "nature": "诉求性质", "topic": "反映最多的问题",
        "lead_id": "承办单位", "closing": "怎样办结", "level": "紧急程度", "line": "来源线路",
        "month": "按月",
    }  # fmt: skip
    labels = {t.code: t.path for t in queries.topics(region)}
    return FiguresPage(
        start, end - timedelta(seconds=1), counted, _formula(formula), formula.least,
        [_rates(row, medians) for row in queries.rates(region, start, end, formula=formula)],
        [(title, _bars(counted.by[name], labels)) for name, title in names.items()],
        list(queries.exclusions(region, start, end)), problem,
    )  # fmt: skip


def share(value: float | None) -> str:
    """A share in words; no share of nothing."""
    return "—" if value is None else f"{value:.1%}"


def _period(asked: Mapping[str, str], at: datetime) -> tuple[datetime, datetime, str]:
    today = at.astimezone(CHINA).date()
    first, last, problem = today.replace(day=1), today, ""
    try:
        first = datetime.fromisoformat(asked["from"]).date() if asked.get("from") else first
        last = datetime.fromisoformat(asked["to"]).date() if asked.get("to") else last
    except ValueError:
        problem = "日期不对，已改为本月。"
        first, last = today.replace(day=1), today
    if last < first:
        first, last, problem = last, first, "开始日期在结束日期之后，已对调。"
    if (last - first).days > LONGEST:
        first, problem = last - timedelta(days=LONGEST), f"一次最多看{LONGEST}天，已缩短。"
    start = datetime.combine(first, time.min, tzinfo=CHINA)
    return start, datetime.combine(last + timedelta(days=1), time.min, tzinfo=CHINA), problem


def _formula(f: queries.Formula) -> str:
    version = f"第{f.version}版口径" if f.version else "内置口径"
    return (
        f"{version}：综合 = 响应率×{f.contacted / 10:g}% + 解决率×{f.solved / 10:g}% "
        f"+ 满意率×{f.satisfied / 10:g}%，基本满意按{f.basic / 10:g}%折算"
    )


def _rates(row: queries.Rates, medians: dict[str, float]) -> dict[str, str]:
    minutes = medians.get(row.unit)
    return {
        "unit": row.unit, "valid": str(row.valid), "response": share(row.response_rate),
        "solved": share(row.solved_rate), "satisfied": share(row.satisfied_rate),
        "total": share(row.total) if row.enough else "样本不足", "unreached": str(row.unreached),
        "excluded": str(row.excluded),
        "median": "—" if minutes is None else f"{minutes / 60:.1f}小时",
    }  # fmt: skip


def _bars(bars: list[queries.Bar], labels: dict[str, str]) -> list[dict[str, Any]]:
    most = max((bar.count for bar in bars), default=1)
    return [
        {
            "label": labels.get(bar.label, bar.label), "count": bar.count,
            "width": f"{100 * bar.count / most:.1f}",
        }
        for bar in bars
    ]  # fmt: skip


def _tabs(account: Any, known: dict[str, str], current: str) -> list[Tab]:
    counts = queries.tab_counts(account)
    return [
        Tab(
            label, f"?tab={tab}", tab == current,
            ("99+" if counts[tab] >= 100 else str(counts[tab])) if counts.get(tab) else "",
        )
        for tab, label in known.items()
    ]  # fmt: skip
