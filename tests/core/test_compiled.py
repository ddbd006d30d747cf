"""A compiled query answers as the queryset it was made from, for any argument."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from tests.factories import cases
from yizhan.core.compiled import compiled
from yizhan.core.numbers import uuid7
from yizhan.domain.cases.models import Affair, Case

pytestmark = pytest.mark.django_db
Names = tuple[str, ...]


@compiled
def numbered(region: str, number: str) -> QuerySet[Case]:
    return Case.objects.filter(region=region, number=number).select_related("affair", "item")


@compiled
def titles(case_id: UUID) -> QuerySet[Case, str]:
    return Case.objects.filter(pk=case_id).values_list("title", flat=True)


@compiled
def among(states: Names, region: str) -> QuerySet[Case]:
    return Case.objects.filter(region=region, state__in=states)


@compiled
def held(case_id: UUID) -> QuerySet[Case]:
    return Case.objects.select_for_update().filter(pk=case_id)


@compiled
def forgetful(region: str, number: str) -> QuerySet[Affair]:
    return Affair.objects.filter(region=region)


def test_objects_are_those_of_the_queryset_with_what_was_selected_along() -> None:
    one, two = cases.submitted(), cases.submitted()
    for case in (one, two, one):
        with CaptureQueriesContext(connection) as seen:
            (found,) = numbered(case.region, case.number)
            assert found.affair.number == case.affair.number
            assert found.item.pk == case.item_id
        assert len(seen) == 1
        plain = Case.objects.get(pk=case.pk)
        names: list[Any] = [field.attname for field in Case._meta.concrete_fields]
        assert [getattr(found, n) for n in names] == [getattr(plain, n) for n in names]
    assert numbered(one.region, "NO-SUCH") == []
    assert titles(one.pk) == [one.title]


def test_each_shape_has_its_own_sql_and_an_impossible_one_asks_nothing() -> None:
    case = cases.submitted()
    assert among(("submitted",), case.region) == [case]
    assert among(("closed", "granted"), case.region) == []
    with CaptureQueriesContext(connection) as seen:
        assert among((), case.region) == []
    assert len(seen) == 0


def test_an_argument_that_reaches_no_lookup_is_an_error() -> None:
    with pytest.raises(TypeError, match="argument 1 does not reach"):
        forgetful("410225", "A1")


@pytest.mark.django_db(transaction=True)
def test_a_locking_query_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        held(uuid7())
    with transaction.atomic():
        assert held(uuid7()) == []
    with pytest.raises(transaction.TransactionManagementError):
        held(uuid7())
