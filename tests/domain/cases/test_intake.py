"""Receive, accept, and the ways of "no"."""

from __future__ import annotations

import pytest

from tests import people as cast
from tests.factories import cases
from yizhan.domain.cases import actions, queries

pytestmark = pytest.mark.django_db


def test_receiving_gives_a_numbered_receipt() -> None:
    case = cases.received()
    paper = case.documents.get()
    assert paper.number == f"{case.organisation.short_name}收〔2026〕1号"
    assert case.state == "received"
    assert {c.name for c in case.clocks.filter(stopped_at=None)} == {"check", "notice"}


def test_acceptance_starts_both_clocks_and_opens_the_first_step() -> None:
    case = cases.accepted()
    case.refresh_from_db()
    assert case.state == "accepted"
    assert {c.name for c in case.clocks.filter(stopped_at=None)} == {"legal", "promised"}
    assert case.due_clock == "promised"
    assert [(s.key, s.state) for s in case.steps.order_by("order")] == [
        ("review", "open"), ("approve", "waiting"),
    ]  # fmt: skip
    assert {d.kind for d in case.documents.all()} == {"receipt", "acceptance"}
    lines = queries.timeline(case)
    assert [line.label for line in lines] == ["提交", "收件", "受理"]
    assert all(queries.clock_sentences(case, at=cases.AT))
    page = queries.worklist(cases.sun(case), tab="due", at=cases.AT)
    assert [row.number for row in page.rows] == [case.number]
    assert queries.choices_for(case, cases.sun(case))
    assert queries.visible_to(cast.li()).get() == case
    assert queries.supervision(cast.qian(), at=cases.AT)["open_count"] == 1
    actions.render_document(case.documents.first().pk, at=cases.AT)
