"""Any sequence of acts leaves every case whole: a running clock or an end, and an honest trail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests import people as cast
from tests.factories import cases, catalogue
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, flow, queries
from yizhan.domain.cases.actions import SubmittedMaterial
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
Act = Callable[[Case, datetime], Any]


def _step(case: Case) -> uuid.UUID:
    found = case.steps.filter(state="open").order_by("order", "id").first()
    return found.pk if found else uuid.uuid4()


def _extension(case: Case, act: Any, at: datetime) -> Any:
    asked = case.extensions.order_by("-id").first()
    return act(asked.pk, by=cases.zhao(case), at=at) if asked else None


def _owner(case: Case) -> Any:
    step = case.steps.filter(state="open").first()
    approver = step is not None and step.function == "approver"
    return cases.zhao(case) if approver else cases.sun(case)


ACTS: dict[str, Act] = {
    "receive": lambda c, at: actions.receive(c.pk, by=cast.wang(), at=at),
    "accept": lambda c, at: actions.accept(c.pk, by=cast.wang(), at=at),
    "accept_deferred": lambda c, at: actions.accept(
        c.pk, by=cast.wang(), at=at, commitments=[("deferral", "photo")]
    ),
    "ask": lambda c, at: actions.ask_correction(
        c.pk, defects={"photo": "请补交照片"}, by=cast.wang(), at=at
    ),
    "answer": lambda c, at: actions.answer_correction(
        c.pk, data={}, by=cast.wang(), at=at,
        materials=[SubmittedMaterial(key="photo", source="original_seen")],
    ),
    "supply": lambda c, at: actions.supply_deferred(
        c.pk, key="photo", files=[], by=cast.wang(), at=at
    ),
    "not_ours": lambda c, at: actions.tell_not_ours(
        c.pk, where_to_go="请向税务局申请", by=cast.wang(), at=at
    ),
    "finish": lambda c, at: actions.finish_step(
        c.pk, _step(c), opinion="符合条件", by=_owner(c), at=at
    ),
    "return": lambda c, at: actions.return_step(
        c.pk, _step(c), to_key="review", reason="请再核一次", by=cases.zhao(c), at=at
    ),
    "co_unit": lambda c, at: actions.add_co_unit(
        c.pk, organisation=catalogue.unit("兰考县协办局"), name="协助", days=2,
        by=cases.sun(c), at=at,
    ),
    "special": lambda c, at: actions.start_special(
        c.pk, kind="testing", reason="需要检测", planned_days=3, by=cases.sun(c), at=at
    ),
    "special_over": lambda c, at: actions.end_special(
        c.pk, result="检测合格", by=cases.sun(c), at=at
    ),
    "more_time": lambda c, at: actions.request_extension(
        c.pk, days=5, reason="需要测量", by=cases.sun(c), at=at
    ),
    "approve": lambda c, at: _extension(c, actions.approve_extension, at),
    "decline": lambda c, at: _extension(c, actions.decline_extension, at),
    "grant": lambda c, at: actions.grant(c.pk, by=cases.zhao(c), at=at),
    "refuse": lambda c, at: actions.refuse(c.pk, reason="不符合条件", by=cases.zhao(c), at=at),
    "send": lambda c, at: actions.send_result(
        c.pk, mode="post", receiver="李", address="兰考", tracking="1", by=cast.wang(), at=at
    ),
    "returned": lambda c, at: actions.delivery_returned(
        c.pk, reason="无人签收", by=cast.wang(), at=at
    ),
    "confirm": lambda c, at: actions.confirm_delivery(
        c.pk, proof="物流签收", by=cast.wang(), at=at
    ),
    "withdraw": lambda c, at: actions.withdraw(c.pk, by=cast.li(), at=at),
    "terminate": lambda c, at: actions.terminate(
        c.pk, reason="标的已灭失", by=cases.sun(c), at=at
    ),
    "archive": lambda c, at: actions.archive(c.pk, by=cast.wang(), at=at),
    "timers": lambda c, at: (
        actions.deem_accepted(at=at), actions.lapse_corrections(at=at),
        actions.lapse_commitments(at=at),
    ),
}  # fmt: skip
# the ways forward come up more often than the ways out
LIKELY = [n for n in ACTS if n not in ("withdraw", "terminate", "archive", "not_ours")]


def whole(case: Case) -> None:
    """What must hold for a case at any moment."""
    running = list(case.clocks.filter(stopped_at=None))
    due = [clock for clock in running if clock.due_at is not None]
    if case.state in (*flow.ENDED, "archived"):
        assert case.closed_at is not None
        assert not [clock for clock in running if not clock.name.startswith("supply:")]
    else:
        assert case.closed_at is None
        assert due, f"{case.state} without a deadline"
    nearest = min(due, key=lambda clock: (clock.due_at, clock.name), default=None)
    assert (case.due_at, case.due_clock) == (
        (nearest.due_at, nearest.name) if nearest else (None, "")
    )
    assert list(tracked.broken(case)) == []
    assert case.trail.order_by("-seq").first().to_state == case.state
    for entry in case.trail.all():
        assert "李秀英" not in str(entry.data)
        assert cast.LI_NUMBER not in str(entry.data)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(
    acts=st.lists(
        st.tuples(st.sampled_from([*LIKELY, *LIKELY, *ACTS]), st.integers(0, 100)),
        min_size=3,
        max_size=18,
    )  # fmt: skip
)
def test_any_sequence_of_acts_leaves_a_whole_case(acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        version = catalogue.published()
        case = cases.submitted(version, materials=cases.paper(version, without=("photo",)))
        at = cases.AT
        for name, hours in acts:
            at += timedelta(hours=hours)
            before = (case.state, case.trail_seq, case.documents.count())
            try:
                with transaction.atomic():
                    ACTS[name](case, at)
                refusal = ""
            except Refused as no:
                refusal = str(no)
            case.refresh_from_db()
            note(f"{name}: {case.state} {refusal}")
            if refusal:
                assert before == (case.state, case.trail_seq, case.documents.count())
                assert refusal.endswith("。")
            whole(case)
        for account in (cases.sun(case), cases.zhao(case), cast.wang(), cast.li()):
            for choice in queries.choices_for(case, account):
                assert not choice.refusal or str(choice.refusal).endswith("。")
        transaction.set_rollback(True)


def test_every_tampering_with_a_trail_is_found() -> None:
    """yizhan verify: an edited, a missing and a cut line (the trigger switched off by hand)."""
    from django.db import connection

    changes = [
        "UPDATE cases_caseentry SET note = 'x' WHERE subject_id = %s AND seq = 2",
        "DELETE FROM cases_caseentry WHERE subject_id = %s AND seq = 2",
        "DELETE FROM cases_caseentry WHERE subject_id = %s AND seq = 3",
        "UPDATE cases_caseentry SET occurred_at = occurred_at + interval '1 s'"
        " WHERE subject_id = %s AND seq = 1",
    ]
    made = [cases.accepted() for _ in changes]
    untouched = cases.accepted()
    assert list(queries.broken_trails()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for case, change in zip(made, changes, strict=True):
            cursor.execute(change, [case.pk])
    found = {number for number, _ in queries.broken_trails("410225")}
    assert found == {case.number for case in made}
    assert untouched.number not in found
