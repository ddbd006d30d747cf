"""The SQL of one operation as a pgbench script: captured from two real runs, never written by hand.

What differs between the two runs is what is new each time (keys, numbers, digests); in the script
it becomes a variable drawn afresh, the same value in the same places. All else stays as it was.
"""

from __future__ import annotations

import re
import subprocess  # noqa: S404 - pgbench is a program
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

Statement = tuple[str, tuple[Any, ...]]
PLACE = re.compile(r"%s|%%")


@contextmanager
def _listening(found: list[Statement]) -> Any:
    def note(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
        if many:
            raise ValueError("executemany cannot be compared; use one statement")
        found.append((text, tuple(params or ())))
        return execute(text, params, many, context)

    with connection.execute_wrapper(note):
        yield


def statements(operation: Callable[[], object]) -> list[Statement]:
    """Every statement the operation sends, savepoints left out (they are not its own work)."""
    found: list[Statement] = []
    with _listening(found):
        operation()
    return [one for one in found if not re.match(r"(RELEASE )?SAVEPOINT", one[0])]


def script(operation: Callable[[], object], *, transaction: bool) -> str:
    """The operation as a pgbench script. Raises ValueError if two runs send different SQL."""
    first, second = statements(operation), statements(operation)
    if [text for text, _ in first] != [text for text, _ in second]:
        raise ValueError("two runs of the operation sent different SQL")
    names: dict[str, str] = {}
    draws: list[str] = []
    lines: list[str] = []
    for (text, one), (_, other) in zip(first, second, strict=True):
        values = [_value(a, b, names, draws) for a, b in zip(one, other, strict=True)]
        lines.append(_filled(text, values) + ";")
    body = ["BEGIN;", *lines, "END;"] if transaction else lines
    return "\n".join([*draws, *body]) + "\n"


def _value(first: Any, second: Any, names: dict[str, str], draws: list[str]) -> str:
    """The literal, or the variable for a value that is new in each run."""
    a, b = _plain(first), _plain(second)
    if a == b or isinstance(second, datetime | date) or not isinstance(b, str | int | uuid.UUID):
        return _literal(second)
    text = str(b)
    if text not in names:
        names[text] = f":v{len(names)}"
        draws.append(f"\\set v{len(names) - 1} random(1, 9000000000000000000)")
    return _drawn(b, f"{names[text]}::bigint")


def _drawn(value: Any, number: str) -> str:
    """An expression of the same kind and length as the value, made of a random number."""
    digits = f"lpad(to_hex({number}), 16, '0')"
    if isinstance(value, uuid.UUID) or _is_uuid(value):
        # time first, like our keys, so that the index grows at its end here too
        stamp = "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')"
        key = f"({stamp} || '7000' || {digits})"
        return f"{key}::uuid" if isinstance(value, uuid.UUID) else key
    if isinstance(value, int):
        return f"{number} % 1000000000"
    length = len(value)
    return f"right({digits}, {length})" if length < 16 else f"lpad({digits}, {length}, 'k')"


def _is_uuid(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return len(str(value)) == 36


def _plain(value: Any) -> Any:
    return getattr(value, "obj", value)  # a Json wrapper shows what it holds


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    with connection.cursor() as cursor:
        return sql.Literal(value).as_string(cursor.connection)


def _filled(text: str, values: list[str]) -> str:
    parts = iter(values)
    line = PLACE.sub(lambda match: next(parts) if match[0] == "%s" else "%", text)
    return " ".join(line.split())


def pgbench(binaries: Path, url: str, lines: str, *, clients: int, seconds: int) -> float:
    """Transactions per second of the script. Raises RuntimeError with pgbench's own words."""
    command = [
        str(binaries / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
        "-T", str(seconds), "-f", "-", url,
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own binary, arguments from this file
        command, input=lines, capture_output=True, text=True, check=False
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not rate or re.search(r"failed transactions: [1-9]", done.stdout):
        raise RuntimeError(f"pgbench: {done.stdout[-500:]} {done.stderr[-1500:]}")
    return float(rate[1])
