"""The foreign SMS platform, started once a session, and a messages factory."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from yizhan.domain.notices import actions
from yizhan.domain.notices.models import Notice

SERVICE = Path(__file__).parents[2] / "services" / "fake_sms.py"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PHONE = "13800001234"
SECRET = "between-the-county-and-the-platform"  # noqa: S105


@dataclass
class Platform:
    """A handle on the foreign process."""

    url: str

    def switch(self, mode: str) -> None:
        """From now on behave like this; `ok` also forgets what was sent."""
        urllib.request.urlopen(self.url + "/switch", mode.encode(), timeout=5).close()

    def seen(self) -> dict[str, Any]:
        """What reached phones, and how often it was asked since the last switch."""
        with urllib.request.urlopen(self.url + "/sent", timeout=5) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def _platform() -> Iterator[Platform]:
    child = subprocess.Popen(
        [sys.executable, str(SERVICE), SECRET], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    yield Platform(f"http://127.0.0.1:{int(child.stdout.readline())}")
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.fixture
def platform(_platform: Platform, settings: Settings) -> Platform:
    """The platform in good order, and our settings pointing at it."""
    _platform.switch("ok")
    settings.SMS_ADAPTER = "yizhan.domain.notices.adapters.http.Gateway"
    settings.SMS_URL, settings.SMS_APP = _platform.url, "yizhan-test"
    settings.SMS_SECRET = SECRET
    return _platform


@pytest.fixture
def queue() -> Callable[..., Notice]:
    """Queue a message with as little as possible said."""

    def write(key: str = "k1", **facts: Any) -> Notice:
        facts = {
            "region": "410225", "person": None, "address": PHONE, "template": "received",
            "text": "您的申请已收到。", "subject": "410225-2026-1", "at": NOW, "key": key,
        } | facts  # fmt: skip
        return actions.queue(**facts)

    return write
