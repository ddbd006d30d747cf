"""Fitting the model: support vectors over n-grams weighted by how much each label owns them.

Wang and Manning, "Baselines and Bigrams" (ACL 2012): naive Bayes log-count ratios as the scale of
the features of a linear support vector machine. The ratios are folded into the weights, so that
the fitted model is one plain linear model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.svm import LinearSVC

from yizhan.domain.hotline.understanding import features
from yizhan.domain.hotline.understanding.model import Array, Block, LinearModel

HEAD_WEIGHT = 0.5
RARE = {"whole": 3, "head": 2}  # an n-gram in fewer texts says nothing
COST = 1.0
KEPT = 400_000  # features of the whole text that weigh most
# Of what is filled in by itself 97.5 % must be right. A margin that was just enough on the texts it
# was chosen on is a little too small on others, so it is chosen for somewhat more.
CORRECT = 0.978


def fit(texts: Sequence[str], labels: Sequence[str]) -> LinearModel:
    """A model of at least two labels. Raises ValueError where there is nothing to learn."""
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("a model needs texts of at least two labels")
    plain = [features.normalise(text) for text in texts]
    whole, whole_idf, first = _matrix(plain, features.whole, RARE["whole"])
    head, head_idf, second = _matrix(plain, features.head, RARE["head"])
    target = np.array(labels)
    weights, bias = np.zeros((first.shape[1] + second.shape[1], len(names)), np.float32), []
    for number, name in enumerate(names):
        mine = target == name
        scale = np.concatenate([_ratio(first, mine), _ratio(second, mine) * HEAD_WEIGHT])
        scaled = hstack([first, second]).tocsr().multiply(scale).tocsr()
        machine = LinearSVC(C=COST, class_weight="balanced", random_state=0).fit(scaled, mine)
        weights[:, number] = machine.coef_[0] * scale
        bias.append(float(machine.intercept_[0]))
    cut = first.shape[1]
    return LinearModel(
        names, _pruned(whole, whole_idf, weights[:cut]), Block(head, head_idf, weights[cut:]),
        np.array(bias, np.float32),
    )  # fmt: skip


def with_threshold(
    model: LinearModel, margins: Sequence[float], right: Sequence[bool]
) -> LinearModel:
    """The model with the smallest margin above which enough of unseen texts were right."""
    return replace(model, threshold=threshold(margins, right))


def threshold(margins: Sequence[float], right: Sequence[bool], *, wanted: float = CORRECT) -> float:
    """From which margin on `wanted` of the proposals were right; infinite where none is enough."""
    order = np.argsort(-np.asarray(margins))
    share = np.cumsum(np.asarray(right)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= wanted)
    return float(np.asarray(margins)[order][enough[-1]]) if len(enough) else float("inf")


def _matrix(
    texts: Sequence[str], grams: Callable[[str], Counter[str]], rare: int
) -> tuple[dict[str, int], Array, Any]:
    """Vocabulary, inverse document frequencies, and the TF-IDF matrix (rows of length one)."""
    counted = [grams(text) for text in texts]
    often: Counter[str] = Counter()
    for counts in counted:
        often.update(counts.keys())
    known = [gram for gram, number in often.items() if number >= rare]
    vocabulary = {gram: place for place, gram in enumerate(known)}
    places, values, ends = [], [], [0]
    for counts in counted:
        for gram, number in counts.items():
            if (place := vocabulary.get(gram)) is not None:
                places.append(place)
                values.append(number)
        ends.append(len(places))
    shape = (len(texts), len(known))
    matrix = csr_matrix((np.array(values, np.float32), places, ends), shape=shape)
    held = np.array([often[gram] for gram in known], np.float32)
    idf = (np.log((1 + len(texts)) / (1 + held)) + 1).astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scaled = diags(1 / np.maximum(length, 1e-9)) @ matrix
    return vocabulary, idf, scaled.tocsr().astype(np.float32)


def _ratio(matrix: Any, mine: Any) -> Array:
    """The naive Bayes log-count ratio of each feature for one label against the others."""
    seen = matrix > 0
    ours = np.asarray(seen[mine].sum(axis=0)).ravel() + 1.0
    theirs = np.asarray(seen[~mine].sum(axis=0)).ravel() + 1.0
    return np.log((ours / ours.sum()) / (theirs / theirs.sum())).astype(np.float32)


def _pruned(vocabulary: dict[str, int], idf: Array, weights: Array) -> Block:
    """The features that weigh most; the others cost memory and decide nothing."""
    if len(vocabulary) <= KEPT:
        return Block(vocabulary, idf, weights)
    heavy = np.sort(np.argsort(-np.abs(weights).max(axis=1) * idf)[:KEPT])
    grams = list(vocabulary)
    return Block({grams[i]: n for n, i in enumerate(heavy)}, idf[heavy], weights[heavy])
