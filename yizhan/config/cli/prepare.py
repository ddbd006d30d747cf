"""`yizhan prepare`: everything between an empty database and the first page."""

from __future__ import annotations

import argparse

from yizhan.config import environment
from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:
    """Migrate, collect static files, seed the demo county when nothing is there."""
    with session.database(migrated=False):
        from django.conf import settings
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO:
            from yizhan.config.cli import demo

            demo.seed()
            accounts = environment.var_folder() / "demo-accounts.txt"
            accounts.write_text("\n".join(demo.accounts()) + "\n")
    return 0
