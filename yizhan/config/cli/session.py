"""Django with its database, for commands that need both."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from yizhan.config import environment
from yizhan.config.supervisor import stamp
from yizhan.config.supervisor.binaries import Unusable
from yizhan.config.supervisor.postgres import Busy, attached


def set_up() -> None:
    """Load Django. The county's own database brings its own secrets and is a demonstration."""
    var = environment.var_folder()
    if environment.own_database():
        environment.private_folder(var)
        environment.load_secrets(var, create=True)
        os.environ.setdefault("YIZHAN_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
    import django

    django.setup()


@contextlib.contextmanager
def database(*, migrated: bool = True) -> Iterator[None]:
    """Django and a database that answers: the running one, or ours for as long as we need it.

    With `migrated` its tables are brought up to date first where the database is ours.
    Ends the program with a sentence and code 1 when there is none.
    """
    var = environment.var_folder()
    ours = environment.own_database()
    try:
        with attached(var) as url:
            if ours:
                set_up()
                os.environ["DATABASE_URL"] = url
            else:
                set_up()
            if ours and migrated and not stamp.is_fresh(var):
                from yizhan.config.cli.tables import bring_up_to_date

                bring_up_to_date(var)
            yield
    except (Unusable, Busy) as refusal:
        sys.exit(f"数据库不能用：{refusal}")
