"""A linear model over character n-grams: what it proposes, how sure it is, and by which words."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from yizhan.domain.hotline.understanding import features

Array: TypeAlias = np.ndarray[Any, Any]
WORDS = 5  # that are shown for a proposal


@dataclass(frozen=True, slots=True)
class Guess:
    """One proposed label: its score and the words of the message that spoke for it most."""

    label: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best three, and whether the first may be filled in without being asked for."""

    guesses: tuple[Guess, ...]
    margin: float
    confident: bool

    @property
    def label(self) -> str:
        """The first guess."""
        return self.guesses[0].label


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of n-grams: their places, inverse document frequencies and weights per label."""

    vocabulary: dict[str, int]
    idf: Array
    weights: Array

    def values(self, counts: Counter[str]) -> tuple[list[str], Array, Array]:
        """The known n-grams of a text, their places and TF-IDF values (length one)."""
        known = [(gram, place, count) for gram, count in counts.items()
                 if (place := self.vocabulary.get(gram)) is not None]  # fmt: skip
        places = np.fromiter((place for _, place, _ in known), dtype=np.int64, count=len(known))
        often = np.fromiter((count for _, _, count in known), dtype=np.float32, count=len(known))
        values = (1 + np.log(often)) * self.idf[places]
        length = float(np.sqrt(np.square(values).sum()))
        return [gram for gram, _, _ in known], places, values / length if length else values


Part = tuple[Block, list[str], Array, Array]  # a block with what values() found in a text


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Labels, the two blocks, and from which margin on a proposal is filled in by itself."""

    labels: tuple[str, ...]
    whole: Block
    head: Block
    bias: Array
    threshold: float = float("inf")

    def scores(self, text: str) -> Array:
        """One score per label for a text as it came."""
        return self._scores(self._parts(text))

    def propose(self, text: str) -> Proposal:
        """The three best labels with their words; not confident where two are close."""
        parts = self._parts(text)
        scores = self._scores(parts)
        best = np.argsort(-scores)[:3]
        margin = float(scores[best[0]] - scores[best[1]]) if len(best) > 1 else float("inf")
        guesses = tuple(
            Guess(self.labels[i], float(scores[i]), _words(parts, int(i))) for i in best
        )
        return Proposal(guesses, margin, margin >= self.threshold)

    def write(self, file: Path | BinaryIO) -> None:
        """Write the model as one compressed file."""
        about = {"labels": self.labels, "threshold": self.threshold}
        np.savez_compressed(
            file, about=np.array(json.dumps(about, ensure_ascii=False)), bias=self.bias,
            whole=np.array("\n".join(self.whole.vocabulary)), whole_idf=self.whole.idf,
            whole_weights=self.whole.weights.astype(np.float16),
            head=np.array("\n".join(self.head.vocabulary)), head_idf=self.head.idf,
            head_weights=self.head.weights.astype(np.float16),
        )  # fmt: skip

    def _parts(self, text: str) -> list[Part]:
        plain = features.normalise(text)
        both = (self.whole, features.whole(plain)), (self.head, features.head(plain))
        return [(block, *block.values(counts)) for block, counts in both]

    def _scores(self, parts: list[Part]) -> Array:
        found = self.bias.copy()
        for block, _, places, values in parts:
            found += values @ block.weights[places]
        return found


def _words(parts: list[Part], label: int) -> tuple[str, ...]:
    """The n-grams of a text with the greatest part in the score of a label, none inside another."""
    weighed: list[tuple[float, str]] = []
    for block, grams, places, values in parts:
        shares = values * block.weights[places, label]
        strongest = np.argsort(-shares)[: WORDS * 8]
        weighed += [(float(shares[i]), grams[i]) for i in strongest if shares[i] > 0]
    chosen: list[str] = []
    for _, gram in sorted(weighed, reverse=True):
        if len(gram) > 1 and not any(gram in other or other in gram for other in chosen):
            chosen.append(gram)
    return tuple(chosen[:WORDS])


def read(source: Path | BinaryIO) -> LinearModel:
    """Read what write() wrote. Raises OSError or ValueError for a file that is none of ours."""
    with np.load(source, allow_pickle=False) as file:
        about = json.loads(str(file["about"]))
        whole, head = (
            Block(
                {gram: place for place, gram in enumerate(str(file[name]).split("\n"))},
                file[f"{name}_idf"],
                file[f"{name}_weights"].astype(np.float32),
            )
            for name in ("whole", "head")
        )
        return LinearModel(tuple(about["labels"]), whole, head, file["bias"], about["threshold"])
