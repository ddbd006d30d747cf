"""Words after which a person looks at once, and a machine proposes nothing (国办发〔2020〕53号: the
hotline hands emergencies on immediately).

A person who looks in vain loses a minute; a call that nobody looks at may cost a life. So only what
is plainly about prevention or the past is left out, never a fear ("我怕他要跳楼"), and of a crisis
nothing is ever left out.
"""

from __future__ import annotations

import re

CRISIS = "危机"
WORDS: dict[str, tuple[str, ...]] = {  # line to call -> patterns
    "110": ("杀人", "砍人", "持刀", "绑架", "抢劫", "打死", "拐卖", "爆炸物", "家暴", "强奸"),
    "119": (
        "着火", "起火", "火灾", "失火", "[煤燃然]气泄漏", "爆炸", "困[^，。；]{0,6}电梯",
        "电梯[^，。；]{0,6}困",
    ),
    "120": ("昏迷", "没有?呼吸", "大出血", "心脏病发", "中毒", "溺水", "触电", "摔下", "晕倒"),
    "122": ("撞人", "连环相撞", "车祸"),
    CRISIS: (
        "跳楼", "跳河", "自杀", "轻生", "不想活", "同归于尽", "自焚", "喝药", "割腕", "遗书",
    ),
}  # fmt: skip
_TALK = re.compile(
    r"(预防|防止|防范|避免|以免|杜绝|消除|宣传|演练|去年|前年|曾经|容易|隐患)[^，。；！？]{0,8}$"
)
_DANGER = re.compile(r"的?(隐患|风险|危险|演练|保险)")


def words(text: str) -> list[tuple[str, str]]:
    """(line to call, word) for each emergency that a text may be telling of."""
    found = []
    for line, patterns in WORDS.items():
        for pattern in patterns:
            for match in re.finditer(pattern, text):
                if line == CRISIS or not _is_talk(text, match):
                    found.append((line, match[0]))
                    break
    return found


def _is_talk(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 14) : match.start()]
    return bool(_TALK.search(before) or _DANGER.match(text, match.end()))
