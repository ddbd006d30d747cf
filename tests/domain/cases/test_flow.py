"""The table itself, and the drawing of it."""

from __future__ import annotations

from pathlib import Path

from yizhan.config.cli.flows import drawing
from yizhan.core.flow import Turn
from yizhan.domain.cases import actions, flow
from yizhan.domain.cases.choices import ClockName, State

INSIDE = {"lapse_correction", "lapse_deferral"}  # brought about by lapse_…s()


def test_the_table_has_no_holes() -> None:
    assert flow.CASE.problems() == []


def test_the_drawing_is_up_to_date() -> None:
    assert (Path(__file__).parents[3] / "docs" / "flows.md").read_text() == drawing()


def test_every_move_is_an_action() -> None:
    verbs = set(actions.__all__)
    assert {name for name in flow.CASE.moves if name not in verbs} == INSIDE


def test_every_open_state_is_entered_with_a_running_clock() -> None:
    """No case without a due date (trap T17): whatever leads into an open state starts a clock,
    or comes from a state whose clock goes on."""
    clocks = {
        State.SUBMITTED: {ClockName.NOTICE}, State.RECEIVED: {ClockName.NOTICE},
        State.CORRECTION: {ClockName.CORRECTION}, State.ACCEPTED: {ClockName.LEGAL},
        State.SPECIAL: {ClockName.SPECIAL}, State.GRANTED: {ClockName.DELIVERY},
        State.REFUSED: {ClockName.DELIVERY}, State.DELIVERING: {ClockName.DELIVERY},
    }  # fmt: skip
    for move in flow.CASE.moves.values():
        if move.target not in clocks or move.name == "submit":
            continue
        for source in move.sources:
            running = set(clocks[State(source)])
            for name, turn in move.clocks.items():
                if turn in (Turn.START, Turn.RESUME):
                    running.add(name)
                elif name in running:
                    running.discard(name)
            assert clocks[State(move.target)] <= running, (move.name, source)


def test_an_end_stops_every_statutory_clock() -> None:
    for move in flow.CASE.moves.values():
        if move.target in flow.ENDED and move.name != "confirm_delivery":
            assert set(move.clocks) == set(ClockName)
            assert set(move.clocks.values()) == {Turn.STOP}
