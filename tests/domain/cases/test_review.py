"""Steps: serial and side by side, returned, helped by others; nobody decides his own review."""

from __future__ import annotations

from datetime import date

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.cases import running
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
SIDE_BY_SIDE = [
    {"key": "site", "name": "现场踏勘", "order": 1, "function": "handler"},
    {"key": "papers", "name": "书面审查", "order": 1, "function": "handler"},
    {"key": "approve", "name": "审批", "order": 2, "function": "approver"},
]


def states(case: Case) -> dict[str, str]:
    """The live steps: key → state."""
    return {s.key: s.state for s in case.steps.exclude(state="returned").order_by("order", "id")}


def finish(case: Case, key: str, **changes: object) -> Case:
    """The open step of that key, finished by the handler."""
    step = case.steps.get(key=key, state="open")
    facts = {"opinion": "符合条件", "by": cases.sun(case), "at": cases.AT} | changes
    return actions.finish_step(case.pk, step.pk, **facts)


def test_steps_follow_one_another() -> None:
    case = cases.accepted()
    assert states(case) == {"review": "open", "approve": "waiting"}
    finish(case, "review")
    case.refresh_from_db()
    assert states(case) == {"review": "done", "approve": "open"}
    assert case.handler == cases.sun(case)
    done = case.steps.get(key="review")
    assert (done.result, done.opinion, done.by) == ("pass", "符合条件", cases.sun(case))


def test_steps_of_one_order_run_side_by_side() -> None:
    case = cases.accepted(catalogue.published(steps=SIDE_BY_SIDE))
    assert states(case) == {"site": "open", "papers": "open", "approve": "waiting"}
    finish(case, "papers")
    assert states(case) == {"site": "open", "papers": "done", "approve": "waiting"}
    finish(case, "site")
    assert states(case) == {"site": "done", "papers": "done", "approve": "open"}


def test_an_item_without_steps_is_examined_by_a_handler() -> None:
    case = cases.accepted(catalogue.published(steps=[]))
    assert states(case) == {"review": "open"}
    finish(case, "review")
    assert actions.grant(case.pk, by=cases.sun(case), at=cases.AT).state == "granted"


def test_a_step_needs_its_function_and_its_unit() -> None:
    case = cases.accepted()
    for by in (cast.wang(), cases.zhao(case), persons.handler(catalogue.unit())):
        with pytest.raises(Refused, match="审查人员"):
            finish(case, "review", by=by)
    with pytest.raises(Refused, match="请写明处理意见"):
        finish(case, "review", opinion="好")
    assert states(case) == {"review": "open", "approve": "waiting"}
    assert case.trail.filter(kind="finish_step").count() == 0


def test_a_waiting_step_cannot_be_finished() -> None:
    case = cases.accepted()
    step = case.steps.get(key="approve")
    with pytest.raises(Refused, match="没有正在办理的环节"):
        actions.finish_step(case.pk, step.pk, opinion="同意准予", by=cases.zhao(case), at=cases.AT)


def test_returning_begins_a_new_round_and_keeps_the_old_rows() -> None:
    case = cases.accepted()
    finish(case, "review")
    step = case.steps.get(key="approve")
    actions.return_step(
        case.pk, step.pk, to_key="review", reason="面积需要再核", by=cases.zhao(case), at=cases.AT
    )
    assert states(case) == {"review": "open", "approve": "waiting"}
    rows = case.steps.order_by("key", "round").values_list("key", "round", "state", "result")
    assert list(rows) == [
        ("approve", 1, "returned", "return"), ("approve", 2, "waiting", ""),
        ("review", 1, "returned", "pass"), ("review", 2, "open", ""),
    ]  # fmt: skip
    assert case.trail.get(kind="return_step").note == "面积需要再核"
    finish(case, "review")
    assert states(case) == {"review": "done", "approve": "open"}


def test_only_an_earlier_finished_step_can_be_returned_to() -> None:
    case = cases.accepted(catalogue.published(steps=SIDE_BY_SIDE))
    finish(case, "papers")
    step = case.steps.get(key="site")
    with pytest.raises(Refused, match="只能退回到前面"):
        actions.return_step(
            case.pk, step.pk, to_key="papers", reason="请再看一遍", by=cases.sun(case), at=cases.AT
        )
    assert states(case) == {"site": "open", "papers": "done", "approve": "waiting"}


