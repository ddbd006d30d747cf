"""`yizhan catalogue import FILE [--dry-run]` and `yizhan catalogue export DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yizhan.config.cli import session

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ImportRun

SHOWN = 50  # problems printed; all of them stand in the report of the workbench


def arguments(parser: argparse.ArgumentParser) -> None:
    """import FILE [--dry-run] [--known-units], export DIR."""
    verbs = parser.add_subparsers(dest="verb", metavar="动作", required=True)
    door = verbs.add_parser("import", help="从 CSV 或 Excel 导入事项")
    door.add_argument("file", type=Path, help="CSV（UTF-8、GBK）或 .xlsx 文件")
    door.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    door.add_argument("--known-units", action="store_true", help="遇到未知机构时报错，不自动新建")
    door.add_argument("--region", default="", help="6位区划代码（默认为本县）")
    out = verbs.add_parser("export", help="按国家交换库 up_task_* 的格式导出")
    out.add_argument("directory", type=Path, help="存放CSV文件的文件夹")
    out.add_argument("--region", default="", help="6位区划代码（默认为本县）")


def run(args: argparse.Namespace) -> int:
    """Do the verb; the last line is JSON. Exit code 1 when nothing was imported for problems."""
    if args.verb == "import" and not args.file.is_file():
        print(f"找不到文件 {args.file}。", file=sys.stderr)
        return 2
    with session.database():
        from django.conf import settings

        region = args.region or settings.REGION
        return _import(args, region) if args.verb == "import" else _export(args, region)


def _import(args: argparse.Namespace, region: str) -> int:
    from yizhan.domain.catalogue import actions

    outcome = actions.import_file(
        args.file, region=region, by=None, at=datetime.now(UTC), dry_run=args.dry_run,
        progress=_progress, new_units=not args.known_units,
    )  # fmt: skip
    for note in outcome.notes:
        print(note)
    for problem in outcome.problems[:SHOWN]:
        print(_sentence(problem))
    if len(outcome.problems) > SHOWN:
        print(f"……共{len(outcome.problems)}个问题。")
    print(_summary(outcome))
    print(json.dumps(_facts(outcome), ensure_ascii=False))
    return 1 if outcome.problems else 0


def _progress(done: int, total: int) -> None:
    print(f"\r已处理 {done}/{total} 行", end="\n" if done == total else "", file=sys.stderr)


def _sentence(problem: dict[str, Any]) -> str:
    where = f"第{problem['row']}行" if problem["row"] else "整个文件"
    column = f"，{problem['column']}" if problem["column"] else ""
    value = f"“{problem['value']}”" if problem["value"] else ""
    return f"{where}{column}{value}：{problem['reason']}"


def _summary(outcome: ImportRun) -> str:
    if outcome.problems:
        return f"有{len(outcome.problems)}个问题，没有写入任何内容；改好后再导入。"
    verb = "检查通过，将" if outcome.dry_run else "导入完成，"
    return f"{verb}新增{outcome.created}项、更新{outcome.updated}项、不变{outcome.unchanged}项。"


def _facts(outcome: ImportRun) -> dict[str, Any]:
    return {
        "rows": outcome.total, "created": outcome.created, "updated": outcome.updated,
        "unchanged": outcome.unchanged, "problems": len(outcome.problems),
        "new_units": len(outcome.new_units), "dry_run": outcome.dry_run, "state": outcome.state,
    }  # fmt: skip


def _export(args: argparse.Namespace, region: str) -> int:
    from yizhan.domain.catalogue import actions

    try:
        counts = actions.export(args.directory, region=region, at=datetime.now(UTC))
    except OSError as error:
        print(f"写不了文件夹 {args.directory}：{error.strerror}。", file=sys.stderr)
        return 2
    for table, rows in counts.items():
        print(f"{table}.csv：{rows}行")
    print(json.dumps(counts, ensure_ascii=False))
    return 0
