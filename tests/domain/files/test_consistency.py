"""The row and the bytes agree whatever happens in between: rollback, kill, race, full disk."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.domain.files.conftest import NOW, bytes_below
from tests.factories import files as make
from yizhan.core.flow import Refused
from yizhan.domain.files import actions, queries
from yizhan.domain.files.adapters import sandbox, store
from yizhan.domain.files.models import StoredFile

Keep = Callable[..., StoredFile]


def aged(path: Path, hours: int) -> None:
    moment = NOW.timestamp() - hours * 3600
    os.utime(path, (moment, moment))


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_row_leaves_bytes_that_the_sweep_removes(keep: Keep, folder: Path) -> None:
    kept = keep(make.picture(size=(30, 30)))
    with transaction.atomic():
        lost = keep(make.picture(size=(40, 40)))
        transaction.set_rollback(True)
    assert StoredFile.objects.get() == kept
    assert {p.name for p in bytes_below(folder)} == {kept.sha256, lost.sha256}

    aged(store.place(kept.sha256), 30)
    aged(store.place(lost.sha256), 23)
    assert actions.sweep_orphans(at=NOW) == 0, "younger than a day: its row may still come"
    aged(store.place(lost.sha256), 25)
    assert actions.sweep_orphans(at=NOW) == 1
    assert [p.name for p in bytes_below(folder)] == [kept.sha256]
    assert queries.is_intact(kept)
    assert actions.sweep_orphans(at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_the_sweep_waits_for_an_upload_of_the_same_bytes(keep: Keep) -> None:
    """An old orphan is sent again: its bytes are ours from the lock to the commit."""
    stored = keep(make.picture())
    path = store.place(stored.sha256)
    stored.delete()
    aged(path, 48)
    removed: list[int] = []

    def sweep() -> None:
        removed.append(actions.sweep_orphans(at=NOW))
        connection.close()

    with transaction.atomic():
        again = keep(make.picture())
        aged(path, 48)
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join(20)
    assert removed == [0]
    assert queries.is_intact(again)


@pytest.mark.django_db
def test_two_rows_may_share_bytes(keep: Keep, folder: Path) -> None:
    first, second = keep(make.picture(), "a.jpg"), keep(make.picture(), "b.jpg")
    assert first.sha256 == second.sha256
    assert len(bytes_below(folder)) == 1
    first.delete()
    aged(store.place(second.sha256), 48)
    assert actions.sweep_orphans(at=NOW) == 0
    assert queries.is_intact(second)


@pytest.mark.django_db
def test_the_sweep_clears_what_a_killed_process_left(folder: Path) -> None:
    left = folder / "incoming" / "half"
    left.mkdir(parents=True)
    (left / "source").write_bytes(b"x")
    aged(left, 23)
    assert actions.sweep_orphans(at=NOW) == 0
    aged(left, 25)
    assert actions.sweep_orphans(at=NOW) == 1
    assert bytes_below(folder) == []


@pytest.mark.django_db
def test_a_full_disk_is_said_and_nothing_is_claimed(
    keep: Keep, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, sha256: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "keep", full)
    with pytest.raises(Refused, match="存储空间不够，文件没有保存"):
        keep(make.picture())
    assert StoredFile.objects.count() == 0
    assert bytes_below(folder) == []


UPLOADER = """
import django, io, sys
django.setup()
from datetime import UTC, datetime
from tests.factories import files as make
from yizhan.domain.files import actions
n = 0
while True:
    n += 1
    stream = io.BytesIO(make.picture(size=(50 + n, 50)))
    stored = actions.store_upload(region="410225", name=f"{n}.jpg", stream=stream, by=None,
                                  at=datetime(2026, 11, 25, tzinfo=UTC))
    print(stored.pk, flush=True)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_kill_9_in_the_middle_of_uploads_loses_nothing_acknowledged(folder: Path) -> None:
    """R8: for every acknowledged upload row and bytes agree; every row has its bytes."""
    names = connection.settings_dict
    settings = (
        "from yizhan.config.settings_test import *\n"
        f"DATABASES['default']['NAME'] = {names['NAME']!r}\nFILES_FOLDER = {str(folder)!r}\n"
    )
    folder.mkdir(parents=True)
    (folder.parent / "killed_settings.py").write_text(settings)
    path = f"{folder.parent}:{sandbox.ROOT}"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "killed_settings", "PYTHONPATH": path}
    acknowledged: list[str] = []
    for round_ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", UPLOADER], env=env, cwd=sandbox.ROOT,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        acknowledged += [child.stdout.readline().strip() for _ in range(5)]
        time.sleep(0.03 * (round_ + 1))
        os.kill(child.pid, signal.SIGKILL)
        acknowledged += child.stdout.read().split()
        child.wait()
    rows = {str(stored.pk): stored for stored in StoredFile.objects.all()}
    assert len(acknowledged) >= 15
    assert set(acknowledged) <= set(rows)
    assert all(queries.is_intact(stored) for stored in rows.values())
    later = NOW + timedelta(days=3650)
    actions.sweep_orphans(at=later)
    assert {p.name for p in bytes_below(folder)} == {stored.sha256 for stored in rows.values()}


@pytest.mark.django_db
def test_the_bytes_are_there_before_the_row(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    save = StoredFile.save

    def watched(self: StoredFile, **options: bool) -> None:
        seen.append(store.place(self.sha256).stat().st_size == self.size)
        save(self, **options)

    monkeypatch.setattr(StoredFile, "save", watched)
    keep(make.picture())
    assert seen == [True]


@pytest.mark.django_db
def test_an_unexpected_defect_is_not_swallowed(
    keep: Keep, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a full disk has a sentence; anything else must be seen by whoever runs the house."""

    def broken(source: Path, sha256: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(store, "keep", broken)
    with pytest.raises(OSError, match="Input/output"):
        keep(make.picture())
    assert bytes_below(folder) == []


def test_receiving_reads_a_stream_once_and_keeps_head_and_tail(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    head, tail = store.receive(io.BytesIO(content), tmp_path / "x", limit=len(content))
    assert (head, tail) == (content[:4096], content[-65_557:])
    assert (tmp_path / "x").read_bytes() == content
    with pytest.raises(Refused, match="超过"):
        store.receive(io.BytesIO(content + b"x"), tmp_path / "x", limit=len(content))
