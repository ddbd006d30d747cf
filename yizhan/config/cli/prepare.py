"""`yizhan prepare`: everything between an empty database and the first page."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from yizhan.config import environment
from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """All of it, or one half: the two halves do not need each other."""
    parser.add_argument("--only", choices=["static", "data"], help="只做一半：静态文件或数据")


def run(args: argparse.Namespace) -> int:
    """Migrate, collect static files, seed the demo county when nothing is there."""
    if args.only != "data":
        collect()
    if args.only != "static":
        fill()
    return 0


def collect() -> None:
    """Static files with hashed names, compressed. Needs no database."""
    session.set_up()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def fill() -> None:
    """Tables, and the demo county when they are empty."""
    with session.database(migrated=False):
        from django.conf import settings
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        if settings.DEMO:
            from yizhan.config.cli import demo

            demo.seed(datetime.now(UTC))
            accounts = environment.var_folder() / "demo-accounts.txt"
            accounts.write_text("\n".join(demo.ACCOUNTS) + "\n")
