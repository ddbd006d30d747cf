"""Rows written by hand-made SQL where the number of statements and their making count.

A submission inserts rows of seven tables in one statement: one round trip where seven would be
sent. Foreign keys are checked at commit (Django makes them INITIALLY DEFERRED), so the order of the
parts does not matter. Measured in technology.md §11: twice the submissions per second.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Convert = Callable[[Any], Any]
_ENCODER = msgspec.json.Encoder(enc_hook=str)  # a lazy text is a text


def insert_together(rows: Iterable[models.Model]) -> None:
    """Insert unsaved rows of any tables in one data-modifying statement.

    Keys are set beforehand (UUIDv7); columns left to a database default are left out. Raises
    IntegrityError as a plain insert does. No save() runs and no signal is sent.

    The rows of a table travel as one JSON document: one argument instead of hundreds, whose making
    would cost more than the insert, and one text of the statement however many rows there are.
    """
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    shape, values = [], []
    for model, members in groups.items():
        columns = tuple(
            (column, name, convert)
            for column, name, convert in _json_plan(model)
            if not isinstance(getattr(members[0], name), DatabaseDefault)
        )
        shape.append((model._meta.db_table, tuple(c for c, _, _ in columns)))
        values.append(
            _ENCODER.encode(
                [
                    {
                        column: convert(getattr(row, name)) if convert else getattr(row, name)
                        for column, name, convert in columns
                    }
                    for row in members
                ]
            ).decode()
        )
    if shape:
        with connection.cursor() as cursor:
            cursor.execute(_sql(tuple(shape)), values)
    for members in groups.values():
        for row in members:
            row._state.adding, row._state.db = False, connection.alias


def write(row: models.Model) -> None:
    """Update every column of a row that the caller holds. No save() runs, no signal is sent."""
    columns = [c for c in _plan(type(row)) if c[1] != row._meta.pk.attname]
    values = [
        convert(getattr(row, name)) if convert else getattr(row, name)
        for _, name, convert in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(_update(type(row)), [*values, row.pk])


@functools.cache
def _plan(model: type[models.Model]) -> tuple[tuple[str, str, Convert | None], ...]:
    """(column, attribute, conversion) of each field; what psycopg adapts itself needs none."""
    return tuple(
        (str(field.column), field.attname, _conversion(field))
        for field in model._meta.concrete_fields
    )


def _conversion(field: models.Field[Any, Any]) -> Convert | None:
    if isinstance(field, models.JSONField):
        encoder = field.encoder
        return lambda value: (
            None if value is None else connection.ops.adapt_json_value(value, encoder)
        )
    if isinstance(field, models.CharField | models.TextField):
        # a TextChoices member is stored as its plain text
        return lambda value: value if value is None or type(value) is str else str(value)
    return None


@functools.cache
def _json_plan(model: type[models.Model]) -> tuple[tuple[str, str, Convert | None], ...]:
    """(column, attribute, conversion to what JSON can say) of each field."""
    return tuple(
        (str(field.column), field.attname, _hex if isinstance(field, models.BinaryField) else None)
        for field in model._meta.concrete_fields
    )


def _hex(value: Any) -> str | None:
    return None if value is None else "\\x" + bytes(value).hex()


@functools.lru_cache(maxsize=512)
def _sql(shape: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    parts = []
    for number, (table, columns) in enumerate(shape):
        names = ", ".join(f'"{column}"' for column in columns)
        rows = f'json_populate_recordset(NULL::"{table}", %s::json)'
        insert = f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {rows}'  # noqa: S608 - our own tables
        parts.append(f"r{number} AS ({insert})")
    return f"WITH {', '.join(parts)} SELECT 1"


@functools.cache
def _update(model: type[models.Model]) -> str:
    meta = model._meta
    names = [column for column, name, _ in _plan(model) if name != meta.pk.attname]
    sets = ", ".join(f'"{column}" = %s' for column in names)
    return f'UPDATE "{meta.db_table}" SET {sets} WHERE "{meta.pk.column}" = %s'  # noqa: S608
