"""CEL conditions: what they may say, and that no condition burns CPU or reaches outside."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.rules import conditions


@pytest.mark.parametrize(
    ("text", "answers", "data", "expected"),
    [
        ("", {}, {}, True),
        ('answers.married == "yes"', {"married": "yes"}, {}, True),
        ('answers.married == "yes"', {"married": "no"}, {}, False),
        ('answers.married == "yes"', {}, {}, False),  # unanswered
        ('answers.kind in ["a", "b"]', {"kind": "b"}, {}, True),
        ("data.area > 90", {}, {"area": 120}, True),
        ("data.area > 90", {}, {"area": 90.5}, True),
        ("data.area > 90", {}, {"area": ""}, False),  # cannot be computed: not met
        ('answers.a == "1" && !(data.b == "2")', {"a": "1"}, {"b": "3"}, True),
        ('size(data.list) > 1 && "x" in data.list', {}, {"list": ["x", "y"]}, True),
        ('data.name.startsWith("兰考")', {}, {"name": "兰考县某店"}, True),
    ],
)
def test_a_condition_reads_answers_and_data(text, answers, data, expected) -> None:
    assert conditions.holds(text, answers, data) is expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("answers.a ==", "写法有误"),
        ("person.name == 'x'", "不认识的名字“person”"),
        ("[1, 2].map(x, x * 2).size() > 1", "不能使用循环"),
        ("data.list.exists(x, x == 'a')", "不能使用循环"),
        ("data.name.matches('(a+)+$')", "不能使用“matches”"),
        ("timestamp('2020-01-01T00:00:00Z') > timestamp('2019-01-01T00:00:00Z')", "不能使用"),
        ("answers['married'] == 'yes'", "不能使用"),
        ("__import__('os')", "不能使用"),
        ("a" * 301, "最多300个字符"),
    ],
)
def test_what_is_not_allowed_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        conditions.compiled(text)
    assert conditions.holds(text, {"married": "yes"}, {}) is False


def test_only_known_questions_and_fields_may_be_named() -> None:
    text = 'answers.married == "yes" && data.area > 1 && answers.gone == "x"'
    assert conditions.problems(text, questions=["married"], fields=["area"]) == [
        "条件提到的情形问题“gone”不存在。"
    ]
    text = 'data.note == "answers.other"'  # inside a text it is no name
    assert conditions.problems(text, questions=[], fields=["note"]) == []


@given(st.text(alphabet="answers.data ()!&|=<>+-*/%?:'\"[]{}0123456789abc\\,", max_size=400))
def test_no_text_breaks_or_stalls_it(text: str) -> None:
    begin = time.perf_counter()
    conditions.holds(text, {"a": "1"}, {"b": 2})
    conditions.problems(text, questions=["a"], fields=["b"])
    assert time.perf_counter() - begin < 0.2


@pytest.mark.parametrize("text", ["(" * 140 + "true" + ")" * 140, "!" * 290 + "true", "-" * 299])
def test_deep_nesting_is_bounded(text: str) -> None:
    begin = time.perf_counter()
    assert conditions.holds(text, {}, {}) in (True, False)
    assert time.perf_counter() - begin < 0.2
