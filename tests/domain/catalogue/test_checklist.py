"""Situation questions give the personal checklist before the form, each line with its reason."""

from __future__ import annotations

import pytest

from tests.factories import catalogue
from yizhan.core.flow import Refused
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.models import ItemVersion


def version(**changes) -> ItemVersion:
    return ItemVersion(**catalogue.content(**changes))


def lines(answers: dict) -> dict[str, tuple[bool, str]]:
    return {ln.material.key: (ln.needed, ln.why) for ln in rules.checklist(version(), answers)}


def test_what_everybody_needs_says_so_with_its_basis() -> None:
    assert lines({})["form"] == (True, f"每位申请人都需要。依据{catalogue.LAW}。")


def test_an_open_question_keeps_the_material_on_the_list() -> None:
    found = next(ln for ln in rules.checklist(version(), {}) if ln.material.key == "marriage")
    assert (found.needed, found.open) == (True, True)
    assert found.why == "还没有回答“您是否已婚？”，先按需要列出。"


def test_the_answer_decides_and_is_the_reason() -> None:
    needed, why = lines({"married": "yes"})["marriage"]
    assert (needed, why) == (True, f"需要：“您是否已婚？”您选的是“是”。依据{catalogue.LAW}。")
    assert lines({"married": "no"})["marriage"] == (
        False, "不需要：“您是否已婚？”您选的是“否”。",
    )  # fmt: skip


def test_needed_ones_come_first() -> None:
    found = [ln.needed for ln in rules.checklist(version(), {"married": "no"})]
    assert found == [True, True, True, False]


def test_a_later_question_waits_for_the_earlier_one() -> None:
    keys = [q.key for q in rules.visible_questions(version(), {})]
    assert keys == ["married"]
    keys = [q.key for q in rules.visible_questions(version(), {"married": "yes"})]
    assert keys == ["married", "joint"]
    assert rules.missing_answers(version(), {"married": "yes"}) == {
        "joint": "请先回答：是否夫妻共同申请？"
    }


def test_an_answer_that_is_not_offered_does_not_count() -> None:
    assert rules.missing_answers(version(), {"married": "maybe"}) == {
        "married": "请先回答：您是否已婚？"
    }


def test_a_situation_overrides_and_inherits() -> None:
    form = version(
        situations=[
            {"code": "01", "name": "已婚", "when": 'answers.married == "yes"',
             "overrides": {"promise_amount": 2}},
            {"code": "02", "name": "其他"},
        ]
    )  # fmt: skip
    married = rules.situation_of(form, {"married": "yes"})
    assert married.code == "01"
    assert rules.value(form, married, "promise_amount") == 2
    assert rules.value(form, married, "legal_amount") == 20
    other = rules.situation_of(form, {"married": "no"})
    assert (other.code, rules.value(form, other, "promise_amount")) == ("02", 5)
    assert rules.situation_of(version(), {}) is None
    with pytest.raises(Refused, match="没有“nothing”"):
        rules.value(form, None, "nothing")
