"""Many voices about one matter: messages grouped by what they name and by what they say.

Two similarities are joined: rare character n-grams, which are names of places, companies and
estates, and common ones, which are the matter (noise, dust, a refund). Groups grow by the average
similarity of their members, so that one odd message cannot chain two matters together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from yizhan.domain.hotline.understanding import features

LETTERS = 400  # of a text that are looked at; the title counts more than once
NAMES, MATTER = 0.4, 0.6  # the parts of the two similarities
ALIKE = 0.11  # average similarity from which two groups are one
FEWEST = 2  # messages of a group
MOST = 8000  # messages at once: every pair is compared (about 800 MB)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is compared."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages about one matter, the most typical first; it is named by that one's title."""

    name: str
    ids: tuple[str, ...]


def find(messages: Sequence[Message], *, fewest: int = FEWEST) -> list[Cluster]:
    """Groups of at least `fewest` messages, the largest first.

    Raises ValueError for more messages than can be compared at once; give a shorter time.
    """
    if len(messages) > MOST:
        raise ValueError(f"一次最多比较 {MOST} 条留言，请缩短时间范围。")
    if len(messages) < max(FEWEST, fewest):
        return []
    alike = _similarity(messages)
    apart = np.clip(1 - alike, 0, None)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(fcluster(tree, 1 - ALIKE, "distance")):
        groups[int(group)].append(place)
    found = [_cluster(messages, alike, one) for one in groups.values() if len(one) >= fewest]
    return sorted(found, key=lambda one: (-len(one.ids), one.ids))


def _similarity(messages: Sequence[Message]) -> Any:
    titles = [features.normalise(one.title) for one in messages]
    texts = [features.normalise(one.text)[:LETTERS] for one in messages]
    names = _vectors(
        [f"{a}{a}{b}" for a, b in zip(titles, texts, strict=True)], (2, 4), _few(messages)
    )
    matter = _vectors([f"{a}{a}{a}{b}" for a, b in zip(titles, texts, strict=True)], (1, 2), 0.3)
    both = np.zeros((len(messages), len(messages)), np.float32)
    for part, vectors in ((NAMES, names), (MATTER, matter)):
        if vectors is not None:
            both += part * (vectors @ vectors.T).toarray()
    return (both + both.T) / 2


def _few(messages: Sequence[Message]) -> int:
    """In how many messages an n-gram may stand and still be a name: one in fifty, but thirty.

    Among few messages one matter may well be a third of them, and its name stands in each.
    """
    return max(30, len(messages) // 50)


def _vectors(texts: list[str], lengths: tuple[int, int], most: float) -> Any:
    """TF-IDF vectors; None where nothing is shared by two texts."""
    maker = TfidfVectorizer(
        analyzer="char", ngram_range=lengths, min_df=2, max_df=most, sublinear_tf=True,
        dtype=np.float32,
    )  # fmt: skip
    try:
        return maker.fit_transform(texts)
    except ValueError:  # an empty vocabulary
        return None


def _cluster(messages: Sequence[Message], alike: Any, places: list[int]) -> Cluster:
    inner = alike[np.ix_(places, places)].sum(axis=1)
    order = [places[i] for i in np.argsort(-inner, kind="stable")]
    first = messages[order[0]]
    name = first.title.strip() or first.text.strip()[:30]
    return Cluster(name, tuple(messages[place].id for place in order))