def test_a_co_unit_gets_its_own_days_and_sees_the_case() -> None:
    case = cases.accepted()
    other = catalogue.unit("兰考县自然资源局")
    helper = persons.handler(other)
    assert not queries.visible_to(helper).exists()
    actions.add_co_unit(
        case.pk, organisation=other, name="核查用地性质", days=3, by=cases.sun(case), at=cases.AT
    )
    case.refresh_from_db()
    assert running(case)[f"step:co-{other.pk}"] == date(2026, 11, 30)
    assert case.due_clock == f"step:co-{other.pk}"
    assert queries.visible_to(helper).get() == case
    joint = queries.worklist(helper, tab="joint", at=cases.AT)
    assert [row.number for row in joint.rows] == [case.number]

    finish(case, "review")
    assert states(case)["approve"] == "waiting"
    with pytest.raises(Refused, match="核查用地性质”还没有办完|审批负责人"):
        actions.grant(case.pk, by=cases.zhao(case), at=cases.AT)
    finish(case, f"co-{other.pk}", by=helper)
    assert states(case)["approve"] == "open"
    case.refresh_from_db()
    assert set(running(case)) == {"legal", "promised"}
    assert case.due_clock == "promised"


def test_a_co_unit_is_another_unit_of_the_county_with_sane_days() -> None:
    case = cases.accepted()
    other = catalogue.unit()
    for organisation, days, sentence in (
        (case.organisation, 3, "其他单位"), (other, 0, "1至30"), (other, 31, "1至30"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            actions.add_co_unit(
                case.pk, organisation=organisation, name="核查", days=days, by=cases.sun(case),
                at=cases.AT,
            )  # fmt: skip
    assert case.steps.count() == 2


def test_a_handler_is_one_of_the_unit_and_not_the_applicant() -> None:
    case = cases.accepted()
    mine = persons.handler(case.organisation, username="li-at-work")
    mine.person = cast.li_person()
    mine.save()
    for handler, sentence in ((cast.wang(), "本单位的审查人员"), (mine, "应当回避")):
        with pytest.raises(Refused, match=sentence):
            actions.assign(case.pk, handler=handler, by=cases.zhao(case), at=cases.AT)
    actions.assign(case.pk, handler=cases.sun(case), by=cases.zhao(case), at=cases.AT)
    case.refresh_from_db()
    assert case.handler == cases.sun(case)
    assert [row.number for row in queries.worklist(cases.sun(case), tab="mine", at=cases.AT).rows]


def test_the_one_who_reviewed_does_not_decide() -> None:
    """Trap T12: verifier and approver are two people, also under another account."""
    case = cases.accepted()
    both = cases.sun(case)
    persons.post(both, "approver", organisation=case.organisation)
    finish(case, "review", by=both)
    with pytest.raises(Refused, match="不能由同一人作出"):
        actions.grant(case.pk, by=both, at=cases.AT)
    with pytest.raises(Refused, match="不能由同一人作出"):
        actions.refuse(case.pk, reason="不符合条件", by=both, at=cases.AT)
    step = case.steps.get(key="approve")
    with pytest.raises(Refused, match="审批应由另一人办理"):
        actions.finish_step(case.pk, step.pk, opinion="同意准予", by=both, at=cases.AT)

    human = persons.person(name="孙强强")
    both.person = human
    both.save()
    second = persons.approver(case.organisation, username="second-account")
    second.person = human
    second.save()
    with pytest.raises(Refused, match="不能由同一人作出"):
        actions.grant(case.pk, by=second, at=cases.AT)
    case.refresh_from_db()
    assert case.state == "accepted"
    assert actions.grant(case.pk, by=cases.zhao(case), at=cases.AT).state == "granted"


def test_nobody_handles_a_case_in_which_he_is_applicant_or_agent() -> None:
    """Trap T12: with any function, through a legal person as well."""
    boss = persons.person(name="老板娘", phone="13922223333")
    firm = persons.legal_person()
    persons.represents(boss, firm)
    version = catalogue.published(
        fields=[{"key": "area", "label": "面积", "kind": "number"}], served=["1", "2"]
    )
    for changes in ({"person": boss}, {"legal_person": firm}, {"agent": boss}):
        case = cases.submitted(version, data={"area": 1}, **changes)
        clerk = persons.clerk(username=f"clerk-{case.pk}")
        clerk.person = boss
        clerk.save()
        for act in (actions.receive, actions.accept):
            with pytest.raises(Refused, match="应当回避"):
                act(case.pk, by=clerk, at=cases.AT)
        case.refresh_from_db()
        assert case.state == "submitted"
