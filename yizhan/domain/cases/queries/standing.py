"""What hangs on a case, and what an account may do with it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.flow import Choice
from yizhan.domain.cases import flow
from yizhan.domain.cases.choices import StepState
from yizhan.domain.cases.models import (
    Case,
    CaseMaterial,
    CaseStep,
    Commitment,
    Correction,
    Delivery,
    Extension,
)
from yizhan.domain.cases.rules import Facts
from yizhan.domain.cases.rules.terms import is_joint
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

ALL = ("corrected", "joint", "steps", "materials", "commitments", "extensions", "delivery")


def facts(case: Case, *, by: Account | None, parts: Sequence[str] = ALL) -> Facts:
    """The named parts of what hangs on a case; one query for each."""
    found: dict[str, Any] = {}
    if "corrected" in parts:
        found["corrected"] = bool(_corrected(case.pk))
    if "joint" in parts:
        found["joint"] = is_joint(case)
    if "steps" in parts:
        found["steps"] = _steps(case.pk)
    if "materials" in parts:
        found["materials"] = _materials(case.pk)
    if "commitments" in parts:
        found["commitments"] = _commitments(case.pk)
    if "extensions" in parts:
        found["extensions"] = _extensions(case.pk)
    if "delivery" in parts:
        found["delivery"] = next(iter(_deliveries(case.pk)), None)
    return Facts(own=is_own(case, by), **found)


@compiled
def _corrected(case_id: UUID) -> QuerySet[Correction, UUID]:
    return Correction.objects.filter(case_id=case_id).values_list("pk", flat=True)[:1]


@compiled
def _steps(case_id: UUID) -> QuerySet[CaseStep]:
    rows = CaseStep.objects.filter(case_id=case_id).exclude(state=StepState.RETURNED)
    return rows.select_related("by", "organisation").order_by("order", "round", "id")


@compiled
def _materials(case_id: UUID) -> QuerySet[CaseMaterial]:
    return CaseMaterial.objects.filter(case_id=case_id).order_by("id")


@compiled
def _commitments(case_id: UUID) -> QuerySet[Commitment]:
    return Commitment.objects.filter(case_id=case_id).order_by("id")


@compiled
def _extensions(case_id: UUID) -> QuerySet[Extension]:
    rows = Extension.objects.filter(case_id=case_id)
    return rows.select_related("asked_by").order_by("id")


@compiled
def _deliveries(case_id: UUID) -> QuerySet[Delivery]:
    return Delivery.objects.filter(case_id=case_id).order_by("-id")[:1]


def is_own(case: Case, by: Account | None) -> bool:
    """Whether the account is the applicant, his agent, or acts for the applying legal person."""
    if by is None or by.person_id is None:
        return False
    if by.person_id in (case.person_id, case.affair.agent_id):
        return True
    if case.legal_person_id is None:
        return False
    person = people.person_of(by)
    return person is not None and (
        people.represented_by(person).filter(pk=case.legal_person_id).exists()
    )


def choices_for(case: Case, account: Account, known: Facts | None = None) -> list[Choice]:
    """The buttons: every move the state knows, with the sentence why not where it is not possible.

    `known`: what hangs on the case, where the caller has read all of it already.
    Moves of the law's own clock are left out; a citizen sees only the applicant's moves.
    """
    found = case.choices(by=account, facts=known or facts(case, by=account))
    citizen = account.kind == AccountKind.CITIZEN
    return [
        choice
        for choice in found
        if choice.move.name not in flow.OF_SYSTEM
        and (not citizen or choice.move.name in flow.OF_APPLICANT)
    ]
