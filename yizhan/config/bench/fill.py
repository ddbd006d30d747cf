"""Volume for the measurement: copies of one real case, its clock and its trail, made by SQL."""

from __future__ import annotations

import uuid

from django.db import connection, models, transaction

from yizhan.domain.cases.models import Affair, Case, CaseClock, CaseEntry, CaseMaterial

CHUNK = 20_000
CASE_KEY = "md5('case' || %(case)s::text || n)::uuid"
AFFAIR_KEY = "md5('affair' || %(affair)s::text || n)::uuid"
CHILD_KEY = "md5(pattern.id::text || n)::uuid"
Change = tuple[type[models.Model], str, dict[str, str]]
# what a copy must not share with its pattern; every other column is kept as it is
CHANGES: list[Change] = [
    (Affair, "pattern.id = %(affair)s::uuid", {"id": AFFAIR_KEY, "number": "'BF' || n"}),
    (
        Case,
        "pattern.id = %(case)s::uuid",
        {
            "id": CASE_KEY,
            "affair_id": AFFAIR_KEY,
            "number": "'BC' || n",
            "query_code": "'B' || lpad(n::text, 9, '0')",
            "idempotency_key": "'bench-' || n",
            "contact_sealed": "NULL",  # sealed to its row; the person's own phone is used
            "submitted_at": "pattern.submitted_at - n * interval '3 minutes'",
            "due_at": "pattern.due_at - (n %% 4000) * interval '3 minutes'",
        },
    ),
    (CaseClock, "pattern.subject_id = %(case)s::uuid", {"id": CHILD_KEY, "subject_id": CASE_KEY}),
    (CaseEntry, "pattern.subject_id = %(case)s::uuid", {"id": CHILD_KEY, "subject_id": CASE_KEY}),
    (CaseMaterial, "pattern.case_id = %(case)s::uuid", {"id": CHILD_KEY, "case_id": CASE_KEY}),
]


def copies(case_id: uuid.UUID, affair_id: uuid.UUID, count: int) -> None:
    """Make `count` copies of a case with its affair, clocks, trail and materials."""
    copy(CHANGES, {"case": str(case_id), "affair": str(affair_id)}, first=1, last=count)


def copy(changes_of: list[Change], facts: dict[str, object], *, first: int, last: int) -> None:
    """Copies number `first` to `last` of a row and what hangs on it."""
    for begin in range(first, last + 1, CHUNK):
        facts = facts | {"first": begin, "last": min(begin + CHUNK - 1, last)}
        with transaction.atomic(), connection.cursor() as cursor:
            # the copies point where their pattern points: no need to look up every foreign key
            cursor.execute("SET LOCAL session_replication_role = replica")
            for model, match, changes in changes_of:
                cursor.execute(_statement(model, match, changes), facts)
    with connection.cursor() as cursor:
        for model, _, _ in changes_of:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _statement(model: type[models.Model], match: str, changes: dict[str, str]) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changes.get(column, f'pattern."{column}"') for column in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS pattern, "  # noqa: S608
        f"generate_series(%(first)s::int, %(last)s::int) AS n WHERE {match}"
    )
