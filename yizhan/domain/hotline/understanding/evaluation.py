"""How good a model is, honestly: on texts it has not seen, the same matter never on both sides."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from yizhan.domain.hotline.understanding import features, training
from yizhan.domain.hotline.understanding.model import LinearModel

FOLDS = 5
WEAKEST = 10
ROWS = 500  # compared with all others at a time
# Share of a text's character pairs in another one from which the two are the same message: of two
# messages hardly any pair shares 0.3 to 0.6 (segmented copies have lost a third of their letters).
SAME = 0.45


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1; `ms_per_message` in milliseconds on one core, the file in MB.

    `macro_f1`: equal messages are in one fold. `macro_f1_distinct`, and what is filled in: messages
    that tell the same matter in nearly the same words are in one fold too.
    """

    macro_f1: float
    macro_f1_distinct: float
    macro_f1_raw: float
    autofill_share: float
    autofill_correct: float
    ms_per_message: float
    model_mb: float
    messages: int
    raw_messages: int
    left_out: int

    def as_dict(self) -> dict[str, float]:
        """Rounded, for a report."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def evaluate(
    texts: Sequence[str], labels: Sequence[str], raw: Sequence[str], raw_labels: Sequence[str]
) -> Figures:
    """Five folds over the first set; then trained on it and tested on the second.

    Messages of the first set that stand in the second as well are left out of that training. The
    margin above which a topic is filled in is chosen, for each fold, on the other folds' figures.
    Raises ValueError where nothing is left to train on.
    """
    equal, folds = _folds(labels, _equal(texts)), _folds(labels, groups(texts))
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(_held_out, texts, labels, fold) for fold in (*equal, *folds)]
        distinct = ~_repeated(texts, raw)
        known = [(t, n) for t, n, keep in zip(texts, labels, distinct, strict=True) if keep]
        if len({name for _, name in known}) < 2:
            raise ValueError("检验用的留言与训练用的几乎全部相同，没有可以训练的。")
        whole = pool.submit(training.fit, [t for t, _ in known], [n for _, n in known])
        parts = [job.result() for job in jobs]
        model = whole.result()
    names = np.array(sorted(set(labels)))
    loose = names[_joined(len(texts), equal, parts[:FOLDS]).argmax(axis=1)]
    scores = _joined(len(texts), folds, parts[FOLDS:])
    guessed, margins = names[scores.argmax(axis=1)], _margins(scores)
    right = guessed == np.array(labels)
    filled = _filled(folds, margins, right)
    begin = time.perf_counter()
    raw_guessed = [model.propose(text).label for text in raw]
    spent = time.perf_counter() - begin
    return Figures(
        macro_f1(labels, loose), macro_f1(labels, guessed), macro_f1(raw_labels, raw_guessed),
        float(filled.mean()), float(right[filled].mean()) if filled.any() else 0.0,
        spent / len(raw) * 1000, _size(model) / 1e6, len(texts), len(raw), int((~distinct).sum()),
    )  # fmt: skip


def macro_f1(labels: Sequence[str], guessed: Sequence[str]) -> float:
    """The mean over the labels of the harmonic mean of precision and recall."""
    return float(np.mean(list(f1_of_each(labels, guessed).values())))


def f1_of_each(labels: Sequence[str], guessed: Sequence[str]) -> dict[str, float]:
    """The harmonic mean of precision and recall of every label."""
    truth, said = np.asarray(labels), np.asarray(guessed)
    found = {}
    for name in sorted(set(labels)):
        both = int(((truth == name) & (said == name)).sum())
        found[name] = 2 * both / max(1, int((truth == name).sum() + (said == name).sum()))
    return found


def of_model(texts: Sequence[str], labels: Sequence[str]) -> tuple[LinearModel, dict[str, Any]]:
    """A model of these texts with its threshold and figures, by folds: what retraining stores.

    `weakest` are the labels that were found worst: [label, F1, messages]. Raises ValueError for
    fewer matters than folds.
    """
    folds = _folds(labels, groups(texts))
    scores = _joined(len(texts), folds, [_held_out(texts, labels, fold) for fold in folds])
    names = np.array(sorted(set(labels)))
    guessed, margins = names[scores.argmax(axis=1)], _margins(scores)
    right = guessed == np.array(labels)
    filled = _filled(folds, margins, right)
    each = f1_of_each(labels, guessed)
    weakest = sorted(each, key=lambda name: (each[name], name))[:WEAKEST]
    figures: dict[str, Any] = {
        "macro_f1": round(macro_f1(labels, guessed), 4), "messages": len(texts),
        "labels": len(names), "autofill_share": round(float(filled.mean()), 4),
        "autofill_correct": round(float(right[filled].mean()), 4) if filled.any() else 0.0,
        "first_three": round(_within_three(names, scores, labels), 4),
        "weakest": [[name, round(each[name], 3), labels.count(name)] for name in weakest],
    }  # fmt: skip
    model = training.fit(texts, labels)
    return training.with_threshold(model, margins.tolist(), right.tolist()), figures


def _within_three(names: Any, scores: Any, labels: Sequence[str]) -> float:
    best = names[np.argsort(-scores, axis=1)[:, :3]]
    return float((best == np.array(labels)[:, None]).any(axis=1).mean())


def _folds(labels: Sequence[str], together: Any) -> list[Any]:
    """Which texts are held out in each fold; a group is never on both sides.

    Raises ValueError for fewer groups than folds.
    """
    if len(set(map(int, together))) < FOLDS:
        raise ValueError(f"至少要有 {FOLDS} 件不同的事的留言，才能检验。")
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    return [held for _, held in splitter.split(np.zeros(len(labels)), list(labels), together)]


def _equal(texts: Sequence[str]) -> list[int]:
    plain = [features.normalise(text) for text in texts]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(plain))}
    return [numbers[text] for text in plain]


def groups(texts: Sequence[str]) -> Any:
    """A number for each text, the same for texts that share most of their character pairs."""
    pairs = _pairs().fit_transform([features.normalise(text) for text in texts])
    size = np.asarray(pairs.sum(axis=1)).ravel()
    first, second = [], []
    for start in range(0, len(texts), ROWS):
        shared = (pairs[start : start + ROWS] @ pairs.T).tocoo()
        longer = np.maximum(size[shared.row + start], size[shared.col])
        same = shared.data >= SAME * np.maximum(longer, 1)
        first.append(shared.row[same] + start)
        second.append(shared.col[same])
    ends = np.concatenate(first), np.concatenate(second)
    graph = csr_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(len(texts), len(texts)))
    return connected_components(graph, directed=False)[1]


def _held_out(texts: Sequence[str], labels: Sequence[str], held: Any) -> Any:
    """Scores of the held out texts; a label that stands in this fold alone cannot be proposed."""
    inside = np.ones(len(texts), bool)
    inside[held] = False
    learnt = [number for number, there in enumerate(inside) if there]
    model = training.fit([texts[i] for i in learnt], [labels[i] for i in learnt])
    names = sorted(set(labels))
    scores = np.full((len(held), len(names)), -np.inf, np.float32)
    scores[:, [names.index(label) for label in model.labels]] = [
        model.scores(texts[i]) for i in held
    ]
    return scores


def _joined(number: int, folds: list[Any], parts: list[Any]) -> Any:
    scores = np.zeros((number, parts[0].shape[1]), np.float32)
    for held, part in zip(folds, parts, strict=True):
        scores[held] = part
    return scores


def _margins(scores: Any) -> Any:
    two = np.sort(scores, axis=1)[:, -2:]
    return two[:, 1] - two[:, 0]


def _filled(folds: list[Any], margins: Any, right: Any) -> Any:
    filled = np.zeros(len(margins), bool)
    for held in folds:
        others = np.ones(len(margins), bool)
        others[held] = False
        filled[held] = margins[held] >= training.threshold(margins[others], right[others])
    return filled


def _size(model: LinearModel) -> int:
    """Bytes of the model's file."""
    file = io.BytesIO()
    model.write(file)
    return len(file.getvalue())


def _repeated(texts: Sequence[str], others: Sequence[str]) -> Any:
    """Which texts stand, by most of their character pairs, among the others too."""
    counter = _pairs()
    mine = counter.fit_transform([features.normalise(text) for text in texts])
    theirs = counter.transform([features.normalise(text) for text in others])
    size = np.maximum(1, np.asarray(mine.sum(axis=1)).ravel())
    shared = (mine @ theirs.T).max(axis=1).toarray().ravel()
    return shared / size >= SAME


def _pairs() -> CountVectorizer:
    """Which character pairs a text has."""
    return CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True, dtype=np.float32)
