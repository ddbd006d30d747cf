"""Official papers as PDF: typst in a confined process, Chinese fonts from a wheel, no network.

The data reach the template as one JSON text (`#let d = json(bytes(sys.inputs.data))`), so that what
a person typed is text and never markup. Families: "Noto Serif SC", "Noto Sans SC" (regular weight).
"""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yizhan.core.flow import Refused
from yizhan.domain.files.adapters import sandbox, store

WORKER = "yizhan.domain.files.adapters.typst_worker"
FONTS = "pylopdf_fonts_zh_cn"
SECONDS = 20
MEMORY_MB = 1500  # of address space: fonts are mapped, not loaded; 60 MB are really used


class RenderFailed(Exception):  # noqa: N818 - a defect of a template, not of a person's input
    """The template does not compile; the text is what typst says."""


def render(template: str | Path, data: dict[str, Any], *, at: datetime | None = None) -> bytes:
    """The PDF of a .typ template filled with JSON-able `data`.

    `at` is the date written into the PDF; the same input gives the same bytes. Files that the
    template imports must lie in its own folder. Raises RenderFailed, or sandbox.Died/Overloaded.
    """
    path = Path(template).resolve()
    moment = at or datetime(1970, 1, 1, tzinfo=UTC)
    with store.bench() as folder:
        target = folder / "paper.pdf"
        job = {
            "template": str(path),
            "root": str(path.parent),
            "fonts": str(fonts_folder()),
            "inputs": {"data": json.dumps(data, ensure_ascii=False)},
            "moment": int(moment.timestamp()),
            "target": str(target),
            "seconds": SECONDS,
            "memory_mb": MEMORY_MB,
        }
        answer = sandbox.run(WORKER, job, seconds=SECONDS + 5)
        if problem := answer.get("problem"):
            raise RenderFailed(f"{path.name}: {problem}")
        return target.read_bytes()


def fonts_folder() -> Path:
    """The folder of the Chinese fonts. Raises FileNotFoundError when the wheel is missing."""
    found = importlib.util.find_spec(FONTS)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"{FONTS} is not installed: papers would have no Chinese letters")
    return Path(found.origin).parent


def check() -> tuple[bool, str]:
    """Whether papers can be made, and the sentence for the health page. Raises nothing."""
    template = Path(__file__).with_name("check.typ")
    try:
        paper = render(template, {"text": "一站"})
    except (RenderFailed, Refused, OSError, sandbox.Died, sandbox.Overloaded) as error:
        return False, f"文书不能生成：{error}"
    if not paper.startswith(b"%PDF-"):
        return False, "文书不能生成：结果不是PDF。"
    return True, "文书可以生成。"
