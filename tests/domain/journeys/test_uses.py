"""Every night the catalogue learns what people apply for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import cases, catalogue
from yizhan.domain.catalogue.models import Item
from yizhan.domain.journeys import actions

pytestmark = pytest.mark.django_db


def popularity(version) -> int:
    return Item.objects.get(pk=version.item_id).popularity


def test_items_are_counted_by_the_applications_of_a_year() -> None:
    often, once, never = (catalogue.published() for _ in range(3))
    Item.objects.filter(pk=never.item_id).update(popularity=7)
    for version in (often, often, once):
        cases.submitted(version)

    assert actions.count_uses(at=cases.AT + timedelta(days=1)) == 3
    assert (popularity(often), popularity(once), popularity(never)) == (2, 1, 0)
    assert actions.count_uses(at=cases.AT + timedelta(days=1)) == 0

    actions.count_uses(at=cases.AT + timedelta(days=400))
    assert (popularity(often), popularity(once)) == (0, 0)
