"""Fitting the model: support vectors over n-grams weighted by how much each label owns them.

Wang and Manning, "Baselines and Bigrams" (ACL 2012): naive Bayes log-count ratios as the scale of
the features of a linear support vector machine. The ratios are folded into the weights, so that
the fitted model is one plain linear model.
"""

from __future__ import annotations

from array import array
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
PASSES = 5000  # rare labels of short texts need more than the usual thousand
# Features that weigh most are kept, so many that a file stays below 30 MB and a process that uses
# it below 350 MB, however many topics a county tells apart (tests/…/test_size.py).
KEPT = {"whole": 400_000, "head": 100_000}
CELLS = {"whole": 7_000_000, "head": 2_000_000}  # features times labels
LEARNT = 40_000_000  # … while fitting: rarer n-grams go first
# Of what is filled in by itself 97.5 % must be right. A margin that was just enough on the texts it
# was chosen on is a little too small on others, so it is chosen for somewhat more.
CORRECT = 0.978


def fit(texts: Sequence[str], labels: Sequence[str]) -> LinearModel:
    """A model of at least two labels. Raises ValueError where there is nothing to learn."""
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("a model needs texts of at least two labels")
    plain = [features.normalise(text) for text in texts]
    most = LEARNT // len(names)
    whole, whole_idf, first = _matrix(plain, features.whole, RARE["whole"], most)
    head, head_idf, second = _matrix(plain, features.head, RARE["head"], most // 4)
    target = np.array(labels)
    weights, bias = np.zeros((first.shape[1] + second.shape[1], len(names)), np.float32), []
    for number, name in enumerate(names):
        mine = target == name
        scale = np.concatenate([_ratio(first, mine), _ratio(second, mine) * HEAD_WEIGHT])
        scaled = hstack([first, second]).tocsr().multiply(scale).tocsr()
        machine = LinearSVC(C=COST, class_weight="balanced", random_state=0, max_iter=PASSES).fit(
            scaled, mine
        )
        weights[:, number] = machine.coef_[0] * scale
        bias.append(float(machine.intercept_[0]))
    cut = first.shape[1]
    return LinearModel(
        names, _pruned("whole", whole, whole_idf, weights[:cut]),
        _pruned("head", head, head_idf, weights[cut:]), np.array(bias, np.float32),
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
    texts: Sequence[str], grams: Callable[[str], Counter[str]], rare: int, most: int
) -> tuple[dict[str, int], Array, Any]:
    """Vocabulary, inverse document frequencies, and the TF-IDF matrix (rows of length one).

    N-grams are numbered as they come: a counter for each text would be a gigabyte.
    """
    numbers: dict[str, int] = {}
    places, values, ends = array("i"), array("f"), array("q", [0])
    for text in texts:
        for gram, times in grams(text).items():
            places.append(numbers.setdefault(gram, len(numbers)))
            values.append(times)
        ends.append(len(places))
    matrix = csr_matrix(
        (np.frombuffer(values, np.float32), np.frombuffer(places, np.int32), np.array(ends)),
        shape=(len(texts), len(numbers)),
    )
    often = np.bincount(matrix.indices, minlength=len(numbers))
    known = np.flatnonzero(often >= rare)
    if len(known) > most:
        known = np.sort(known[np.argsort(-often[known], kind="stable")[:most]])
    chosen = np.zeros(len(numbers), bool)
    chosen[known] = True
    vocabulary = {gram: 0 for gram, number in numbers.items() if chosen[number]}
    vocabulary = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
    matrix = matrix[:, known].tocsr()
    idf = (np.log((1 + len(texts)) / (1 + often[known])) + 1).astype(np.float32)
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


def _pruned(kind: str, vocabulary: dict[str, int], idf: Array, weights: Array) -> Block:
    """The features that weigh most; the others cost memory and decide nothing."""
    most = min(KEPT[kind], CELLS[kind] // weights.shape[1])
    if len(vocabulary) <= most:
        return Block(vocabulary, idf, weights)
    heavy = np.sort(np.argsort(-np.abs(weights).max(axis=1) * idf)[:most])
    grams = list(vocabulary)
    return Block({grams[i]: n for n, i in enumerate(heavy)}, idf[heavy], weights[heavy])
