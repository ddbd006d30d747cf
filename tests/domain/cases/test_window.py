"""One visit at the integrated window: all or nothing, once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests import people as cast
from tests.factories import cases, catalogue
from tests.factories.together import together
from yizhan.core.flow import Refused
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import Submission
from yizhan.domain.cases.models import Affair, Case, Document, Series
from yizhan.domain.notices.models import Notice
from yizhan.domain.people.models import Account

pytestmark = pytest.mark.django_db
INSTANT = {"project_type": "1", "legal_amount": 1, "promise_amount": 0, "steps": []}


def serve(submission: Submission, by: Account | None = None, **changes: Any) -> Case:
    """The visit, ended as asked."""
    facts = {"ending": "accept", "by": by or cast.wang(), "at": cases.AT} | changes
    return actions.serve_at_window(submission, **facts)


@pytest.mark.parametrize(
    ("ending", "state", "papers"),
    [
        ("receive", "received", ["receipt"]),
        ("accept", "accepted", ["acceptance", "receipt"]),
        ("decide", "closed", ["grant"]),
    ],
)
def test_each_ending(ending: str, state: str, papers: list[str]) -> None:
    case = serve(cases.submission(catalogue.published(**INSTANT)), ending=ending)
    case.refresh_from_db()
    assert case.state == state
    assert sorted(case.documents.values_list("kind", flat=True)) == papers
    assert case.affair.touchpoints.filter(physical_trip=True).count() == 1


def test_told_at_once_what_is_missing() -> None:
    version = catalogue.published()
    lacking = cases.submission(version, materials=cases.paper(version, without=("id",)))
    case = serve(lacking, ending="correction", defects={"id": "请补充提供《居民身份证》。"})
    case.refresh_from_db()
    assert (case.state, case.correction.defects) == (
        "correction", {"id": "请补充提供《居民身份证》。"},
    )  # fmt: skip


def test_what_cannot_end_so_leaves_nothing_behind() -> None:
    """All or nothing: no case, no number, no message of a visit that was refused."""
    version = catalogue.published()
    lacking = cases.submission(version, materials=cases.paper(version, without=("id",)))
    for ending, sentence in (
        ("accept", "还缺《居民身份证》"), ("decide", "不是即办件"), ("x", "请选择收件"),
        ("correction", "至少写明一项"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            serve(lacking, ending=ending)
    counts = [m.objects.count() for m in (Case, Affair, Document, Series, Notice)]
    assert counts == [0, 0, 0, 0, 0]


def test_the_page_sent_twice_is_one_case() -> None:
    one = cases.submission(catalogue.published())
    assert serve(one).pk == serve(one).pk
    assert (Case.objects.count(), Document.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_case_with_one_receipt() -> None:
    version, clerk = catalogue.published(), cast.wang()
    for _ in range(3):
        one = cases.submission(version)
        found = together(*[partial(serve, one, clerk)] * 3)
        assert len({case.pk for case in found}) == 1, found
    assert (Case.objects.count(), Document.objects.count()) == (3, 6)


def test_a_citizen_does_not_serve_himself_at_the_window() -> None:
    version = catalogue.published()
    bare = cases.submission(version, materials=[], channel="portal")
    with pytest.raises(Refused, match="综合窗口人员"):
        serve(bare, cast.li(), ending="receive")
    assert Case.objects.count() == 0


def test_the_clerk_acts_for_the_applicant_in_the_trail() -> None:
    case = serve(cases.submission(catalogue.published()))
    actions.withdraw(case.pk, by=cast.wang(), at=cases.AT)
    behalf = dict(case.trail.values_list("kind", "behalf_of"))
    assert behalf == {
        "submit": case.person_id, "receive": None, "accept": None, "withdraw": case.person_id,
    }  # fmt: skip
