"""How long each clock of a case runs, and by which law or promise.

The national law comes first, then 河南省优化营商环境条例; where only another city's regulation has
a rule (安阳市政务服务条例) the county follows it of its own accord, and the words say so (参照).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.cases.choices import ClockName
from yizhan.domain.catalogue import rules as catalogue
from yizhan.domain.catalogue.choices import LimitUnit, TaskType

if TYPE_CHECKING:
    from yizhan.domain.cases.models import Case

NOTICE = Term(5, Unit.WORKDAYS, "行政许可法第三十二条第一款第四项")
CHECK = Term(1, Unit.WORKDAYS, "线上线下统一的审查承诺（参照安阳市政务服务条例第四十二条）")
DELIVERY = Term(10, Unit.WORKDAYS, "行政许可法第四十四条")
CORRECTION_DAYS = 10  # working days; no law sets them, the notice does
STATUTORY = Term(20, Unit.WORKDAYS, "行政许可法第四十二条")
JOINT_DAYS = 45
EXTENSION_MOST, JOINT_EXTENSION_MOST = 10, 15
SUPPLY = "supply:"
STEP = "step:"


def correction(days: int = CORRECTION_DAYS) -> Term:
    """Until when the applicant answers a correction notice."""
    return Term(days, Unit.WORKDAYS, "一次性补正告知书载明的期限")


def special(days: int) -> Term:
    """The time a special procedure needs, as told in writing."""
    return Term(days, Unit.WORKDAYS, "特别程序告知书载明的时间（行政许可法第四十五条）")


def supply(days: int, *, deferral: bool) -> Term:
    """Until when a missing material must come (容缺) or a promise be kept and verified."""
    if deferral:
        return Term(days, Unit.WORKDAYS, "容缺受理承诺书（河南省优化营商环境条例第三十五条）")
    return Term(days, Unit.WORKDAYS, "告知承诺书载明的期限（参照安阳市政务服务条例第二十七条）")


def supply_clock(key: str) -> str:
    """The name of the clock of one deferred or promised material."""
    return f"{SUPPLY}{key}"


def step(days: int) -> Term:
    """The days a co-unit is given."""
    return Term(days, Unit.WORKDAYS, "协办通知载明的期限")


def step_clock(key: str) -> str:
    """The name of the clock of one review step."""
    return f"{STEP}{key}"


def extension_most(case: Case) -> int:
    """The longest extension in working days: ten, fifteen for joint procedures (art. 42)."""
    return JOINT_EXTENSION_MOST if is_joint(case) else EXTENSION_MOST


def decision_terms(case: Case) -> dict[str, Term]:
    """The legal and the promised term of a case, by its own version and situation.

    An item without a legal limit runs the twenty working days of the licensing law, so that no
    case is ever without a deadline (trap T17); a missing promise is the legal term.
    """
    version = case.version
    situation = catalogue.situation_of(version, case.answers)
    legal = _term(version, situation, "legal") or _statutory(version)
    promised = _term(version, situation, "promise") or Term(
        legal.amount, legal.unit, "未另行承诺，与法定时限相同"
    )
    return {ClockName.LEGAL: legal, ClockName.PROMISED: promised}


def is_joint(case: Case) -> bool:
    """统一、联合、集中办理: the 45-day procedure of 行政许可法 art. 42 (2)."""
    version = case.version
    return version.legal_unit == LimitUnit.WORKDAYS and version.legal_amount == JOINT_DAYS


def _statutory(version: Any) -> Term:
    if version.task_type == TaskType.LICENCE:
        return STATUTORY
    return Term(20, Unit.WORKDAYS, "该事项没有法定时限，按二十个工作日掌握")


def _term(version: Any, situation: Any, which: str) -> Term | None:
    unit = catalogue.value(version, situation, f"{which}_unit")
    if unit == LimitUnit.NONE:
        return None
    note = catalogue.value(version, situation, f"{which}_note")
    plain = "办事指南载明的法定时限" if which == "legal" else "办事指南载明的承诺时限"
    amount = int(catalogue.value(version, situation, f"{which}_amount"))
    return Term(amount, Unit(unit), (note or plain)[:200])
