"""The due light of a row: its colour, its words, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yizhan.core.worktime import CHINA, Calendar, Unit, remaining
from yizhan.domain.cases.choices import ClockName, State
from yizhan.domain.cases.rules.terms import STEP, SUPPLY

WHY = {
    ClockName.CHECK: "收件后要尽快审查并告知结果",
    ClockName.NOTICE: "要一次性告知是否受理，逾期视为受理",
    ClockName.CORRECTION: "等申请人补正，逾期按撤回处理",
    ClockName.LEGAL: "法定办结时限",
    ClockName.PROMISED: "向社会承诺的办结时限",
    ClockName.SPECIAL: "特别程序书面告知的时间",
    ClockName.DELIVERY: "作出决定后要按期送达",
}


@dataclass(frozen=True, slots=True)
class Light:
    """red, yellow, green or grey, with its words."""

    colour: str
    text: str


def light(
    colour: str,
    *,
    due_at: datetime | None,
    at: datetime,
    calendar: Calendar,
    state: str = "",
    closed: bool = False,
    unit: str = Unit.WORKDAYS,
) -> Light:
    """The words for a colour that the domain decided (queries.light)."""
    if closed:
        return Light("grey", "已结束")
    if due_at is None:
        return Light("grey", "暂停计时" if state == State.SPECIAL else "没有时限")
    left = remaining(at, due_at, Unit(unit), calendar)
    words = {"workdays": "个工作日", "days": "天", "hours": "小时"}[unit]
    if at > due_at:
        return Light(colour, f"超期 {-left} {words}" if left else "已超期")
    if due_at.astimezone(CHINA).date() == at.astimezone(CHINA).date():
        return Light(colour, "今天到期")
    return Light(colour, f"还剩 {left} {words}")


def why(clock: str, due_at: datetime | None) -> str:
    """The reason beside a light: which deadline, and its day."""
    if due_at is None:
        return ""
    local = due_at.astimezone(CHINA)
    words = WHY.get(clock, "办理时限")
    if clock.startswith(SUPPLY):
        words = "补交容缺材料或核查承诺"
    elif clock.startswith(STEP):
        words = "协办单位回复的期限"
    return f"{local.month}月{local.day}日到期：{words}"
