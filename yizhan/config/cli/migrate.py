"""`yizhan migrate`."""

from __future__ import annotations

import argparse

from yizhan.config import environment
from yizhan.config.cli import session
from yizhan.config.supervisor import stamp


def arguments(parser: argparse.ArgumentParser) -> None:
    """As Django's own."""
    parser.add_argument("app", nargs="?", help="只处理这个应用")
    parser.add_argument("migration", nargs="?", help="到这一步为止（zero 表示全部撤回）")
    parser.add_argument("--plan", action="store_true", help="只显示将要做什么")


def run(args: argparse.Namespace) -> int:
    """Change the tables."""
    with session.database(migrated=False):
        from django.core.management import call_command

        from yizhan.config.cli.tables import bring_up_to_date

        if not args.plan:
            stamp.remove(environment.var_folder())
        if not args.app and not args.plan:
            bring_up_to_date(environment.var_folder())
        target = [word for word in (args.app, args.migration) if word]
        call_command("migrate", *target, plan=args.plan, interactive=False)
    return 0
