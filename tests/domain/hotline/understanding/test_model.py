"""The topic model: what it proposes, why, when it keeps silent, and what its figures are worth."""

from __future__ import annotations

import csv
import gzip
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.domain.hotline.understanding.texts import messages
from yizhan.domain.hotline.understanding import evaluation, features, training
from yizhan.domain.hotline.understanding.model import LinearModel, read

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "hotline"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the evaluation data is not here")


@pytest.fixture(scope="module")
def fitted() -> tuple[LinearModel, dict[str, float]]:
    """A model of our own texts, with the figures its folds gave."""
    texts, labels = zip(*messages(), strict=True)
    return evaluation.of_model(texts, labels)


def test_a_proposal_names_three_topics_and_the_words_that_decided(fitted):
    model, _ = fitted
    found = model.propose("我们村的暖气不热，家里老人冻得受不了")
    assert found.label == "供暖"
    assert len(found.guesses) == 3
    assert any("暖" in word for word in found.guesses[0].words)
    assert found.guesses[0].score > found.guesses[1].score
    assert found.margin > 0.5


def test_a_text_about_nothing_known_is_left_to_a_person(fitted):
    model, _ = fitted
    for text in ("你好", "", "　", "asdf 1234", "今天天气不错"):
        assert not model.propose(text).confident


def test_the_way_of_writing_does_not_matter(fitted):
    model, _ = fitted
    one, two = "路灯坏了半个月", "路 灯\n坏了　半个月"
    assert np.allclose(model.scores(one), model.scores(two))


def test_fifty_thousand_characters_are_read_in_time_and_change_nothing(fitted):
    model, _ = fitted
    text = "暖气不热，" * 10_000
    assert len(text) == 50_000
    assert model.propose(text).label == "供暖"
    assert len(features.normalise(text)) == features.MOST


def test_what_was_saved_proposes_the_same_and_is_small(fitted, tmp_path):
    model, _ = fitted
    model.write(tmp_path / "model.npz")
    again = read(tmp_path / "model.npz")
    assert again.labels == model.labels
    assert again.threshold == model.threshold
    for text, _ in messages()[::37]:
        assert again.propose(text).label == model.propose(text).label
    assert (tmp_path / "model.npz").stat().st_size < 30_000_000


def test_figures_come_from_texts_the_model_has_not_seen(fitted):
    _, figures = fitted
    assert figures["macro_f1"] > 0.9
    assert figures["autofill_share"] > 0.5
    assert figures["messages"] == len(messages())
    # labels that mean nothing cannot be learnt, and the figures say so
    texts, labels = zip(*messages(), strict=True)
    shuffled = list(labels)
    random.Random(3).shuffle(shuffled)
    _, worthless = evaluation.of_model(texts, shuffled)
    assert worthless["macro_f1"] < 0.35


def test_the_margin_is_the_smallest_that_is_right_often_enough():
    margins = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert training.threshold(margins, [True, True, True, False, False], wanted=0.75) == 0.6
    assert training.threshold(margins, [True, True, True, True, True]) == 0.5
    assert training.threshold(margins, [False] * 5) == float("inf")


def test_one_label_is_nothing_to_learn():
    with pytest.raises(ValueError, match="two labels"):
        training.fit(["一", "二"], ["同", "同"])


def test_one_matter_told_twice_is_never_on_both_sides():
    told = ["阳光小区三号楼的路灯坏了半个月没人修", "阳光小区三号楼路灯坏了半个月，没有人修"]
    other = ["养老保险断缴以后怎么补", "幼儿园收费突然上涨"]
    one, two, three, four = evaluation.groups([*told, *other])
    assert one == two
    assert len({one, three, four}) == 3


def test_macro_f1_equals_the_librarys():
    from sklearn.metrics import f1_score

    chance = random.Random(5)
    truth = [chance.choice("甲乙丙") for _ in range(200)]
    said = [chance.choice("甲乙丙") for _ in range(200)]
    assert evaluation.macro_f1(truth, said) == pytest.approx(f1_score(truth, said, average="macro"))


def test_proposing_needs_no_learning_library():
    """A web process proposes; scikit-learn and its 100 MB are for the worker."""
    code = (
        "import sys, yizhan.domain.hotline.understanding.model;"
        "assert 'sklearn' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@needs_data
@pytest.mark.slow
def test_real_messages_are_told_apart():
    """A third of the labelled messages, each half tested by the other; the command does it all."""
    with gzip.open(DATA / "messages-labelled-segmented.csv.gz", "rt", encoding="utf-8") as lines:
        csv.field_size_limit(10_000_000)
        rows = list(csv.DictReader(lines))[::3]
    texts = [row["text_segmented"] for row in rows]
    labels = [row["label"] for row in rows]
    model = training.fit(texts[::2], labels[::2])
    said = [model.propose(text).label for text in texts[1::2]]
    assert evaluation.macro_f1(labels[1::2], said) > 0.85
