"""The largest model that can come about: its file, and the process that uses it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from yizhan.domain.hotline.understanding import apart, training
from yizhan.domain.hotline.understanding.model import read

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
USES = """
import sys, pathlib
import django
django.setup()
import yizhan.domain.hotline.tasks
from yizhan.domain.hotline.understanding import masking, model, nature, proposing
found = model.read(pathlib.Path(sys.argv[1]))
for text in pathlib.Path(sys.argv[2]).read_text().splitlines():
    found.propose(text)
assert "sklearn" not in sys.modules, "the learning library is for training alone"
status = pathlib.Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def told(texts: int, labels: int, length: int) -> tuple[list[str], list[str]]:
    """Texts of words by chance, some common and most rare as in speech; each label has its own."""
    chance = random.Random(11)
    words = ["".join(chance.choices(LETTERS, k=2)) for _ in range(6000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    names = [f"{number:02d}.01" for number in range(labels)]
    found, of = [], []
    for number in range(texts):
        label = number % labels
        mine = words[label * 20 : label * 20 + 20]
        drawn = chance.choices(words, weights, k=length // 2)
        drawn[:4] = chance.sample(mine, 4)
        found.append("".join(drawn))
        of.append(names[label])
    return found, of


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "texts", "length"), [(7, 4200, 900), (140, 4200, 160)])
def test_the_largest_model_fits_file_and_process(tmp_path: Path, labels, texts, length):
    given, names = told(texts, labels, length)
    model = training.fit(given, names)
    most = min(training.KEPT["whole"], training.CELLS["whole"] // labels)
    assert len(model.whole.vocabulary) == most, "the texts do not fill the model"
    file, lines = tmp_path / "model.npz", tmp_path / "texts"
    with file.open("wb") as out:
        model.write(out)
    assert file.stat().st_size < 30_000_000
    lines.write_text("\n".join(given[:200]))
    run = subprocess.run(
        [sys.executable, "-c", USES, str(file), str(lines)], check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    assert int(run.stdout) < 350_000  # kB
    assert read(file).propose(given[5]).label == names[5]


def test_training_apart_gives_the_same_as_training_here():
    texts, labels = told(200, 4, 60)
    content, figures = apart.fitted(texts, labels)
    again, same = apart.fit(texts, labels)
    assert figures == same
    assert content == again
