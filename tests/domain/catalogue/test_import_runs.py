"""An import as others see it: two persons, progress, time, memory."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from tests import people as cast
from tests.domain.catalogue.sheets import (
    HEADER,
    counts,
    excel,
    load,
    nothing_written,
    rows,
    saved,
    sheet,
)
from tests.factories.catalogue import AT, REGION, place, published
from yizhan.core.flow import Refused
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.models import ImportRun, Item


@pytest.mark.django_db
def test_an_upload_is_checked_then_confirmed_by_another_person() -> None:
    place()
    run = actions.request_import(sheet(*rows()), "事项.csv", region=REGION, by=cast.zhou(), at=AT)
    with pytest.raises(Refused, match="只有检查通过"):
        actions.confirm_import(run.pk, by=cast.wu(), at=AT)
    checked = actions.run_import(run.pk, at=AT)
    assert counts(checked) == ("checked", 3, 3, 0, 0)
    assert nothing_written()
    with pytest.raises(Refused, match="没有这个职能"):
        actions.confirm_import(run.pk, by=cast.zhou(), at=AT)
    confirmed = actions.confirm_import(run.pk, by=cast.wu(), at=AT)
    with pytest.raises(Refused, match="只有检查通过"):
        actions.confirm_import(run.pk, by=cast.wu(), at=AT)
    assert counts(actions.run_import(confirmed.pk, at=AT)) == ("done", 3, 3, 0, 0)
    actions.run_import(confirmed.pk, at=AT)
    assert Item.objects.count() == 3
    assert ImportRun.objects.filter(content__isnull=False).count() == 0


@pytest.mark.django_db
def test_the_uploader_cannot_confirm_his_own_file() -> None:
    place()
    run = actions.request_import(sheet(*rows()), "a.csv", region=REGION, by=cast.wu(), at=AT)
    actions.run_import(run.pk, at=AT)
    with pytest.raises(Refused, match="不能自己确认"):
        actions.confirm_import(run.pk, by=cast.wu(), at=AT)


@pytest.mark.django_db
def test_other_items_are_left_alone(tmp_path: Path) -> None:
    other = published()
    load(tmp_path, sheet(*rows()))
    other.refresh_from_db()
    assert other.state == "published"


@pytest.mark.django_db(transaction=True)
def test_others_see_the_progress_while_it_runs(tmp_path: Path) -> None:
    place()
    seen: set[tuple[str, int]] = set()
    finished = threading.Event()

    def watch() -> None:
        try:
            while not finished.is_set():
                for state, done in ImportRun.objects.values_list("state", "done"):
                    seen.add((state, done))
                time.sleep(0.002)
        finally:
            connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    told: list[tuple[int, int]] = []
    run = load(
        tmp_path, sheet(*rows(3000)), progress=lambda done, total: told.append((done, total))
    )
    finished.set()
    watcher.join()
    assert run.state == "done"
    assert told[-1] == (3000, 3000)
    assert (500, 3000) in told
    writing = sorted(done for state, done in seen if state == "writing")
    assert len([done for done in writing if 0 < done < 3000]) >= 2


# VmHWM, not ru_maxrss: the latter begins with the size of the test process that started this one
SCRIPT = """
import re, sys, time
from yizhan.config import settings_test
import django
django.setup()
from datetime import UTC, datetime
from yizhan.domain.catalogue import actions
begin = time.perf_counter()
run = actions.import_file(sys.argv[1], region="410225", by=None, at=datetime.now(UTC))
print(run.state, run.created, time.perf_counter() - begin,
      int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_thousand_rows_in_a_minute_and_300_megabytes(tmp_path: Path, kind: str) -> None:
    place()
    header = [*HEADER, "受理条件", "承诺办结时限", "申请材料"]
    lines = [[*row, "符合规定条件的自然人。" * 10, "5个工作日", "身份证；户口簿"]
             for row in rows(10_000)]  # fmt: skip
    file = tmp_path / f"items.{kind}"
    content = sheet(*lines, header=header) if kind == "csv" else saved(excel(*lines, header=header))
    file.write_bytes(content)
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)], capture_output=True, text=True, check=False,
        env=_environment(), timeout=120,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    state, created, seconds, megabytes = answer.stdout.split()
    assert (state, created) == ("done", "10000")
    assert float(seconds) < 60
    assert float(megabytes) < 300
    assert Item.objects.count() == 10_000


def _environment() -> dict[str, str]:
    import os

    facts = connection.settings_dict
    url = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"
    if facts["HOST"] and not facts["HOST"].startswith("/"):
        login = f"{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT'] or 5432}"
        url = f"postgresql://{login}/{facts['NAME']}"
    return os.environ | {
        "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yizhan.config.settings_test",
    }  # fmt: skip
