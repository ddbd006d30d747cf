"""Which topic model proposes, and what it may learn from."""

from __future__ import annotations

import hashlib
import io
import logging
import threading
import time
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from yizhan.domain.hotline.choices import Learns
from yizhan.domain.hotline.models import Order, TextModel

if TYPE_CHECKING:
    from yizhan.domain.hotline.understanding.model import LinearModel

FRESH = 5.0  # seconds a process trusts that no other model was made the active one
MOST = 20_000  # confirmed orders that one training reads, the newest
log = logging.getLogger("yizhan.hotline")
_kept: dict[tuple[str, str], tuple[float, int | None, LinearModel | None]] = {}
_loading = threading.Lock()


def text_models(region: str) -> QuerySet[TextModel]:
    """The models of a county without their files: by what they propose, newest first."""
    return TextModel.objects.filter(region=region).defer("content").order_by("learns", "-version")


def active_model(region: str, learns: str = Learns.TOPIC) -> LinearModel | None:
    """The model that proposes topics or natures; None until one is trained and made active.

    Kept in the process. Another one is read by one thread; the others propose with the old one for
    that long. A file that is not what was stored is refused, and the keywords propose.
    """
    asked = (region, learns)
    known = _kept.get(asked)
    if known is not None and time.monotonic() - known[0] < FRESH:
        return known[2]
    if not _loading.acquire(blocking=known is None):
        return known[2] if known is not None else None
    try:
        known = _kept.get(asked)
        rows = TextModel.objects.filter(region=region, learns=learns, active=True)
        key = rows.values_list("pk", flat=True).first()
        if known is None or known[1] != key:
            known = (0.0, key, _load(key) if key is not None else None)
        _kept[asked] = (time.monotonic(), known[1], known[2])
        return known[2]
    finally:
        _loading.release()


def forget_models() -> None:
    """Look anew at once: after an activation, and between tests."""
    _kept.clear()


def confirmed_texts(
    region: str, learns: str = Learns.TOPIC, *, most: int = MOST
) -> list[tuple[str, str]]:
    """(text without personal data, topic or nature) of the newest orders a person confirmed."""
    column = "topic" if learns == Learns.TOPIC else "nature"
    rows = Order.objects.filter(region=region, confirmed=True).exclude(**{column: ""})
    return list(rows.order_by("-received_at").values_list("masked_text", column)[:most])


def _load(key: int) -> LinearModel | None:
    from yizhan.domain.hotline.understanding import model  # noqa: PLC0415 - numpy, not everywhere

    row = TextModel.objects.get(pk=key)
    try:
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise ValueError("the stored file has changed")
        return model.read(io.BytesIO(row.content))
    except (ValueError, OSError, KeyError) as problem:
        log.error("text model %s cannot be used: %s", key, problem)
        return None
