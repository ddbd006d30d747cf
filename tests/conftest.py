"""One PostgreSQL for the whole session, one database per worker, nothing but loopback.

The embedded server of YIZHAN_VAR (default ./var/test) is started once, or used when it runs
already. Migrations run once into a template database named by their content; each worker copies it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_django

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ["YIZHAN_VAR"])  # set by environment.py, before Django was loaded
GIVEN_URL = os.environ.get("DATABASE_URL")
LOCK = 7_345_221  # advisory lock of whoever fills the template


def pytest_configure(config: pytest.Config) -> None:
    """Start the database before Django is set up; xdist workers find it by the environment."""
    config.addinivalue_line("markers", "unguarded: may open sockets beyond loopback")
    if hasattr(config, "workerinput") or os.environ.get("DATABASE_URL"):
        return
    from yizhan.config.supervisor.postgres import attached

    stack = contextlib.ExitStack()
    os.environ["DATABASE_URL"] = stack.enter_context(attached(VAR, forgetful=True))
    config.add_cleanup(stack.close)


def _fingerprint() -> str:
    """What the template is made of: our migrations (or models, while there are none) and theirs."""
    digest = hashlib.sha256()
    domain = ROOT / "yizhan" / "domain"
    for path in sorted([*domain.glob("*/migrations/*.py"), *domain.glob("*/models*/**/*.py")]):
        digest.update(path.read_bytes())
    for name in ("django", "procrastinate", "django-otp", "django-axes"):
        digest.update(importlib.metadata.version(name).encode())
    return digest.hexdigest()[:16]


def _server(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, dbname="postgres", autocommit=True)


def _template(server: psycopg.Connection[tuple[object, ...]]) -> str:
    """The name of the migrated template database, made if missing."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    name = f"yz_template_{_fingerprint()}"
    server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            draft = f"{name}_draft"
            server.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{draft}"')
            connections["default"].close()
            settings.DATABASES["default"]["NAME"] = draft
            connections["default"].settings_dict["NAME"] = draft
            call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
            connections["default"].close()
            server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    finally:
        server.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """A fresh copy of the template for this worker, dropped at the end."""
    from django.conf import settings
    from django.db import connections

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"test_{worker}_{os.getpid()}"
    with django_db_blocker.unblock(), _server(os.environ["DATABASE_URL"]) as server:
        template = _template(server)
        _copy(server, template, name)
        connections["default"].close()
        settings.DATABASES["default"]["NAME"] = name
        connections["default"].settings_dict["NAME"] = name
        connections["default"].settings_dict["OPTIONS"]["prepare_threshold"] = 0  # as the servers
        _let_flush_pass_triggers()
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        with _server(os.environ["DATABASE_URL"]) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(server: psycopg.Connection[tuple[object, ...]], template: str, name: str) -> None:
    """CREATE DATABASE … TEMPLATE; two workers at once have to wait for each other."""
    for attempt in range(50):
        try:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            return
        except psycopg.errors.ObjectInUse:
            if attempt == 49:
                raise
            time.sleep(0.1)


# Django does not empty these tables: a job left behind would run in another test.
JOBS = (
    "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,"
    " procrastinate_workers RESTART IDENTITY CASCADE"
)


def _let_flush_pass_triggers() -> None:
    """Transactional tests empty all tables afterwards; append-only trails refuse that rightly."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush
    if getattr(plain, "passes_triggers", False):
        return

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        plain(self, ["SET LOCAL session_replication_role = replica", *sql_list, JOBS])

    execute_sql_flush.passes_triggers = True
    DatabaseOperations.execute_sql_flush = execute_sql_flush


@pytest.fixture(autouse=True)
def _only_loopback(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests reach this machine and nothing else."""
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _fresh_calendar() -> None:
    """The working calendar is kept in the process; a test must not see the one before's."""
    from yizhan.domain.office.queries import forget_calendar

    forget_calendar()
