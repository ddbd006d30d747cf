"""The SQL of one operation as a pgbench script: captured from two real runs, never written by hand.

What differs between the two runs is what is new each time (keys, numbers, digests); in the script
it becomes a variable drawn afresh, the same value in the same places. All else stays as it was.
"""

from __future__ import annotations

import json
import re
import subprocess  # noqa: S404 - pgbench is a program
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

PLACE = re.compile(r"%s|%%")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as sent, and whether it was inside a transaction."""

    text: str
    values: tuple[Any, ...]
    atomic: bool


def statements(operation: Callable[[], object]) -> list[Statement]:
    """Every statement the operation sends, savepoints left out (they are not its own work)."""
    found: list[Statement] = []

    def note(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
        if many:
            raise ValueError("executemany cannot be compared; use one statement")
        plain, values = _positional(text, params or ())
        found.append(Statement(plain, values, connection.in_atomic_block))
        return execute(text, params, many, context)

    with connection.execute_wrapper(note):
        operation()
    return [one for one in found if not re.match(r"(RELEASE )?SAVEPOINT", one.text)]


def _positional(text: str, params: Any) -> tuple[str, tuple[Any, ...]]:
    """A statement with named arguments as one with places."""
    if not isinstance(params, Mapping):
        return text, tuple(params)
    names = re.findall(r"%\((\w+)\)s", text)
    return re.sub(r"%\(\w+\)s", "%s", text), tuple(params[name] for name in names)


def script(
    operation: Callable[[int], Mapping[Any, str]], *, head: Sequence[str] = ()
) -> tuple[str, int]:
    """A pgbench script of the operation, and how many statements it sends.

    The operation is run three times (the first only warms caches) with the number of the run; it
    returns what its run knows: value -> SQL expression for it. Raises ValueError if two runs send
    different SQL.
    """
    known: Mapping[Any, str] = {}

    def once(number: int) -> list[Statement]:
        def run() -> None:
            nonlocal known
            known = operation(number)

        return statements(run)

    once(0)
    first, second = once(1), once(2)
    if [one.text for one in first] != [one.text for one in second]:
        raise ValueError("two runs of the operation sent different SQL")
    names = {str(value): expression for value, expression in known.items()}
    draws: list[str] = []
    lines: list[str] = []
    open_block = False
    for one, other in zip(first, second, strict=True):
        if other.atomic != open_block:
            lines.append("BEGIN;" if other.atomic else "END;")
            open_block = other.atomic
        pairs = zip(one.values, other.values, strict=True)
        lines.append(_filled(other.text, [_value(a, b, names, draws) for a, b in pairs]) + ";")
    if open_block:
        lines.append("END;")
    return "\n".join([*head, *draws, *lines]) + "\n", len(second)


_TYPES = {str: "text", int: "bigint", uuid.UUID: "uuid"}


def _value(first: Any, second: Any, names: dict[str, str], draws: list[str]) -> str:
    """The literal, or the variable for a value that is new in each run."""
    a, b = _plain(first), _plain(second)
    if a != b and isinstance(b, str) and b.startswith("[{"):
        return _document(json.loads(a), json.loads(b), names, draws)
    if a == b or isinstance(second, datetime | date) or not isinstance(b, str | int | uuid.UUID):
        return _literal(second)
    return f"({_name(b, names, draws)})::{_TYPES[type(b)]}"


def _name(value: Any, names: dict[str, str], draws: list[str]) -> str:
    """The expression for a value that is new in each run; the same value has the same."""
    text = str(value)
    if text not in names:
        variable = f"v{len(draws)}"
        draws.append(f"\\set {variable} random(1, 9000000000000000000)")
        names[text] = _drawn(value, f":{variable}::bigint")
    return names[text]


def _document(first: Any, second: Any, names: dict[str, str], draws: list[str]) -> str:
    """Rows that travel as JSON (core.rows): the text, its new values drawn afresh."""
    places: list[str] = []

    def marked(a: Any, b: Any) -> Any:
        if isinstance(b, dict):
            return {key: marked(a[key], value) for key, value in b.items()}
        if isinstance(b, list):
            return [marked(x, y) for x, y in zip(a, b, strict=True)]
        if a == b or not isinstance(b, str | int) or _is_moment(b):
            return b
        places.append(_name(b, names, draws))
        return f"\x01{len(places) - 1}\x01" if isinstance(b, str) else f"\x02{len(places) - 1}\x02"

    text = json.dumps(marked(first, second), ensure_ascii=False)
    text = re.sub(r'"\\u0002(\d+)\\u0002"', "\x01\\1\x01", text).replace("\\u0001", "\x01")
    parts = text.split("\x01")
    return " || ".join(
        f"({places[int(part)]})::text" if number % 2 else _literal(part)
        for number, part in enumerate(parts)
    ).join("()")


def _is_moment(value: Any) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return "T" in str(value)


def _drawn(value: Any, number: str) -> str:
    """An expression of the same kind and length as the value, made of a random number."""
    digits = f"lpad(to_hex({number}), 16, '0')"
    if isinstance(value, uuid.UUID) or _is_uuid(value):
        # the present first, like our keys, so that the index grows at its end here too
        stamp = f"'{time.time_ns() // 1_000_000:012x}7000'"
        return f"({stamp} || {digits})::uuid"
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
        text = sql.Literal(value).as_string(cursor.connection)
    if not text.endswith("'"):
        return text
    quote = text.lstrip().partition("'")[0] + "'"  # ' or, with backslashes, E'
    # pgbench would take ":word" inside a literal for a variable
    return "(" + re.sub(r"(?<!:):(?=[^\W\d])", f"' || chr(58) || {quote}", text) + ")"


def _filled(text: str, values: list[str]) -> str:
    parts = iter(values)
    line = PLACE.sub(lambda match: next(parts) if match[0] == "%s" else "%", text)
    return " ".join(line.split())


def pgbench(binaries: Path, url: str, lines: str, *, clients: int, seconds: int) -> float:
    """Transactions per second of the script. Raises RuntimeError with pgbench's own words."""
    command = [
        str(binaries / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
        "-T", str(seconds), "-D", "k=0", "-f", "-", url,
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own binary, arguments from this file
        command, input=lines, capture_output=True, text=True, check=False
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not rate or re.search(r"failed transactions: [1-9]", done.stdout):
        raise RuntimeError(f"pgbench: {done.stdout[-500:]} {done.stderr[-1500:]}")
    return float(rate[1])
