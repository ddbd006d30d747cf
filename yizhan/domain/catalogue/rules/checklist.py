"""The personal checklist: which material this person needs, and why, before any form is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.choices import MaterialNeed
from yizhan.domain.catalogue.rules import conditions
from yizhan.domain.catalogue.shapes import Material, Question, Situation

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One material: needed or not, the reason in one sentence, and how it may be supplied."""

    material: Material
    needed: bool
    why: str
    open: bool = False  # the question it depends on is not answered yet


def questions(version: ItemVersion) -> list[Question]:
    """The situation questions of a version."""
    return msgspec.convert(version.questions, list[Question])


def visible_questions(version: ItemVersion, answers: Answers) -> list[Question]:
    """The questions to ask, given the answers so far; each may depend on earlier ones."""
    found: list[Question] = []
    known: dict[str, Any] = {}
    for question in questions(version):
        if conditions.holds(question.when, known):
            found.append(question)
            if question.key in answers:
                known[question.key] = answers[question.key]
    return found


def relevant(version: ItemVersion, answers: Answers) -> dict[str, Any]:
    """The answers that count: to questions that are asked, with values that are offered."""
    kept = {}
    for question in visible_questions(version, answers):
        value = answers.get(question.key)
        if any(value == option.value for option in question.options):
            kept[question.key] = value
    return kept


def missing_answers(version: ItemVersion, answers: Answers) -> dict[str, str]:
    """Questions still to be answered: key → sentence."""
    kept = relevant(version, answers)
    return {
        question.key: f"请先回答：{question.text}"
        for question in visible_questions(version, answers)
        if question.key not in kept
    }


def checklist(version: ItemVersion, answers: Answers) -> list[ChecklistLine]:
    """One line per material of the version, needed ones first, each with its reason."""
    asked = visible_questions(version, answers)
    kept = relevant(version, answers)
    by_key = {question.key: question for question in questions(version)}
    open_keys = {question.key for question in asked if question.key not in kept}
    lines = [
        _line(material, kept, by_key, open_keys)
        for material in msgspec.convert(version.materials, list[Material])
    ]
    return sorted(lines, key=lambda line: not line.needed)


def _line(
    material: Material, kept: Answers, by_key: Mapping[str, Question], open_keys: set[str]
) -> ChecklistLine:
    keys = [key for source, key in sorted(conditions.names(material.when)) if source == "answers"]
    waiting = [by_key[key].text for key in keys if key in open_keys and key in by_key]
    if waiting:
        return ChecklistLine(material, True, f"还没有回答“{waiting[0]}”，先按需要列出。", open=True)
    basis = f"依据{material.basis}。" if material.basis else ""
    if not material.when.strip():
        if material.need == MaterialNeed.CONDITIONAL:
            return ChecklistLine(material, False, "非必要材料，有的话可以带上。")
        return ChecklistLine(material, True, f"每位申请人都需要。{basis}")
    because = _because(keys, kept, by_key)
    if conditions.holds(material.when, kept):
        return ChecklistLine(material, True, f"需要：{because}。{basis}")
    return ChecklistLine(material, False, f"不需要：{because}。")


def _because(keys: Sequence[str], kept: Answers, by_key: Mapping[str, Question]) -> str:
    said = []
    for key in keys:
        question = by_key.get(key)
        if question is None or key not in kept:
            continue
        label = next((o.label for o in question.options if o.value == kept[key]), "")
        said.append(f"“{question.text}”您选的是“{label}”")
    return "，".join(said) or "与您的情形有关的问题没有问到"


def situation_of(version: ItemVersion, answers: Answers) -> Situation | None:
    """The 业务办理项 of these answers: the first whose condition holds; None when there is none."""
    kept = relevant(version, answers)
    for situation in msgspec.convert(version.situations, list[Situation]):
        if conditions.holds(situation.when, kept):
            return situation
    return None


def value(version: ItemVersion, situation: Situation | None, name: str) -> Any:
    """A field of the version as the situation sees it: overridden there, else inherited."""
    if situation is not None and name in situation.overrides:
        return situation.overrides[name]
    if not hasattr(version, name):
        raise Refused(f"事项没有“{name}”这个字段。")
    return getattr(version, name)
