"""Acting on the case page as the cast does: shared by the tests of its verbs."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests import people as cast
from tests.factories import cases
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case
from yizhan.domain.people.models import Account

LATER = cases.AT.replace(hour=15)


def act(client: Client, who: Account, case: Case, verb: str, **fields: Any) -> Any:
    """Post one form of the case page as `who`; the case is fresh afterwards."""
    response = cast.enter(client, who).post(f"/work/cases/{case.number}/{verb}/", fields)
    case.refresh_from_db()
    return response


def trail(case: Case) -> list[str]:
    """What was written down so far."""
    return list(case.trail.order_by("seq").values_list("kind", flat=True))


def reviewed(case: Case) -> Case:
    """The handler's step is done, the approver may decide."""
    step = case.steps.get(key="review")
    return actions.finish_step(
        case.pk, step.pk, opinion="材料齐全，拟同意", by=cases.sun(case), at=LATER
    )


def granted() -> Case:
    case = reviewed(cases.accepted())
    return actions.grant(case.pk, by=cases.zhao(case), at=LATER, result_name="测试许可证")


def delivering() -> Case:
    case = granted()
    return actions.send_result(
        case.pk, mode="post", receiver="李秀英", address="胜利社区", tracking="SF1", by=cast.wang(),
        at=LATER,
    )  # fmt: skip
