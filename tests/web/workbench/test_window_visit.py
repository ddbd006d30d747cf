"""What a window page remembers: signed for one clerk, one day, nothing in the clear."""

import uuid
from datetime import UTC, datetime

import pytest
import time_machine

from yizhan.core.flow import Refused
from yizhan.web.workbench import visit

AT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_the_visit_comes_back_as_it_was() -> None:
    clerk = uuid.uuid4()
    made = visit.begin(at=AT, window=3)
    made.person, made.files = str(uuid.uuid4()), {"id": ["a", "b"]}

    assert visit.resume(made.token(clerk), clerk) == made


def test_the_visit_of_another_clerk_is_refused() -> None:
    token = visit.begin(at=AT).token(uuid.uuid4())

    with pytest.raises(Refused, match="已经过期"):
        visit.resume(token, uuid.uuid4())


def test_an_altered_visit_is_refused() -> None:
    clerk = uuid.uuid4()
    token = visit.begin(at=AT).token(clerk)

    with pytest.raises(Refused):
        visit.resume(token[:-1] + ("A" if token[-1] != "A" else "B"), clerk)


def test_a_page_left_open_overnight_begins_anew() -> None:
    clerk = uuid.uuid4()
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), tick=False):
        token = visit.begin(at=AT).token(clerk)
    with (
        time_machine.travel(datetime(2026, 11, 24, 21, 0, 5, tzinfo=UTC), tick=False),
        pytest.raises(Refused),
    ):
        visit.resume(token, clerk)


def test_two_fresh_visits_share_nothing() -> None:
    one, two = visit.begin(at=AT), visit.begin(at=AT)
    one.files["id"] = ["a"]

    assert one.nonce != two.nonce
    assert two.files == {}
    assert (two.person, two.legal_person, two.agent, two.version) == ("", "", "", "")


def test_a_clock_set_back_gives_no_negative_time() -> None:
    made = visit.begin(at=AT)

    assert made.seconds(datetime(2026, 11, 25, 0, 59, tzinfo=UTC)) == 0
    assert made.seconds(datetime(2026, 11, 25, 1, 3, 7, tzinfo=UTC)) == 187
