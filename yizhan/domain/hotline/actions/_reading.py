"""What a new message says before anybody has looked: nature, topic, urgency. All proposals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yizhan.domain.hotline import queries
from yizhan.domain.hotline.choices import Level, Nature
from yizhan.domain.hotline.understanding import masking, nature, urgent

URGE = "催办"
AHEAD = 1.5  # times the second guess from which the first is filled in
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
    alarms = urgent.words(text)
    guessed = nature.propose(text)
    topics = queries.by_keywords(text, queries.topics(region))
    level = Level.URGENT if alarms else Level.UTILITY if _UTILITY.search(text) else Level.NORMAL
    named = _NATURES.get(guessed.name, "")
    proposal: dict[str, Any] = {
        "nature": named, "nature_words": list(guessed.words),
        "nature_sure": guessed.confident,
        "topics": [[g.code, g.label, round(g.score, 1), list(g.words)] for g in topics],
    }  # fmt: skip
    if alarms:
        proposal["alarms"] = [f"{kind}：{word}" for kind, word in alarms]
    ahead = topics and (len(topics) == 1 or topics[0].score >= AHEAD * topics[1].score)
    return Read(
        masking.mask(text), named, level, guessed.name == URGE and not alarms,
        topic=topics[0].code if ahead else "", topic_label=topics[0].label if ahead else "",
        proposal=proposal,
    )  # fmt: skip
