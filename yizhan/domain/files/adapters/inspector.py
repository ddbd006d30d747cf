"""Open, check and rewrite what was uploaded, in a confined process (inspect_worker.py)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yizhan.domain.files import rules
from yizhan.domain.files.adapters import sandbox

WORKER = "yizhan.domain.files.adapters.inspect_worker"
SECONDS = 30
MEMORY_MB = 900
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What lies at the target path now: safe to keep and to show."""

    media_type: str
    pages: int
    note: str  # what was taken out of it, for people


def prepare(source: Path, kind: str, target: Path) -> Prepared:
    """Write the safe form of `source` to `target`: pictures as JPEG, PDF without active content.

    `kind` is what rules.recognise found. Raises Refused with the sentence for the citizen.
    """
    if kind == "pdf":
        job: dict[str, Any] = {"do": "pdf", "max_pages": rules.MAX_PAGES}
        job["max_inflated"] = rules.MAX_INFLATED
    else:
        job = {"do": "picture", "kind": kind, "max_pixels": rules.MAX_PIXELS[kind]}
        job["long_side"] = rules.LONG_SIDE
    answer = _ask(job | {"source": str(source), "target": str(target)})
    media_type = rules.MEDIA_TYPES["pdf" if kind == "pdf" else "jpeg"]
    removed = answer.get("removed", [])
    note = f"已去除文件中的{'、'.join(removed)}" if removed else ""
    return Prepared(media_type, answer["pages"], note)


def combine(sources: Sequence[tuple[Path, str]], target: Path) -> Prepared:
    """Write one PDF with every picture on an A4 page and every page of every PDF, in order."""
    parts = [[str(path), media_type] for path, media_type in sources]
    job = {"do": "combine", "parts": parts, "target": str(target), "max_pages": rules.MAX_PAGES}
    return Prepared(rules.MEDIA_TYPES["pdf"], _ask(job)["pages"], "")


def _ask(job: dict[str, Any]) -> dict[str, Any]:
    job |= {"seconds": SECONDS, "memory_mb": MEMORY_MB}
    try:
        answer = sandbox.run(WORKER, job, seconds=SECONDS + 5)
    except sandbox.Overloaded:
        raise rules.refusal("busy") from None
    except sandbox.Died as death:
        log.warning("file inspector died on a %s: %s", job["do"], death)
        raise rules.refusal("heavy") from None
    if code := answer.get("refused"):
        raise rules.refusal(code, **answer.get("facts", {}))
    return answer
