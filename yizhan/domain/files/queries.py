"""Reads of files. A case's files are reached through cases.queries.files_visible_to."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from yizhan.domain.files import rules
from yizhan.domain.files.models import StoredFile

log = logging.getLogger(__name__)


def visible_to(account: Any) -> QuerySet[StoredFile]:
    """The files an account put in itself; nothing for an anonymous visitor."""
    if not getattr(account, "is_authenticated", False):
        return StoredFile.objects.none()
    return StoredFile.objects.filter(owner=account)


def path_of(stored: StoredFile) -> Path:
    """Where the bytes of a row lie."""
    return Path(settings.FILES_FOLDER) / rules.relative_path(stored.sha256)


def open_bytes(stored: StoredFile) -> BinaryIO:
    """The bytes, opened for reading. Raises Refused when they are gone or of another size."""
    if not _is_whole(stored):
        log.error("bytes of file %s are missing or of another size", stored.pk)
        raise rules.refusal("bytes_lost")
    return path_of(stored).open("rb")


def is_intact(stored: StoredFile) -> bool:
    """Whether the bytes still have the digest of the row (reads all of them)."""
    if not _is_whole(stored):
        return False
    with path_of(stored).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256


def damaged(*, latest: int = 200) -> list[StoredFile]:
    """Of the latest rows, those whose bytes are gone or of another size; for the health page."""
    rows = StoredFile.objects.order_by("-created_at", "-id")[:latest]
    return [stored for stored in rows if not _is_whole(stored)]


def _is_whole(stored: StoredFile) -> bool:
    try:
        return path_of(stored).stat().st_size == stored.size
    except FileNotFoundError:
        return False
