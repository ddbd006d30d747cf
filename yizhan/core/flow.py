"""A state machine is a table of named moves.

States are law, so they are code; amounts, approval chains and people are data. The same check
that refuses a move also greys out its button and is the button's explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Refused(Exception):  # noqa: N818 - a refusal is an answer
    """A rule says no. The text is a whole sentence that says what to do instead."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return self.sentence


class Turn(StrEnum):
    """What a move does to one clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from which states, to which state, who may, what the clocks do.

    An empty target leaves the state as it is, whichever of the sources it was.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    guard: Callable[..., None] | None = None
    clocks: Mapping[str, Turn] = field(default_factory=dict)
    law: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A move that the present state knows; `refusal` is why it is not possible just now."""

    move: Move
    refusal: str = ""

    def __bool__(self) -> bool:
        return not self.refusal


class Flow:
    """The table, with the questions people ask of it."""

    def __init__(
        self,
        name: str,
        *,
        initial: str,
        final: Iterable[str],
        labels: Mapping[str, str],
        moves: Iterable[Move],
    ) -> None:
        self.name = name
        self.initial = initial
        self.final = frozenset(final)
        self.labels = dict(labels)
        rows = list(moves)
        self.moves = {move.name: move for move in rows}
        if len(self.moves) != len(rows):
            raise ValueError(f"flow {name}: two moves share a name")

    def check(self, name: str, *, state: str, **context: Any) -> Move:
        """The move, if the state and its guard allow it.

        Raises Refused with the sentence to show; KeyError if no such move exists.
        """
        move = self.moves[name]
        if state not in move.sources:
            now = self.labels.get(state, state)
            raise Refused(f"现在的状态是“{now}”，不能“{move.label}”。")
        if move.guard is not None:
            move.guard(**context)
        return move

    def choices(self, *, state: str, **context: Any) -> list[Choice]:
        """Every move the state knows, each with the reason why not (empty when possible)."""
        found = []
        for move in self.moves.values():
            if state not in move.sources:
                continue
            try:
                self.check(move.name, state=state, **context)
            except Refused as refusal:
                found.append(Choice(move, str(refusal)))
            else:
                found.append(Choice(move))
        return found

    def problems(self) -> list[str]:
        """What is wrong with the table itself: unknown, unreachable and dead-end states."""
        found = []
        for move in self.moves.values():
            for state in (*move.sources, move.target):
                if state and state not in self.labels:
                    found.append(f"{move.name}: unknown state {state}")
        reached = {self.initial}
        while True:
            able = [m for m in self.moves.values() if reached.intersection(m.sources)]
            more = {m.target for m in able if m.target}
            if more <= reached:
                break
            reached |= more
        found += [f"unreachable state {state}" for state in self.labels if state not in reached]
        leaving = {s for m in self.moves.values() for s in m.sources if m.target not in ("", s)}
        for state in self.labels:
            if state not in leaving and state not in self.final:
                found.append(f"dead end {state}")
            if state in leaving and state in self.final:
                found.append(f"final state {state} can be left")
        return found

    def mermaid(self) -> str:
        """The drawing for docs/flows.md."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {state}: {label}" for state, label in self.labels.items()]
        for move in self.moves.values():
            turns = " ".join(f"{clock}:{turn}" for clock, turn in move.clocks.items())
            note = f"{move.label} [{turns}]" if turns else move.label
            ends = [(source, move.target or source) for source in move.sources]
            lines += [f"    {source} --> {end}: {note}" for source, end in ends]
        lines += [f"    {state} --> [*]" for state in self.labels if state in self.final]
        return "\n".join(lines)
