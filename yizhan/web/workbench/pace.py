"""How long a visit takes: this one, and the average of thirty days (the five-minute promise)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, F

from yizhan.core.worktime import CHINA
from yizhan.domain.cases.choices import Channel, State, TouchpointKind
from yizhan.domain.cases.models import Case, Touchpoint
from yizhan.web.workbench.case_view import documents

DAYS = 30
KEPT = 60  # seconds that a process believes its average
SAID = {
    State.CLOSED: ("当场办结", "结果已经交到申请人手里，这件事办完了。"),
    State.ACCEPTED: ("已经受理", "请把收件凭证和受理通知书交给申请人，进度会发到手机。"),
    State.CORRECTION: ("已经一次性告知", "请把补正告知书交给申请人，补齐后到任何窗口或网上提交。"),
    State.RECEIVED: ("已经收件", "请把收件凭证交给申请人，承办单位会按期告知是否受理。"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """The page after a visit."""

    case: Case
    title: str
    sentence: str
    elapsed: str
    average: str
    due: str
    documents: list[dict[str, str]]


def clock(seconds: float) -> str:
    """3分07秒."""
    whole = max(int(seconds), 0)
    return f"{whole // 60}分{whole % 60:02d}秒"


def average(item_id: Any, at: datetime, *, fresh: bool = False) -> str:
    """The average window visit for an item, in words with how many visits it stands on.

    Believed for a minute on the window page, which asks at every click; `fresh` counts again.
    """
    if item_id is None:
        return "选好事项后显示"
    key = f"pace:{item_id}"
    words = None if fresh else cache.get(key)
    if words is None:
        found = Touchpoint.objects.filter(
            case__item_id=item_id, channel=Channel.WINDOW, kind=TouchpointKind.VISIT,
            ended_at__isnull=False, started_at__gte=at - timedelta(days=DAYS),
        ).aggregate(length=Avg(F("ended_at") - F("started_at")), number=Count("id"))  # fmt: skip
        words = "还没有记录"
        if found["number"]:
            seconds = found["length"].total_seconds()
            words = f"{clock(seconds)}（近{DAYS}天 {found['number']} 件）"
        cache.set(key, words, KEPT)
    return str(words)


def elapsed(case: Case) -> str:
    """How long the visit of this case took, from opening the page to the last click."""
    visit = case.touchpoints.filter(kind=TouchpointKind.VISIT).order_by("started_at", "id").first()
    if visit is None or visit.ended_at is None:
        return "没有记录"
    return clock((visit.ended_at - visit.started_at).total_seconds())


def due_words(case: Case) -> str:
    """The day by which the office answers."""
    if case.closed_at is not None or case.due_at is None:
        return ""
    local = case.due_at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def done(case: Case, *, at: datetime) -> Done:
    """What the page after a visit shows."""
    title, sentence = SAID.get(case.state, SAID[State.RECEIVED])
    return Done(
        case=case, title=title, sentence=sentence, elapsed=elapsed(case), due=due_words(case),
        average=average(case.item_id, at, fresh=True), documents=documents(case),
    )  # fmt: skip
