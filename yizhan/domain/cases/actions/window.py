"""One visit at the integrated window: submit and whatever follows at once, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.cases.actions.correction import ask_correction
from yizhan.domain.cases.actions.decision import accept_and_decide
from yizhan.domain.cases.actions.intake import accept, receive
from yizhan.domain.cases.actions.submitting import Submission, submit
from yizhan.domain.cases.choices import State
from yizhan.domain.cases.models import Case

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

ENDINGS = ("receive", "accept", "correction", "decide")


@transaction.atomic
def serve_at_window(
    submission: Submission,
    *,
    ending: str,
    by: Account,
    at: datetime,
    defects: Mapping[str, str] | None = None,
    result_number: str = "",
) -> Case:
    """A walk-in from the filled page to its ending, in one transaction; a double click is one case.

    `ending`: receive (receipt only), accept, correction (with `defects`), decide (instant items:
    granted and handed over). Rights and clocks are those of the single actions.
    """
    if ending not in ENDINGS:
        raise Refused("请选择收件、受理、告知补正或当场办结。", field="ending")
    case = submit(submission, by=by, at=at)
    if case.state != State.SUBMITTED:
        return case  # the same page was sent twice
    if ending == "decide":
        return accept_and_decide(
            case.pk, by=by, at=at, result={"number": result_number}, delivery={}
        )
    case = receive(case.pk, by=by, at=at)
    if ending == "correction":
        return ask_correction(case.pk, defects=dict(defects or {}), by=by, at=at)
    if ending == "accept":
        return accept(case.pk, by=by, at=at)
    return case
