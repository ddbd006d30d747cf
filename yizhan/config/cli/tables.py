"""The tables brought up to date, so that a kill at any moment leaves something that starts again.

Django notes a migration after its tables are committed; a kill between the two leaves tables that
nobody remembers, and the next migrate fails. Our own database is therefore made anew when its very
first migration never came to its end, which a mark beside the data says, and nothing is in it yet.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection, connections

from yizhan.config import environment

FILLED_FIRST = ("people_account", "office_organisation", "office_region")


def bring_up_to_date(var: Path) -> None:
    """Migrate the database of DATABASE_URL; where it is that of `var`, one at a time."""
    if os.environ["DATABASE_URL"] != environment.embedded_url(var):
        call_command("migrate", verbosity=0, interactive=False)
        return
    handle = os.open(var / "migrate.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        mark = var / "pg" / "yizhan.whole"
        if not mark.exists() and _is_empty():
            _make_anew()
        call_command("migrate", verbosity=0, interactive=False)
        mark.touch(mode=0o600)
    finally:
        os.close(handle)


def _is_empty() -> bool:
    """Whether nobody and nothing was entered yet."""
    with connection.cursor() as cursor:
        for table in FILLED_FIRST:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - our words
                if cursor.fetchone()[0]:
                    return False
    return True


def _make_anew() -> None:
    connections.close_all()
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{environment.PG_NAME}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{environment.PG_NAME}"')
