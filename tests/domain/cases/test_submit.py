"""Submission: one case per key, with everything that belongs to it, in four statements."""

from __future__ import annotations

import pytest

from tests.factories import cases, catalogue
from yizhan.core import tracked
from yizhan.domain.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_submission_writes_everything_that_belongs_to_a_case() -> None:
    case = cases.submitted()
    case.refresh_from_db()

    assert case.state == "submitted"
    assert {c.name: c.amount for c in case.clocks.all()} == {"check": 1, "notice": 5}
    assert (case.due_clock, case.due_at.astimezone().date().isoformat()) == ("check", "2026-11-26")
    assert [entry.kind for entry in case.trail.all()] == ["submit"]
    assert list(tracked.broken(case)) == []
    touchpoint = case.affair.touchpoints.get()
    assert (touchpoint.channel, touchpoint.kind, touchpoint.physical_trip) == (
        "window",
        "visit",
        True,
    )
    assert {m.key: (m.state, m.grade) for m in case.materials.all()} == {
        "form": ("provided", "B"), "id": ("provided", "B"), "photo": ("provided", "B"),
        "marriage": ("not_asked", ""),
    }  # fmt: skip
    assert "您是否已婚" in case.materials.get(key="marriage").why_not_asked
    notice = Notice.objects.get(subject=case.number)
    assert case.number in notice.text
    assert case.query_code in notice.text
    assert "李秀英" not in notice.text


def test_numbers_follow_the_standard() -> None:
    case = cases.submitted()
    assert case.number.startswith(f"{case.item.task_code}20261125")
    assert len(case.number) == 45
    assert len(case.query_code) == 10
    assert case.affair.number.startswith("41022520261125")


def test_a_local_code_that_is_too_long_gives_way_to_the_short_code() -> None:
    version = catalogue.published(code="511A0021300001-511602000000-000-11511300MB1A21304N-1-00")
    case = cases.submitted(version)
    assert case.number.startswith(f"{version.item.slug.upper()}20261125")
