"""The grammar of questions, fields, steps and situations: keys, options, conditions, facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.rules import conditions
from yizhan.domain.catalogue.shapes import FACTS

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
REVIEW_FUNCTIONS = ("window_clerk", "handler", "approver")
OVERRIDABLE = (
    "legal_amount", "legal_unit", "promise_amount", "promise_unit", "result_name", "conditions",
    "visits", "visits_reason", "phone", "address", "hours",
)  # fmt: skip
Pairs = Iterator[tuple[str, str]]
Parts = Callable[[Any, str], list[Any]]


def form_problems(version: Any, *, parts: Parts) -> Pairs:
    """(field, reason) of everything that would break at the counter."""
    questions, fields = parts(version, "questions"), parts(version, "fields")
    yield from _questions(questions)
    yield from _fields(fields)
    yield from _conditions(version, questions, fields, parts)
    yield from _steps(parts(version, "steps"))
    yield from _situations(version, parts(version, "situations"))


def _questions(questions: list[Any]) -> Pairs:
    for question in questions:
        if not KEY.fullmatch(question.key):
            yield "questions", f"问题“{question.text}”的键只能是小写字母、数字和下划线。"
        if not question.text.strip():
            yield "questions", f"问题“{question.key}”没有写问题。"
        yield from _options("questions", question.text, question.options, least=2)


def _options(name: str, title: str, options: list[Any], *, least: int) -> Pairs:
    values = [option.value for option in options]
    if len(values) < least:
        yield name, f"“{title}”至少要有{least}个选项。"
    if len(set(values)) != len(values) or any(not option.label.strip() for option in options):
        yield name, f"“{title}”的选项有重复或没有文字。"


def _fields(fields: list[Any]) -> Pairs:
    for field in fields:
        title = field.label or field.key
        if not KEY.fullmatch(field.key):
            yield "fields", f"字段“{title}”的键只能是小写字母、数字和下划线。"
        if not field.label.strip():
            yield "fields", f"字段“{field.key}”没有标签。"
        if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
            yield from _options("fields", title, field.options, least=1)
        if field.prefill and field.prefill not in FACTS:
            yield "fields", f"字段“{title}”要自动填写的“{field.prefill}”不存在。"
        if field.locked and not field.prefill:
            yield "fields", f"字段“{title}”不可修改，但没有说明从哪里自动填写。"
        low, high = field.minimum, field.maximum
        if low is not None and high is not None and low > high:
            yield "fields", f"字段“{title}”的最小值大于最大值。"
        if not 1 <= field.max_length <= 5000:
            yield "fields", f"字段“{title}”的最多字数应在1到5000之间。"


def _conditions(version: Any, questions: list[Any], fields: list[Any], parts: Parts) -> Pairs:
    keys = [question.key for question in questions]
    for place, question in enumerate(questions):
        for why in conditions.problems(question.when, questions=keys[:place], fields=[]):
            yield "questions", f"问题“{question.text}”：{why}"
    for place, field in enumerate(fields):
        earlier = [other.key for other in fields[:place]]
        for why in conditions.problems(field.when, questions=keys, fields=earlier):
            yield "fields", f"字段“{field.label}”：{why}"
    for name in ("materials", "situations"):
        for entry in parts(version, name):
            for why in conditions.problems(entry.when, questions=keys, fields=[]):
                yield name, f"“{entry.name}”：{why}"


def _steps(steps: list[Any]) -> Pairs:
    for step in steps:
        if step.function not in REVIEW_FUNCTIONS:
            yield "steps", f"环节“{step.name}”的职能“{step.function}”不存在。"
        if step.order < 1 or step.days < 0:
            yield "steps", f"环节“{step.name}”的顺序要从1开始，天数不能为负。"


def _situations(version: Any, situations: list[Any]) -> Pairs:
    for situation in situations:
        if not re.fullmatch(r"\d{2}", situation.code):
            yield "situations", f"办理项“{situation.name}”的编码应为两位数字。"
        for name, given in situation.overrides.items():
            if name not in OVERRIDABLE:
                yield "situations", f"办理项“{situation.name}”不能改动“{name}”。"
            elif isinstance(getattr(version, name), int) != isinstance(given, int):
                yield "situations", f"办理项“{situation.name}”的“{name}”类型不对。"
