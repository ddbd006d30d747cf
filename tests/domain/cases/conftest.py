"""The calendar of 2026 is published, 2027 is not; nothing of it outlives a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import office
from yizhan.domain.office import queries


@pytest.fixture(autouse=True)
def _calendar(request: pytest.FixtureRequest) -> Iterator[None]:
    queries.forget_calendar()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _transactional(request) else "db")
        office.calendar_year(2026)
    yield
    queries.forget_calendar()


def _transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
