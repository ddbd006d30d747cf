"""Rows written by hand-made SQL are the same rows that save() would write."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import cases
from yizhan.core.numbers import uuid7
from yizhan.core.rows import insert_together, write
from yizhan.domain.cases.choices import State
from yizhan.domain.cases.models import Affair, Case, Touchpoint

pytestmark = pytest.mark.django_db


def affair(number: str, *, title: str = "办事") -> Affair:
    """An unsaved affair."""
    return Affair(
        region="410225", number=number, title=title, person=cases.cast.li_person(),
        opened_at=cases.AT,
    )  # fmt: skip


def test_rows_of_several_tables_in_one_statement() -> None:
    one, two = affair("A1"), affair("A2", title="引号'与\\反斜线")
    touch = Touchpoint(
        region="410225", affair=one, channel="window", kind="visit", started_at=cases.AT,
        physical_trip=True,
    )  # fmt: skip
    with CaptureQueriesContext(connection) as seen:
        insert_together([one, touch, two])
    assert len(seen) == 1
    assert Affair.objects.get(number="A2").title == "引号'与\\反斜线"
    assert one.touchpoints.get().physical_trip is True
    assert not one._state.adding


def test_nothing_to_insert_sends_nothing() -> None:
    with CaptureQueriesContext(connection) as seen:
        insert_together([])
    assert len(seen) == 0


def test_one_bad_row_stops_all_of_them() -> None:
    insert_together([affair("A1")])
    with pytest.raises(IntegrityError, match="affair_number"), transaction.atomic():
        insert_together([affair("A2"), affair("A1")])
    assert Affair.objects.count() == 1


def test_a_row_inserted_or_written_reads_back_the_same() -> None:
    case = Case.objects.get(pk=cases.submitted().pk)
    case.state, case.reason = State.RECEIVED, "理由"
    case.data = {"a": [1, None, {"b": "丙"}], "c": True}
    case.contact_sealed = b"\x00\x01"
    write(case)
    again = Case.objects.get(pk=case.pk)
    for field in Case._meta.concrete_fields:
        mine, theirs = getattr(case, field.attname), getattr(again, field.attname)
        assert (bytes(theirs) if isinstance(theirs, memoryview) else theirs) == mine, field.name
    twin = Case.objects.get(pk=case.pk)
    twin.pk = twin.id = uuid7()
    twin.number, twin.query_code, twin.idempotency_key = "T1", "T1", "T1"
    insert_together([twin])
    assert Case.objects.get(number="T1").data == case.data
