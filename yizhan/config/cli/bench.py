"""`yizhan bench`: speed of the main job, as a ratio to the same SQL under pgbench."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from yizhan.config import environment
from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """How much data, how long, how many at a time."""
    parser.add_argument("--cases", type=int, default=150_000, help="先装入多少办件，默认 150000")
    parser.add_argument("--seconds", type=float, default=8, help="每项测多少秒，默认 8")
    parser.add_argument("--clients", type=int, default=8, help="同时多少个请求，默认 8")
    parser.add_argument("--workers", type=int, default=2, help="网页进程数，默认 2")
    parser.add_argument("--items", type=int, default=100_000, help="搜索：多少事项，默认 100000")
    parser.add_argument("--orders", type=int, default=1_000_000, help="工单数，默认 1000000")
    parser.add_argument("--keep", action="store_true", help="保留测速用的数据库")


def run(args: argparse.Namespace) -> int:
    """Measure in a database of its own; JSON last. Exit code 1 when a target is missed."""
    var = environment.var_folder() / "bench"
    shutil.rmtree(var, ignore_errors=True)
    os.environ["YIZHAN_VAR"] = str(var)
    os.environ.pop("DATABASE_URL", None)
    try:
        with session.database():
            from yizhan.config.bench import report, runner  # they need Django
            from yizhan.config.cli.prepare import collect

            collect()
            lines, about = runner.measure(
                os.environ["DATABASE_URL"], cases=args.cases, items=args.items, orders=args.orders,
                seconds=args.seconds, clients=args.clients, workers=args.workers,
            )  # fmt: skip
            print(report.table(lines))
            search = about["search"]
            year = about["year"]
            print(f"一年 {year['orders']} 张工单的情况页：p95 {year['p95_ms']:.0f} ms（目标 300）")
            print(f"搜索 {search['items']} 个事项：p95 {search['p95_ms']:.1f} ms（目标 50）")
    finally:
        if not args.keep:
            shutil.rmtree(var, ignore_errors=True)
    print(report.summary(lines, about))
    sys.stdout.flush()
    quick = search["p95_ms"] < 50 and year["p95_ms"] < 300
    return 0 if all(line.kept for line in lines) and quick else 1
