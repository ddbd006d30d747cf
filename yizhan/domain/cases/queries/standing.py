"""What hangs on a case, and what an account may do with it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yizhan.core.flow import Choice
from yizhan.domain.cases import flow
from yizhan.domain.cases.choices import StepState
from yizhan.domain.cases.models import Case, Correction
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
        found["corrected"] = Correction.objects.filter(case=case).exists()
    if "joint" in parts:
        found["joint"] = is_joint(case)
    if "steps" in parts:
        found["steps"] = list(
            case.steps.exclude(state=StepState.RETURNED)
            .select_related("by", "organisation")
            .order_by("order", "round", "id")
        )
    if "materials" in parts:
        found["materials"] = list(case.materials.order_by("id"))
    if "commitments" in parts:
        found["commitments"] = list(case.commitments.order_by("id"))
    if "extensions" in parts:
        found["extensions"] = list(case.extensions.select_related("asked_by").order_by("id"))
    if "delivery" in parts:
        found["delivery"] = case.deliveries.order_by("-id").first()
    return Facts(own=is_own(case, by), **found)


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


def choices_for(case: Case, account: Account) -> list[Choice]:
    """The buttons: every move the state knows, with the sentence why not where it is not possible.

    Moves of the law's own clock are left out; a citizen sees only the applicant's moves.
    """
    found = case.choices(by=account, facts=facts(case, by=account))
    citizen = account.kind == AccountKind.CITIZEN
    return [
        choice
        for choice in found
        if choice.move.name not in flow.OF_SYSTEM
        and (not citizen or choice.move.name in flow.OF_APPLICANT)
    ]
