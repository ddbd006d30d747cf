"""What the demo county's hotline knows: topics and whose duty they are. All texts are ours."""

from __future__ import annotations

from importlib import resources


def topics() -> list[dict[str, str]]:
    """The rows of topics.txt: code, name, keywords."""
    text = resources.files(__name__).joinpath("topics.txt").read_text(encoding="utf-8")
    rows = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, keywords = line.partition(":")
        code, _, name = head.strip().partition(" ")
        rows.append({"code": code, "name": name.strip(), "keywords": keywords.strip()})
    return rows


def duties() -> list[tuple[str, str]]:
    """The rows of duties.txt: topic code, unit code."""
    text = resources.files(__name__).joinpath("duties.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return [(topic, unit) for topic, unit in rows]
