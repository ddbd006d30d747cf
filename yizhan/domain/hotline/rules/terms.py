"""How long each clock of an order runs. A county's own template goes before these.

Without a template an order runs by what a county of Henan promises (参照安阳市政务服务条例 art.
45-50: 5 working days, 5 more with the head's approval, return within 24 hours), so that no order is
ever without a deadline (trap T17). Templates of regions: `PRESETS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yizhan.core.tracked import Term
from yizhan.core.worktime import Unit
from yizhan.domain.hotline.choices import ClockName as C
from yizhan.domain.hotline.choices import Level, Nature

H, W, D = Unit.HOURS, Unit.WORKDAYS, Unit.DAYS
CO = "co:"  # the clock of a co-unit: its name ends with the number of its part
ANYANG = "参照安阳市政务服务条例第四十五至五十条"
BEIJING = "参照北京市12345市民服务热线服务与管理规范（2021年征求意见稿）"
GUANGDONG = "参照广东省12345政务服务便民热线办理时限（2022年9月）"

BASE: dict[str, tuple[int, Unit]] = {
    C.TAKE: (2, H), C.DISPATCH: (1, W), C.CONFER: (2, W), C.SIGN: (24, H), C.RULING: (1, W),
    C.CONTACT: (24, H), C.FINISH: (5, W), C.ANSWER: (8, W), C.REVIEW: (1, W), C.CALLBACK: (3, W),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preset:
    """One line of a region's rule: for which orders, how long, by which document."""

    name: str
    basis: str
    level: str = ""
    nature: str = ""
    terms: dict[str, tuple[int, Unit]] = field(default_factory=dict)
    extension: tuple[int, Unit] = (5, W)
    extension_times: int = 1
    object_hours: int = 24


_URGENT: dict[str, tuple[int, Unit]] = {
    C.TAKE: (1, H),
    C.DISPATCH: (1, H),
    C.SIGN: (1, H),
    C.CONTACT: (1, H),
}
PRESETS: dict[str, tuple[Preset, ...]] = {
    "henan": (
        Preset("河南县市：一般诉求", ANYANG),
        Preset(
            "河南县市：突发紧急", ANYANG, Level.URGENT,
            terms={**_URGENT, C.FINISH: (2, H), C.ANSWER: (6, H)}, extension=(24, H),
        ),
        Preset(
            "河南县市：水电气热", ANYANG, Level.UTILITY,
            terms={C.SIGN: (2, H), C.CONTACT: (4, H), C.FINISH: (24, H), C.ANSWER: (3, D)},
            extension=(24, H),
        ),
    ),
    "beijing": (
        Preset(
            "北京：一般诉求", BEIJING,
            terms={C.FINISH: (7, D), C.ANSWER: (10, D)}, extension=(8, D),
        ),
        Preset(
            "北京：突发紧急", BEIJING, Level.URGENT,
            terms={**_URGENT, C.FINISH: (2, H), C.ANSWER: (6, H)}, extension=(24, H),
        ),
        Preset(
            "北京：水电气热", BEIJING, Level.UTILITY,
            terms={C.SIGN: (2, H), C.CONTACT: (4, H), C.FINISH: (24, H), C.ANSWER: (3, D)},
            extension=(24, H),
        ),
        Preset(
            "北京：疑难", BEIJING, Level.HARD,
            terms={C.FINISH: (15, D), C.ANSWER: (18, D)}, extension=(15, D),
        ),
    ),
    "guangdong": (
        Preset("广东：求助", GUANGDONG, terms={C.FINISH: (10, W), C.ANSWER: (13, W)}),
        *(
            Preset(
                f"广东：{Nature(nature).label}", GUANGDONG, nature=nature,
                terms={C.FINISH: (days, W), C.ANSWER: (days + 3, W)},
            )
            for nature, days in (
                (Nature.CONSULT, 2), (Nature.SUGGESTION, 10), (Nature.COMPLAINT, 15),
                (Nature.REPORT, 15),
            )
        ),
    ),
}  # fmt: skip
DEFAULT = PRESETS["henan"]


def stored(preset: Preset) -> dict[str, Any]:
    """The clocks of a preset as a template keeps them: name → [amount, unit]."""
    whole = BASE | preset.terms
    return {str(name): [amount, str(unit)] for name, (amount, unit) in whole.items()}


def of(clocks: dict[str, Any], name: str, basis: str) -> Term:
    """The term of a clock as stored; a template that leaves one out falls back on BASE."""
    amount, unit = clocks.get(name) or BASE[name]
    return Term(int(amount), Unit(unit), basis[:200])


def default_for(level: str, nature: str) -> Preset:
    """The line of the built-in rule for an order."""
    matching = [p for p in DEFAULT if p.level in ("", level) and p.nature in ("", nature)]
    return max(matching, key=lambda p: (bool(p.level), bool(p.nature)))


def co_clock(part_id: Any) -> str:
    """The name of the clock of one co-unit's part."""
    return f"{CO}{part_id}"
