"""Files as counties send them, and what an import said about them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import openpyxl

from tests.factories.catalogue import AT, REGION, place
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.models import ImportRun, Item, ItemEvent, ItemVersion

HEADER = ["实施部门", "事项名称", "事项类型", "实施编码"]
LATER = AT + timedelta(days=1)


def rows(count: int = 3) -> list[list[str]]:
    return [["测试甲局", f"事项{n}", "行政许可", f"CODE-{n:05d}"] for n in range(1, count + 1)]


def sheet(*lines: list[str], header: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header or HEADER, *lines])
    return out.getvalue().encode(encoding)


def excel(*lines: list, header: list[str] | None = None) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in [header or HEADER, *lines]:
        book.active.append(line)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(tmp_path: Path, content: bytes, name: str = "事项.csv", **more) -> ImportRun:
    place()
    file = tmp_path / name
    file.write_bytes(content)
    return actions.import_file(file, **{"region": REGION, "by": None, "at": AT} | more)


def reasons(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(p["row"], p["column"], p["reason"]) for p in run.problems]


def counts(run: ImportRun) -> tuple[str, int, int, int, int]:
    return (run.state, run.total, run.created, run.updated, run.unchanged)


def nothing_written() -> bool:
    return not (Item.objects.exists() or ItemVersion.objects.exists() or ItemEvent.objects.exists())
