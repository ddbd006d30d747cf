"""Writes of files: checked, rewritten, synced to the disk, and only then a row."""

from __future__ import annotations

import contextlib
import itertools
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, ProtectedError, QuerySet

from yizhan.core.numbers import uuid7
from yizhan.domain.files import rules
from yizhan.domain.files.adapters import inspector, store
from yizhan.domain.files.choices import FileKind
from yizhan.domain.files.models import StoredFile

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

ORPHAN_AGE = timedelta(hours=24)
BATCH = 500


def store_upload(
    *,
    region: str,
    name: str,
    stream: BinaryIO,
    by: Account | None,
    at: datetime,
    kind: str = FileKind.UPLOAD,
) -> StoredFile:
    """Keep what somebody sent, in its safe form, or refuse it with the sentence to show.

    Pictures become upright JPEG without metadata (no place, no camera); a PDF loses scripts,
    attachments and actions (`note` says so). Anyone may; the owner is `by`. When this returns
    the bytes are on the disk; the row is the caller's transaction. No clock.
    Raises Refused(field="file").
    """
    with store.bench() as folder:
        source, ready = folder / "source", folder / "ready"
        head, tail = store.receive(stream, source, limit=settings.MAX_FILE_BYTES)
        kind_found = rules.recognise(head, tail)
        prepared = inspector.prepare(source, kind_found, ready)
        stored = _row(region, kind, name, prepared.media_type, by, at)
        stored.pages, stored.note = prepared.pages, prepared.note
        return _keep(ready, stored)


def store_generated(
    *, region: str, name: str, content: bytes, media_type: str, by: Account | None, at: datetime
) -> StoredFile:
    """Keep bytes that this house made itself (a rendered document). No clock.

    Not for anything that came from outside: nothing is checked here.
    """
    with store.bench() as folder:
        ready = folder / "ready"
        ready.write_bytes(content)
        return _keep(ready, _row(region, FileKind.GENERATED, name, media_type, by, at))


def combine_to_pdf(
    file_ids: Sequence[uuid.UUID | str], *, name: str, by: Account | None, at: datetime
) -> StoredFile:
    """One PDF from several of the caller's own files, in the given order, a picture a page (A4).

    The parts stay. Raises Refused when a file is not there or not the caller's.
    """
    parts = _own_files(file_ids, by)
    with store.bench() as folder:
        sources = [(store.place(part.sha256), part.media_type) for part in parts]
        ready = folder / "ready"
        prepared = inspector.combine(sources, ready)
        kind = FileKind.SCAN if all(p.kind == FileKind.SCAN for p in parts) else FileKind.UPLOAD
        stored = _row(parts[0].region, kind, name, prepared.media_type, by, at)
        stored.pages = prepared.pages
        stored.note = "；".join(sorted({part.note for part in parts if part.note}))[:200]
        return _keep(ready, stored)


def sweep_orphans(*, at: datetime, older_than: timedelta = ORPHAN_AGE) -> int:
    """Remove bytes without a row and half-written uploads older than a day; how many.

    The transaction that would have written the row was rolled back or killed. Each digest is
    locked against an upload of the same bytes at this very moment.
    """
    before = at - older_than
    removed = store.clear_incoming(before=before)
    old = ((sha, path) for sha, path, changed in store.stored() if changed < before.timestamp())
    while batch := dict(itertools.islice(old, BATCH)):
        known = StoredFile.objects.filter(sha256__in=batch).values_list("sha256", flat=True)
        for sha256 in batch.keys() - set(known):
            removed += _remove_orphan(sha256, batch[sha256])
    return removed


def forget_unused(*, but: Collection[uuid.UUID], before: datetime) -> int:
    """Delete rows of uploads and scans older than `before` that no other row points to; how many.

    `but` are files that are named elsewhere than by a foreign key (drafts): files knows no draft.
    A row that is taken into use meanwhile stays: the database refuses, the next night looks again.
    The bytes are left to `sweep_orphans`: another row may have the same.
    """
    found = StoredFile.objects.filter(
        *(~Exists(pointing) for pointing in _pointing()),
        kind__in=(FileKind.UPLOAD, FileKind.SCAN), created_at__lt=before,
    )  # fmt: skip
    removed = 0
    unused = [pk for pk in found.order_by("id").values_list("pk", flat=True) if pk not in but]
    for start in range(0, len(unused), BATCH):
        part = unused[start : start + BATCH]
        with contextlib.suppress(IntegrityError, ProtectedError), transaction.atomic():
            removed += StoredFile.objects.filter(pk__in=part).delete()[0]
    return removed


def _pointing() -> list[QuerySet[Any]]:
    """For each foreign key to files, whatever room it is in: its rows for the outer file."""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return [
        relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        for relation in relations
        if isinstance(relation, ManyToOneRel)
    ]


def _own_files(file_ids: Sequence[uuid.UUID | str], by: Account | None) -> list[StoredFile]:
    if not file_ids:
        raise rules.refusal("nothing")
    rows = StoredFile.objects.filter(pk__in=file_ids)
    if by is not None:
        rows = rows.filter(owner=by)
    found = {str(row.pk): row for row in rows}
    try:
        return [found[str(file_id)] for file_id in file_ids]
    except KeyError:
        raise rules.refusal("not_yours") from None


def _row(
    region: str, kind: str, name: str, media_type: str, by: Account | None, at: datetime
) -> StoredFile:
    shown = rules.safe_name(name, media_type=media_type)
    return StoredFile(
        id=uuid7(), region=region, kind=kind, name=shown, media_type=media_type, owner=by,
        created_at=at,
    )  # fmt: skip


def _keep(ready: Path, stored: StoredFile) -> StoredFile:
    """Bytes first, then the row, both under the lock of the digest until the commit."""
    stored.sha256, stored.size = store.digest(ready), ready.stat().st_size
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock(stored.sha256)])
        store.keep(ready, stored.sha256)
        stored.save(force_insert=True)
    return stored


def _remove_orphan(sha256: str, path: Path) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock(sha256)])
            free = cursor.fetchone()[0]
        if not free or StoredFile.objects.filter(sha256=sha256).exists():
            return 0
        path.unlink(missing_ok=True)
    return 1


def _lock(sha256: str) -> int:
    """The advisory lock of a digest: its first 63 bits."""
    return int(sha256[:16], 16) >> 1
