"""Words after which a person looks at once, and a machine proposes nothing (国办发〔2020〕53号: the
hotline hands emergencies on immediately)."""

from __future__ import annotations

import re

WORDS: dict[str, tuple[str, ...]] = {
    "110": ("杀人", "砍人", "持刀", "绑架", "抢劫", "打死", "拐卖", "爆炸物", "家暴", "强奸"),
    "119": (
        "着火",
        "起火",
        "火灾",
        "失火",
        "煤气泄漏",
        "燃气泄漏",
        "天然气泄漏",
        "爆炸",
        "被困电梯",
    ),
    "120": ("昏迷", "没有呼吸", "大出血", "心脏病发", "中毒", "溺水", "触电", "摔下", "晕倒"),
    "122": ("撞人", "连环相撞", "车祸"),
    "危机": ("跳楼", "自杀", "轻生", "不想活", "同归于尽", "自焚", "喝药", "割腕", "遗书"),
}
# "prevent fires", "last year's fire": talk about it, not the thing itself
_TALK = re.compile(
    r"(预防|防止|防范|避免|以免|杜绝|消除|宣传|演练|去年|前年|曾经|容易|可能|隐患|担心|怕)"
    r"[^，。；！？]{0,8}$"
)
_DANGER = re.compile(r"的?(隐患|风险|危险|演练|保险)")


def words(text: str) -> list[tuple[str, str]]:
    """(line to call, word) for each emergency that a text tells of as happening."""
    found = []
    for line, listed in WORDS.items():
        for word in listed:
            for match in re.finditer(word, text):
                before = text[max(0, match.start() - 14) : match.start()]
                if not _TALK.search(before) and not _DANGER.match(text, match.end()):
                    found.append((line, word))
                    break
    return found
