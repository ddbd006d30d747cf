"""The county's topics, and which of them a text speaks of until a model knows better."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass

from yizhan.domain.hotline.models import Topic

FRESH = 5.0  # seconds a process trusts what it has read


@dataclass(frozen=True, slots=True)
class Named:
    """A topic with the names of its branch: 城市管理 › 市政设施 › 路灯."""

    code: str
    name: str
    path: str
    level: int
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic that a text may speak of, with the words that decided and their weight."""

    code: str
    label: str
    score: float
    words: tuple[str, ...]


def topics(region: str) -> list[Named]:
    """The topics in use, in the order of their codes; read again at most every FRESH seconds."""
    return list(_read(region, int(time.monotonic() / FRESH)))


def topic(region: str, code: str) -> Named | None:
    """One topic in use."""
    return next((one for one in topics(region) if one.code == code), None)


def forget_topics() -> None:
    """Read them anew: after an import, and between tests."""
    _read.cache_clear()


def by_keywords(text: str, known: Sequence[Named], *, most: int = 3) -> list[Guess]:
    """The topics whose keywords stand in a text, best first (cold start, no model).

    A word counts by its length, since longer words are more exact; the deepest topic wins a tie.
    """
    found = []
    for one in known:
        words = tuple(word for word in one.keywords if word in text)
        if words:
            score = sum(len(word) ** 1.5 for word in words)
            found.append(Guess(one.code, one.path, score, words))
    return sorted(found, key=lambda g: (-g.score, -len(g.code), g.code))[:most]


@functools.lru_cache(maxsize=8)
def _read(region: str, moment: int) -> tuple[Named, ...]:
    rows = list(Topic.objects.filter(region=region, active=True).order_by("code"))
    names = {row.code: row.name for row in rows}
    return tuple(
        Named(
            row.code, row.name, " › ".join(_branch(row.code, names)), row.level,
            tuple(row.keywords.split()),
        )
        for row in rows
    )  # fmt: skip


def _branch(code: str, names: dict[str, str]) -> list[str]:
    parts = code.split(".")
    codes = [".".join(parts[:place]) for place in range(1, len(parts) + 1)]
    return [names[one] for one in codes if one in names]
