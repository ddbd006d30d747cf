"""What a new message says before anybody has looked: nature, topic, urgency. All proposals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yizhan.domain.hotline.choices import Level, Nature
from yizhan.domain.hotline.understanding import masking
from yizhan.domain.hotline.understanding.proposing import propose

URGE = "催办"
_NATURES = {n.label: n.value for n in Nature}
_UTILITY = re.compile(
    r"(停|断|没|缺)[了有]?(水|电|气|暖)|停热|供(水|电|气|暖|热)|暖气|水管|(煤|燃|天然)气|跳闸"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read. `urge`: it asks after an earlier order. `proposal` is kept on the order."""

    masked: str
    nature: str
    level: str
    urge: bool
    topic: str = ""
    topic_label: str = ""
    proposal: dict[str, Any] = field(default_factory=dict)


def read(text: str, *, region: str) -> Read:
    """Read one message. Nothing here decides alone but that danger goes to a person at once.

    A topic is filled in only where the first guess is clearly ahead of the second; the seat sees
    all three with the words that decided, and confirms.
    """
    said = propose(text, region=region)
    level = Level.URGENT if said.emergency else Level.UTILITY if _UTILITY.search(text) else ""
    named = _NATURES.get(said.nature.name, "")
    proposal: dict[str, Any] = {
        "nature": named, "nature_words": list(said.nature.words),
        "nature_sure": said.nature.confident, "by_model": said.by_model,
        "topics": [[t.code, t.label, round(t.score, 1), list(t.words)] for t in said.top3],
    }  # fmt: skip
    if said.emergency:
        proposal["alarms"] = [f"{kind}：{word}" for kind, word in said.emergency]
    sure = said.confident
    return Read(
        masking.mask(text), named, level or Level.NORMAL,
        said.nature.name == URGE and not said.emergency,
        topic=said.topic if sure else "", topic_label=said.top3[0].label if sure else "",
        proposal=proposal,
    )  # fmt: skip
