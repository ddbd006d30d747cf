"""`yizhan demo seed`: the demo county, when nothing is there yet."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with it."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    actions.add_parser("seed", help="没有数据时写入演示县；已有数据时不做任何改动")


def run(args: argparse.Namespace) -> int:
    """Seed it and say who can log in."""
    with session.database():
        from yizhan.config.cli import demo

        demo.seed(datetime.now(UTC))
        print("\n".join(demo.ACCOUNTS))
    return 0
