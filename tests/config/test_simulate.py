"""A rehearsed day: every message by the interface, every step by the pages, each to its end."""

from __future__ import annotations

from datetime import datetime

import pytest

from yizhan.config.cli import demo
from yizhan.config.demo import founding
from yizhan.config.simulate.hotline_day import Rehearsal
from yizhan.core.worktime import CHINA
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.models import Order

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 8, 0, tzinfo=CHINA)


def test_every_message_of_a_day_finds_an_honest_end() -> None:
    demo.found(AT)
    queries.forget_topics()
    county = founding.known()
    assert county is not None
    day = Rehearsal(county, orders=24, seed=11).play()
    assert day.errors == []
    assert day.sent == 24
    assert day.orders + day.follow_ups == 24
    assert day.closed == day.orders
    assert not Order.objects.filter(closed_at=None).exists()
    assert {"classify", "dispatch", "sign", "submit_reply", "record_callback"} <= set(day.steps)
    again = Rehearsal(county, orders=24, seed=11).play()
    assert (again.orders, again.errors) == (day.orders, [])
    assert Order.objects.count() == day.orders  # the same day again is no second day
    queries.forget_topics()
