"""Bytes on the disk, named by their SHA-256: complete and synced, or not there.

`settings.FILES_FOLDER/ab/cd/<digest>`; half-written things live only in `incoming/`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yizhan.core.flow import Refused
from yizhan.domain.files import rules

LOW = 1024 * rules.MB  # free bytes below which somebody must act
CHUNK = 256 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def bench() -> Iterator[Path]:
    """A folder to work in, gone afterwards. A full disk is refused with its sentence."""
    try:
        incoming = Path(settings.FILES_FOLDER) / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=incoming, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno in _FULL:
            raise rules.refusal("full") from error
        raise


def receive(stream: BinaryIO, target: Path, *, limit: int) -> tuple[bytes, bytes]:
    """Copy a stream to `target`, never more than `limit` bytes; its head and tail for recognition.

    Raises Refused when it is empty or too large; a known size is refused before copying.
    """
    announced = getattr(stream, "size", None)
    if announced is not None and announced > limit:
        raise rules.too_large(announced, limit)
    size, head, tail = 0, b"", b""
    with target.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise rules.too_large(None, limit)
            if len(head) < rules.HEAD:
                head = (head + chunk)[: rules.HEAD]
            tail = (tail + chunk)[-rules.TAIL :]
            file.write(chunk)
    if not size:
        raise rules.refusal("empty")
    return head, tail


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(source: Path, sha256: str) -> None:
    """Move finished bytes to their place: synced before they get their name.

    The same bytes may be there already; then they are replaced by themselves.
    """
    target = place(sha256)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(source)
    source.chmod(0o600)
    source.replace(target)
    _sync(target.parent)


def place(sha256: str) -> Path:
    """The path of the bytes with this digest."""
    return Path(settings.FILES_FOLDER) / rules.relative_path(sha256)


def stored() -> Iterator[tuple[str, Path, float]]:
    """Every stored file: digest, path, time of the last change (seconds since 1970)."""
    for path in Path(settings.FILES_FOLDER).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        with contextlib.suppress(FileNotFoundError):
            if len(path.name) == 64:
                yield path.name, path, path.stat().st_mtime


def clear_incoming(*, before: datetime) -> int:
    """Remove what killed processes left half-written before a moment; how many folders."""
    removed = 0
    for folder in (Path(settings.FILES_FOLDER) / "incoming").glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < before.timestamp():
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def check() -> tuple[bool, str]:
    """Whether files can be kept, and the sentence for the health page. Raises nothing."""
    try:
        with bench() as folder:
            (folder / "check").write_bytes(b"x")
            free = shutil.disk_usage(folder).free
    except (OSError, Refused) as error:
        return False, f"存放文件的文件夹写不进去：{error}"
    if free < LOW:
        return False, f"存放文件的磁盘只剩{free // rules.MB} MB，请尽快清理或扩容。"
    return True, f"可以存放文件，还有{free // rules.MB // 1024} GB。"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
