"""Received, accepted, or one of the ways of "no". Law: 行政许可法 art. 32."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.actions import _timers as timers
from yizhan.domain.cases.actions._acceptance import begin_review
from yizhan.domain.cases.choices import ClockName, DocumentKind
from yizhan.domain.cases.flow import BEFORE_ACCEPTANCE
from yizhan.domain.cases.models import Case
from yizhan.domain.cases.rules import terms, whole_reason

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


@transaction.atomic
def tell_not_needed(case_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Case:
    """The application needs no permission: told at once, in writing (32 (1)). All clocks stop."""
    return _turn_away(
        case_id, "tell_not_needed", DocumentKind.NOT_NEEDED, "not_needed", reason, by=by, at=at
    )


@transaction.atomic
def tell_not_ours(case_id: uuid.UUID | str, *, where_to_go: str, by: Account, at: datetime) -> Case:
    """Not this authority's power, with where to apply instead (32 (2)). All clocks stop."""
    where = whole_reason(where_to_go, what="应当向哪个机关申请", field="where_to_go")
    return _turn_away(
        case_id, "tell_not_ours", DocumentKind.NOT_OURS, "not_ours", where, by=by, at=at
    )


@transaction.atomic
def refuse_acceptance(case_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Case:
    """Do not accept, with reasons and remedies in writing (32, last paragraph). Clocks stop."""
    return _turn_away(
        case_id, "refuse_acceptance", DocumentKind.NOT_ACCEPTED, "not_accepted", reason,
        by=by, at=at,
    )  # fmt: skip


def deem_accepted(*, at: datetime, limit: int = 100) -> int:
    """Accept by law what nobody answered within five working days; how many.

    The system. The legal clocks run from the day the material came (32 (4)). Running twice changes
    nothing; a case that somebody holds just now is left for the next run. A deadline that is still
    provisional counts too: the doubt is not the applicant's.
    """
    overdue = timers.overdue(ClockName.NOTICE, at=at, states=BEFORE_ACCEPTANCE)
    return timers.each(overdue[:limit], lambda case: _deem(case, at=at))


def _deem(case: Case, *, at: datetime) -> bool:
    notice = desk.running(case).get(ClockName.NOTICE)
    if case.state not in BEFORE_ACCEPTANCE or notice is None or not timers.is_over(notice, at):
        return False
    since = {
        name: replace(term, since=notice.started_at)
        for name, term in terms.decision_terms(case).items()
    }
    desk.take(
        case, "deem_accepted", by=None, at=at, facts=desk.facts_of(case, None), terms=since,
        data={"provisional": notice.provisional},
    )  # fmt: skip
    begin_review(case, (), by=None, at=at, silent=True)
    return True


def _turn_away(
    case_id: uuid.UUID | str,
    move: str,
    paper: str,
    message: str,
    reason: str,
    *,
    by: Account,
    at: datetime,
) -> Case:
    case = desk.open_case(case_id)
    case.reason = whole_reason(reason)
    desk.take(case, move, by=by, at=at, facts=desk.facts_of(case, by), note=case.reason)
    letters.turned_away(case, paper, case.reason, by=by, at=at)
    desk.tell(case, message, at=at)
    return case
