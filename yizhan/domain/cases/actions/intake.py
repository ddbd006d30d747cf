"""Received, accepted, or one of the ways of "no". Law: 行政许可法 art. 32."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.domain.cases.actions import desk, letters
from yizhan.domain.cases.actions.commitments import commit
from yizhan.domain.cases.actions.steps import open_steps
from yizhan.domain.cases.choices import ClockName
from yizhan.domain.cases.models import Case
from yizhan.domain.cases.rules import terms

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def receive(case_id: uuid.UUID | str, *, by: Account, at: datetime) -> Case:
    """Confirm that the material arrived, with a numbered receipt (参照安阳市政务服务条例 36).

    The window or the competent unit. The examination clocks go on: only telling the result stops
    them.
    """
    case = desk.open_case(case_id)
    desk.take(case, "receive", by=by, at=at, facts=desk.facts_of(case, by))
    letters.receipt(case, by=by, at=at)
    desk.tell(case, "received", at=at)
    return case


@transaction.atomic
def accept(
    case_id: uuid.UUID | str,
    *,
    by: Account,
    at: datetime,
    commitments: Sequence[tuple[str, str]] = (),
) -> Case:
    """Accept: the legal and the promised clock start, the review steps open, a notice is issued.

    The window or the competent unit, when nothing is lacking; `commitments` are (kind, material
    key) for what is deferred (容缺) or promised (告知承诺) now. Stops NOTICE and CHECK.
    Law: 行政许可法 32 (5), 42; 河南省优化营商环境条例 35.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "materials")
    desk.take(
        case, "accept", by=by, at=at, facts=facts, terms=terms.decision_terms(case),
        covered=[key for _, key in commitments],
    )  # fmt: skip
    begin_review(case, commitments, by=by, at=at)
    return case


def begin_review(
    case: Case,
    commitments: Sequence[tuple[str, str]],
    *,
    by: Account | None,
    at: datetime,
    silent: bool = False,
) -> None:
    """What follows acceptance, however it came about: dates, commitments, steps, paper, message."""
    clocks = desk.running(case)
    case.accepted_at = clocks[ClockName.LEGAL].started_at
    commit(case, commitments, by=by, at=at)
    case.save(update_fields=["accepted_at", "due_at", "due_clock", "warn_at"])
    open_steps(case, at=at)
    letters.acceptance(case, clocks, by=by, at=at, silent=silent)
    until = clocks[ClockName.PROMISED].due_at
    desk.tell(case, "deemed_accepted" if silent else "accepted", at=at, until=until)
