"""Volume for the measurement: copies of one real case, its clock and its trail, made by SQL."""

from __future__ import annotations

import uuid

from django.db import connection, transaction

# Each copy keeps every column of its pattern but those that must differ; no column list to go stale.
COPY = """
INSERT INTO {table}
SELECT (jsonb_populate_record(pattern, jsonb_build_object({changes}))).*
FROM {table} AS pattern, generate_series(%(first)s, %(last)s) AS n
WHERE {match}
"""
KEY = "md5('{what}' || pattern.id::text || n)::uuid"
TABLES = [
    ("cases_affair", "affair", "pattern.id = %(affair)s", {"number": "'BF' || n"}),
    (
        "cases_case",
        "case",
        "pattern.id = %(case)s",
        {
            "affair_id": "md5('affair' || %(affair)s || n)::uuid",
            "number": "'BC' || n",
            "query_code": "'B' || lpad(n::text, 9, '0')",
            "idempotency_key": "'bench-' || n",
            "submitted_at": "pattern.submitted_at - n * interval '3 minutes'",
            "due_at": "pattern.due_at - (n %% 4000) * interval '3 minutes'",
        },
    ),
    ("cases_caseclock", "clock", "pattern.subject_id = %(case)s", {}),
    ("cases_caseentry", "entry", "pattern.subject_id = %(case)s", {}),
    ("cases_casematerial", "material", "pattern.case_id = %(case)s", {}),
]
CHILD = {"cases_caseclock": "subject_id", "cases_caseentry": "subject_id"}
CHILD["cases_casematerial"] = "case_id"


def copies(case_id: uuid.UUID, affair_id: uuid.UUID, count: int, *, already: int = 0) -> None:
    """Make `count` copies of a case with its affair, clocks, trail and materials."""
    facts = {"case": str(case_id), "affair": str(affair_id)}
    for first in range(already + 1, already + count + 1, 20_000):
        facts |= {"first": first, "last": min(first + 19_999, already + count)}
        with transaction.atomic(), connection.cursor() as cursor:
            for table, what, match, changes in TABLES:
                cursor.execute(_statement(table, what, match, changes), facts)
    with connection.cursor() as cursor:
        for table, *_ in TABLES:
            cursor.execute(f"ANALYZE {table}")  # noqa: S608 - table names of this file


def _statement(table: str, what: str, match: str, changes: dict[str, str]) -> str:
    changed = {"id": KEY.format(what=what), **changes}
    if what in ("case", "affair"):  # children find their parent by the same rule
        changed["id"] = f"md5('{what}' || %({what})s || n)::uuid"
    if table in CHILD:
        changed[CHILD[table]] = "md5('case' || %(case)s || n)::uuid"
    pairs = ", ".join(f"'{column}', {value}" for column, value in changed.items())
    return COPY.format(table=table, changes=pairs, match=match)
