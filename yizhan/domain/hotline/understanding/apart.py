"""Fitting in a process of its own: the learning library and its memory end with it.

Loads neither Django nor, in the process that asks, scikit-learn.
"""

from __future__ import annotations

import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def fitted(texts: list[str], labels: list[str]) -> tuple[bytes, dict[str, Any]]:
    """The file of a model of these texts, and its figures. Raises ValueError for too few."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(fit, texts, labels).result()


def fit(texts: list[str], labels: list[str]) -> tuple[bytes, dict[str, Any]]:
    """The same in this process."""
    from yizhan.domain.hotline.understanding import evaluation  # noqa: PLC0415 - heavy

    model, figures = evaluation.of_model(texts, labels)
    file = io.BytesIO()
    model.write(file)
    return file.getvalue(), figures
