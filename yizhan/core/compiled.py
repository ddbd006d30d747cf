"""A query whose SQL is made once and then only sent.

Django builds the SQL of a queryset anew each time it is asked: 0.3 to 1 ms of processor, often more
than the database needs for the answer. A query that many requests ask is compiled once:

    @compiled
    def _by_number(region: str, number: str) -> QuerySet[Case]:
        return Case.objects.filter(region=region, number=number).select_related("item")

    found = _by_number("410225", "4102…")     # a list; the ORM makes the objects, as ever

The function runs with an example of each argument whose annotation is str, int, UUID or datetime.
It must not look at these, only hand each to a lookup that sends it as it is. An argument with any
other annotation is part of the query's shape: there is one SQL for each value, which must be
hashable (the posts of an account, the name of a list).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, transaction

P = ParamSpec("P")
Row = TypeVar("Row")
SHAPES = 256  # kept for each function
# values that no query holds by itself, for the annotations that may be arguments
EXAMPLES: dict[str, Callable[[int], Any]] = {
    "str": lambda n: f"compiled-argument-{n}",
    "int": lambda n: 1_900_000_000 + n,
    "UUID": lambda n: UUID(int=(0xC0FFEE << 64) + n),
    "datetime": lambda n: datetime(1901, 1, 1, 0, n, tzinfo=UTC),
}


def compiled(make: Callable[P, models.QuerySet[Any, Row]]) -> Callable[P, list[Row]]:
    """The query as a function that answers with a list; its arguments only by position.

    Raises TypeError at the first call for an argument that does not reach the SQL, and Django's
    TransactionManagementError for a locking query outside a transaction.
    """

    kinds = [
        getattr(one.annotation, "__name__", str(one.annotation))
        for one in inspect.signature(make).parameters.values()
    ]
    slots = [number for number, kind in enumerate(kinds) if kind in EXAMPLES]
    examples = {number: EXAMPLES[kinds[number]](number) for number in slots}

    @functools.lru_cache(maxsize=SHAPES)
    def prepared(shape: tuple[Any, ...]) -> _Prepared | None:
        given = iter(shape)
        whole = [examples[n] if n in examples else next(given) for n in range(len(kinds))]
        return _prepare(make(*whole), examples, make.__name__)  # type: ignore[call-arg]

    @functools.wraps(make)
    def ask(*arguments: P.args, **_: P.kwargs) -> list[Row]:
        shape = tuple(value for n, value in enumerate(arguments) if n not in examples)
        ready = prepared(shape)
        return _ask(ready, arguments) if ready else []

    return ask


class _Query:
    """What Django's iterables want of a query: its compiler, and the names of its values."""

    __slots__ = ("compiler", "query")

    def __init__(self, query: Any, compiler: Any) -> None:
        self.query, self.compiler = query, compiler

    def get_compiler(self, *_: Any, **__: Any) -> Any:
        """The one that has its SQL already."""
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)


class _Rows:
    """What Django's iterables want of a queryset (copying one would ask the database)."""

    __slots__ = ("_fields", "_known_related_objects", "db", "model", "query")

    def __init__(self, rows: Any, compiler: Any) -> None:
        self.db, self.model, self.query = rows.db, rows.model, _Query(rows.query, compiler)
        self._fields, self._known_related_objects = rows._fields, rows._known_related_objects


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A query with its SQL; a parameter is fixed where its place is None."""

    rows: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]


def _prepare(rows: Any, examples: dict[int, Any], name: str) -> _Prepared | None:
    """None where no row can ever match (an account without posts)."""
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    known = list(examples.values())
    numbers = list(examples)
    places = tuple(numbers[known.index(one)] if one in known else None for one in params)
    if missing := set(examples) - set(places):
        raise TypeError(f"{name}: argument {min(missing)} does not reach the query")
    converters = compiler.get_converters([c[0] for c in compiler.select[: compiler.col_count]])
    compiler.get_converters = lambda _: converters
    return _Prepared(rows, compiler, sql, tuple(params), places)


def _ask(ready: _Prepared, arguments: tuple[Any, ...]) -> list[Any]:
    connection = connections[ready.rows.db]  # that of this thread
    if ready.rows.query.select_for_update and not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a locking query needs a transaction")
    values = tuple(
        param if place is None else arguments[place]
        for param, place in zip(ready.params, ready.places, strict=True)
    )
    # a copy of its own for each question: threads ask at the same time
    asked = object.__new__(type(ready.compiler))
    asked.__dict__.update(ready.compiler.__dict__)
    asked.connection = connection
    asked.as_sql = lambda *_, **__: (ready.sql, values)
    return list(ready.rows._iterable_class(_Rows(ready.rows, asked)))
