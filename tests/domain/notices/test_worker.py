"""A real worker process, killed at random: every message reaches its phone, none twice (R4)."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tests.domain.notices.conftest import SECRET, Platform
from yizhan.domain.notices import actions, rules
from yizhan.domain.notices.models import Notice

ROOT = Path(__file__).resolve().parents[3]
Queue = Callable[..., Notice]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def environment(platform: Platform) -> dict[str, str]:
    facts = connection.settings_dict
    host, port = quote(facts["HOST"], safe=""), f"&port={facts['PORT']}" if facts["PORT"] else ""
    login = f"{facts['USER']}:{quote(facts['PASSWORD'])}@".replace(":@", "@")
    return os.environ | {
        "DATABASE_URL": f"postgresql://{login}/{facts['NAME']}?host={host}{port}",
        "DJANGO_SETTINGS_MODULE": "yizhan.config.settings_test",
        "YIZHAN_SMS_ADAPTER": settings.SMS_ADAPTER,
        "YIZHAN_SMS_URL": platform.url,
        "YIZHAN_SMS_APP": "yizhan-test",
        "YIZHAN_SMS_SECRET": SECRET,
    }


def start(platform: Platform) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "yizhan.config.cli", "worker"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(platform), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


@contextlib.contextmanager
def working(platform: Platform) -> Iterator[None]:
    child = start(platform)
    try:
        yield
    finally:
        child.terminate()
        child.wait(20)


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, f"not within {seconds} s"
        time.sleep(0.1)


def test_a_login_code_is_on_the_phone_within_seconds(queue: Queue, platform: Platform) -> None:
    with working(platform):
        queue("warm", at=timezone.now(), urgent=True)
        wait_for(lambda: len(platform.seen()["sent"]) == 1, 30)
        began = time.monotonic()
        queue("code", text="验证码{secret}。", secret="483920", at=timezone.now(), urgent=True)
        wait_for(lambda: len(platform.seen()["sent"]) == 2, 5)
        assert time.monotonic() - began < 5
        assert platform.seen()["sent"][1]["text"] == "验证码483920。"
        wait_for(lambda: Notice.objects.filter(state="sent").count() == 2, 5)


def test_kill_9_of_the_worker_loses_and_doubles_no_message(
    queue: Queue, platform: Platform
) -> None:
    count, chance = 150, random.Random(20261125)
    with transaction.atomic():
        for n in range(count):
            queue(f"k{n}", text=f"第{n}条。", at=timezone.now())
    for _ in range(4):
        actions._wake_sender()
        child = start(platform)
        before = len(platform.seen()["sent"])
        wait_for(lambda n=before: len(platform.seen()["sent"]) > n + 5, 30)
        time.sleep(chance.uniform(0, 0.2))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        with connection.cursor() as cursor:  # what the rescue does a minute later
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'aborted' WHERE status = 'doing'"
            )
    after_lease = timezone.now() + timedelta(seconds=rules.LEASE)
    actions.send_due(at=after_lease, limit=count)
    assert Notice.objects.filter(state="sent").count() == count
    arrived = Counter(sent["text"] for sent in platform.seen()["sent"])
    assert arrived == Counter({f"第{n}条。": 1 for n in range(count)})
