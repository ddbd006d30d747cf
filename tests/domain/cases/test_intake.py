"""Receive, accept, and the ways of "no" (行政许可法 art. 32)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories import people as persons
from tests.factories.cases import running, told
from tests.factories.together import together
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case

pytestmark = pytest.mark.django_db
LATER = cases.AT + timedelta(days=12)


def test_receiving_gives_a_numbered_receipt_and_does_not_stop_the_examination() -> None:
    case = cases.received()
    paper = case.documents.get()
    assert (paper.kind, paper.number) == ("receipt", f"{case.organisation.short_name}收〔2026〕1号")
    assert ["收到材料", "居民身份证（核验原件后退回，1份）"] in paper.facts["rows"]
    assert running(case) == {"check": date(2026, 11, 26), "notice": date(2026, 12, 2)}
    assert told(case) == ["submitted", "received"]


def test_acceptance_starts_both_clocks_and_opens_the_first_step() -> None:
    case = cases.accepted()
    case.refresh_from_db()
    assert case.state == "accepted"
    assert running(case) == {"legal": date(2026, 12, 23), "promised": date(2026, 12, 2)}
    assert case.due_clock == "promised"
    assert [(s.key, s.state) for s in case.steps.order_by("order")] == [
        ("review", "open"), ("approve", "waiting"),
    ]  # fmt: skip
    paper = case.documents.get(kind="acceptance")
    assert ["承诺办结", "2026年12月2日前"] in paper.facts["rows"]
    assert "第三十二条" in paper.facts["basis"]
    assert told(case)[-1] == "accepted"


def test_acceptance_may_skip_the_receipt() -> None:
    case = cases.submitted()
    assert actions.accept(case.pk, by=cast.wang(), at=cases.AT).state == "accepted"


def test_acceptance_is_refused_while_something_is_missing() -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("id",)))
    with pytest.raises(Refused, match="还缺《居民身份证》"):
        actions.accept(case.pk, by=cast.wang(), at=cases.AT)
    case.refresh_from_db()
    assert (case.state, case.documents.count(), case.trail.count()) == ("received", 1, 2)


def test_an_item_without_limits_still_has_a_deadline() -> None:
    """Trap T17: no case is without a due date."""
    version = catalogue.published(legal_unit="none", promise_unit="none", task_type="20")
    case = cases.accepted(version)
    assert running(case) == {"legal": date(2026, 12, 23), "promised": date(2026, 12, 23)}


@pytest.mark.parametrize(
    ("act", "words", "state", "kind"),
    [
        (actions.tell_not_needed, {"reason": "自用住房不需要办理"}, "not_needed", "not_needed"),
        (
            actions.tell_not_ours, {"where_to_go": "请向兰考县税务局申请，地址裕禄大道"},
            "not_ours", "not_ours",
        ),
        (
            actions.refuse_acceptance, {"reason": "补正后仍不符合法定形式"},
            "not_accepted", "not_accepted",
        ),
    ],
)  # fmt: skip
def test_the_three_ways_of_no(act: Any, words: dict[str, str], state: str, kind: str) -> None:
    case = act(cases.received().pk, by=cast.wang(), at=cases.AT, **words)
    case.refresh_from_db()
    assert case.state == state
    assert running(case) == {}
    assert (case.due_at, case.due_clock) == (None, "")
    assert case.closed_at == cases.AT
    assert case.affair.__class__.objects.get().closed_at == cases.AT
    paper = case.documents.get(kind=kind)
    said = next(iter(words.values()))
    assert said in paper.facts["paragraphs"][0]
    assert "行政复议" in paper.facts["remedy"]
    assert told(case)[-1] == kind


@pytest.mark.parametrize(
    ("act", "words", "field"),
    [
        (actions.tell_not_needed, {"reason": " "}, "reason"),
        (actions.tell_not_ours, {"where_to_go": "别处"}, "where_to_go"),
        (actions.refuse_acceptance, {"reason": "不行"}, "reason"),
    ],
)
def test_a_no_without_a_reason_is_refused(act: Any, words: dict[str, str], field: str) -> None:
    case = cases.received()
    with pytest.raises(Refused, match="请写明") as refusal:
        act(case.pk, by=cast.wang(), at=cases.AT, **words)
    assert refusal.value.field == field
    case.refresh_from_db()
    assert (case.state, case.documents.count()) == ("received", 1)


def test_silence_is_acceptance_from_the_day_the_material_came() -> None:
    case = cases.submitted()
    assert actions.deem_accepted(at=datetime(2026, 12, 2, 23, 59, tzinfo=CHINA)) == 0
    assert actions.deem_accepted(at=datetime(2026, 12, 3, 0, 1, tzinfo=CHINA)) == 1
    assert actions.deem_accepted(at=LATER) == 0

    case.refresh_from_db()
    assert case.state == "accepted"
    assert case.accepted_at == cases.AT
    assert running(case) == {"legal": date(2026, 12, 23), "promised": date(2026, 12, 2)}
    entry = case.trail.get(kind="deem_accepted")
    assert (entry.seq, entry.by_id, entry.by_name) == (2, None, "系统")
    paper = case.documents.get(kind="acceptance")
    assert "自收到申请材料之日（2026年11月25日）起即为受理" in paper.facts["paragraphs"][0]
    assert told(case) == ["submitted", "deemed_accepted"]
    assert list(tracked.broken(case)) == []


def test_an_answered_correction_starts_the_five_days_anew() -> None:
    version = catalogue.published()
    case = cases.received(version, materials=cases.paper(version, without=("id",)))
    actions.ask_correction(case.pk, defects={"id": "请补交身份证"}, by=cast.wang(), at=cases.AT)
    answer = [actions.SubmittedMaterial(key="id", source="original_seen")]
    day = datetime(2026, 12, 4, 17, 29, tzinfo=CHINA)
    actions.answer_correction(case.pk, data={}, materials=answer, by=cast.wang(), at=day)
    assert running(case) == {"check": date(2026, 12, 7), "notice": date(2026, 12, 11)}
    assert actions.deem_accepted(at=datetime(2026, 12, 12, 0, 1, tzinfo=CHINA)) == 1
    case.refresh_from_db()
    assert case.accepted_at == day


def test_only_the_window_or_the_unit_takes_in() -> None:
    case = cases.submitted()
    outsider = persons.handler(catalogue.unit())
    for by in (cast.li(), outsider, cast.qian()):
        with pytest.raises(Refused, match="综合窗口人员"):
            actions.receive(case.pk, by=by, at=cases.AT)
    case.refresh_from_db()
    assert (case.state, case.trail.count()) == ("submitted", 1)
    assert actions.receive(case.pk, by=cases.sun(case), at=cases.AT).state == "received"


def test_a_clerk_of_another_county_takes_nothing_in() -> None:
    case = cases.submitted()
    stranger = persons.clerk(username="kaifeng", scope="410202")
    with pytest.raises(Refused, match="您现在没有这个职能"):
        actions.receive(case.pk, by=stranger, at=cases.AT)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_never_both_accept() -> None:
    clerks = [persons.clerk(username=f"clerk{n}") for n in range(3)]
    for _ in range(4):
        case = cases.received()
        found = together(*(partial(actions.accept, case.pk, by=by, at=cases.AT) for by in clerks))
        refused = [one for one in found if isinstance(one, Refused)]
        assert len(refused) == 2, found
        assert "不能“受理”" in str(refused[0])
        assert case.trail.filter(kind="accept").count() == 1
        assert case.clocks.filter(name="legal").count() == 1
        assert case.documents.filter(kind="acceptance").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_both_deem_accepted() -> None:
    made = [cases.submitted() for _ in range(6)]
    found = together(*[partial(actions.deem_accepted, at=LATER)] * 3)
    assert sum(found) <= 6
    actions.deem_accepted(at=LATER)
    for case in made:
        assert case.trail.filter(kind="deem_accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_broken_case_does_not_stop_the_clock_of_the_others() -> None:
    """Failures of the deadline engine are loud and do not spread (trap T17)."""
    bad, good = cases.submitted(), cases.submitted()
    Case.objects.filter(pk=bad.pk).update(trail_seq=0)  # its next line collides with the first
    with pytest.raises(IntegrityError, match="case_trail_seq"):
        actions.deem_accepted(at=LATER)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("accepted", "submitted")
