"""Conditions in CEL over `answers` and `data`: compiled once, sandboxed, cannot burn CPU.

A condition is at most 300 characters, names only known questions and fields, calls only the few
functions below and holds no loop (`map`, `filter`, `exists`, `all`): its cost is its length.
Regular expressions run on Rust's linear engine, still they are not offered. docs/adr/0007.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yizhan.core.flow import Refused

LONGEST = 300
VARIABLES = {"answers", "data"}
FUNCTIONS = {
    "_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "_in_", "in",
    "_+_", "_-_", "_*_", "-_", "size", "startsWith", "endsWith", "contains", "int", "double",
    "string", "_?_:_",
}  # fmt: skip
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_LOOP = re.compile(r"\.\s*(map|filter|exists|exists_one|all)\s*\(")
_NAME = re.compile(r"\b(answers|data)\s*\.\s*([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition and the names it looks at: {("answers", "married"), …}."""

    program: Any
    names: frozenset[tuple[str, str]]


@functools.cache
def _engine() -> Any:
    # inline: 30 MB and 0.3 s that only a process which meets a condition should pay
    return importlib.import_module("cel")


@functools.lru_cache(maxsize=4096)
def compiled(text: str) -> Condition:
    """The condition ready to run. Raises Refused with what is wrong with it."""
    if len(text) > LONGEST:
        raise Refused(f"条件太长（{len(text)}个字符），最多{LONGEST}个字符。")
    bare = _TEXT.sub('""', text)
    if _LOOP.search(bare):
        raise Refused("条件里不能使用循环（map、filter、exists、all）。")
    try:
        program = _engine().compile(text)
    except Exception:
        raise Refused('条件写法有误，例如应写成 answers.married == "yes"。') from None
    unknown = set(program.variables()) - VARIABLES
    if unknown:
        raise Refused(
            f"条件里有不认识的名字“{'、'.join(sorted(unknown))}”，只能用 answers 和 data。"
        )
    foreign = set(program.functions()) - FUNCTIONS
    if foreign:
        raise Refused(f"条件里不能使用“{'、'.join(sorted(foreign))}”。")
    return Condition(program, frozenset(_NAME.findall(bare)))


def names(text: str) -> frozenset[tuple[str, str]]:
    """What a condition looks at; nothing for an empty or unreadable one."""
    if not text.strip():
        return frozenset()
    try:
        return compiled(text).names
    except Refused:
        return frozenset()


def holds(text: str, answers: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> bool:
    """Whether the condition is met. Empty: always. What is unanswered counts as an empty text.

    A condition that cannot be computed (a number compared with nothing) is not met.
    """
    if not text.strip():
        return True
    given = {"answers": answers, "data": data or {}}
    try:
        condition = compiled(text)
        scope: dict[str, dict[str, Any]] = {"answers": {}, "data": {}}
        for source, key in condition.names:
            found = given[source].get(key)
            scope[source][key] = "" if found is None else found
        return condition.program.execute(scope) is True
    except Exception:
        return False


def problems(text: str, *, questions: Iterable[str], fields: Iterable[str]) -> list[str]:
    """What keeps the condition from being published: unreadable, or names nobody asks."""
    if not text.strip():
        return []
    try:
        condition = compiled(text)
    except Refused as refusal:
        return [str(refusal)]
    known = {"answers": set(questions), "data": set(fields)}
    words = {"answers": "情形问题", "data": "表单字段"}
    return [
        f"条件提到的{words[source]}“{key}”不存在。"
        for source, key in sorted(condition.names)
        if key not in known[source]
    ]
