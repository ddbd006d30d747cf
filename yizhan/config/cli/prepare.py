"""`yizhan prepare`: everything between an empty database and the first page."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from yizhan.config import environment
from yizhan.config.cli import session
from yizhan.config.supervisor import postgres


def arguments(parser: argparse.ArgumentParser) -> None:
    """All of it, or one part: `data` comes before `cases`, `static` needs neither."""
    parser.add_argument("--only", choices=["static", "data", "cases"], help="只做一部分")


def run(args: argparse.Namespace) -> int:
    """Migrate, collect static files, seed the demo county when nothing is there."""
    parts = {"static": collect, "data": fill, "cases": populate}
    for name, part in parts.items():
        if args.only in (None, name):
            part()
    return 0


def collect() -> None:
    """Static files with hashed names, compressed. Needs no database."""
    session.set_up()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def fill() -> None:
    """Tables, and the demo county when they are empty."""
    session.set_up()
    postgres.wait_for(environment.var_folder())
    with session.database(migrated=False):
        from django.conf import settings

        from yizhan.config.cli.tables import bring_up_to_date

        bring_up_to_date(environment.var_folder())
        if settings.DEMO:
            from yizhan.config.cli import demo

            demo.found(datetime.now(UTC))
            accounts = environment.var_folder() / "demo-accounts.txt"
            accounts.write_text("\n".join(demo.ACCOUNTS) + "\n")


def populate() -> None:
    """The cases of the demo county; a mark says that this need not be looked at again."""
    with session.database(migrated=False):
        from django.conf import settings

        if settings.DEMO:
            from yizhan.config.cli import demo

            demo.populate(datetime.now(UTC))
    environment.populated(environment.var_folder()).touch()
