"""What a new message says before anybody has looked: nature, topic, urgency. All proposals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yizhan.domain.hotline.choices import Level, Nature
from yizhan.domain.hotline.understanding import masking, nature, urgent

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
    proposal: dict[str, Any] = field(default_factory=dict)


def read(text: str) -> Read:
    """Read one message. Nothing here decides alone but that danger goes to a person at once."""
    alarms = urgent.words(text)
    guessed = nature.propose(text)
    level = Level.URGENT if alarms else Level.UTILITY if _UTILITY.search(text) else Level.NORMAL
    named = _NATURES.get(guessed.name, "")
    proposal: dict[str, Any] = {
        "nature": named, "nature_words": list(guessed.words),
        "nature_sure": guessed.confident,
    }  # fmt: skip
    if alarms:
        proposal["alarms"] = [f"{kind}：{word}" for kind, word in alarms]
    return Read(masking.mask(text), named, level, guessed.name == URGE and not alarms, proposal)
