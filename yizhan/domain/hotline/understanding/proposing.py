"""What a new message is about: by the county's trained model, by keywords until there is one."""

from __future__ import annotations

from dataclasses import dataclass

from yizhan.domain.hotline import queries
from yizhan.domain.hotline.choices import Learns, Nature
from yizhan.domain.hotline.understanding import nature as natures
from yizhan.domain.hotline.understanding import urgent

AHEAD = 1.5  # times the second guess by keywords from which the first may be filled in
MOST = 3
HELP, URGE = "求助", "催办"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic a text may speak of: its code, its branch by names, weight, and deciding words."""

    code: str
    label: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything here is for a person to confirm. `confident`: the first topic may be filled in.

    `emergency` are (line to call, word); where there is one, a person looks at once.
    """

    nature: natures.Nature
    top3: tuple[Topic, ...]
    confident: bool
    emergency: tuple[tuple[str, str], ...]
    by_model: bool

    @property
    def topic(self) -> str:
        """The code of the first guess, "" where nothing speaks for any."""
        return self.top3[0].code if self.top3 else ""


def propose(text: str, *, region: str) -> Proposal:
    """Nature, topic and danger of one message, in about two milliseconds.

    A topic that the model never learnt (it is new, or rare) can still be found by its keywords:
    inside the branch that the model names, or where the model itself is not sure.
    """
    known = {one.code: one for one in queries.topics(region)}
    named = tuple(
        Topic(guess.code, guess.label, guess.score, guess.words)
        for guess in queries.by_keywords(text, list(known.values()))
    )
    ahead = bool(named) and (len(named) == 1 or named[0].score >= AHEAD * named[1].score)
    found, confident, model = named, ahead, queries.active_model(region)
    if model is not None:
        said = model.propose(text)
        found = tuple(
            Topic(guess.label, known[guess.label].path, guess.score, guess.words)
            for guess in said.guesses
            if guess.label in known  # a topic may have gone out of use since
        )
        confident = said.confident and bool(found) and found[0].code == said.label
        if (
            ahead
            and named[0].code not in model.labels
            and (not confident or named[0].code.startswith(f"{found[0].code}."))
        ):
            found, confident = (named[0], *found), True
    return Proposal(
        _nature(text, region), found[:MOST], confident, tuple(urgent.words(text)),
        model is not None,
    )  # fmt: skip


def _nature(text: str, region: str) -> natures.Nature:
    """By clear signs (99 % right on synthetic texts); where there are none, by the model.

    求助 is what the signs say when nobody says what he wants, so there the model is asked. Urging
    is no nature of an order and is never learnt.
    """
    said = natures.propose(text)
    if said.name == URGE or (said.confident and said.name != HELP):
        return said
    model = queries.active_model(region, Learns.NATURE)
    if model is None:
        return said
    guessed = model.propose(text)
    best = guessed.guesses[0]
    return natures.Nature(Nature(best.label).label, best.words, guessed.confident)
