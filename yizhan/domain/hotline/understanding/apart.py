"""Fitting and grouping in a process of its own: the library and its memory end with it.

Loads neither Django nor, in the process that asks, scikit-learn.
"""

from __future__ import annotations

import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

Told = tuple[str, str, str, str, str]  # id, title, text, place, topic of a message


def fitted(texts: list[str], labels: list[str]) -> tuple[bytes, dict[str, Any]]:
    """The file of a model of these texts, and its figures. Raises ValueError for too few."""
    with _process() as pool:
        return pool.submit(fit, texts, labels).result()


def grouped(messages: list[Told], fewest: int) -> list[list[str]]:
    """The ids of messages about one matter, the most typical first, the largest group first.

    Raises ValueError for too many at once.
    """
    with _process() as pool:
        return pool.submit(group, messages, fewest).result()


def fit(texts: list[str], labels: list[str]) -> tuple[bytes, dict[str, Any]]:
    """The same in this process."""
    from yizhan.domain.hotline.understanding import evaluation  # noqa: PLC0415 - heavy

    model, figures = evaluation.of_model(texts, labels)
    file = io.BytesIO()
    model.write(file)
    return file.getvalue(), figures


def group(messages: list[Told], fewest: int) -> list[list[str]]:
    """The same in this process."""
    from yizhan.domain.hotline.understanding import clusters  # noqa: PLC0415 - heavy

    found = clusters.find([clusters.Message(*one) for one in messages], fewest=fewest)
    return [list(one.ids) for one in found]


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
