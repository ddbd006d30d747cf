"""The web process while the first data are being made (then: its own 503 without a database)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.config.running import ROOT, surroundings
from yizhan.config import environment

pytestmark = pytest.mark.house

CODE = """
import os, sys
from yizhan.config import wsgi
said = []
def start(status, headers): said.append(status)
def ask():
    said.clear()
    body = b"".join(wsgi.application({"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz/",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.input": sys.stdin.buffer,
        "wsgi.url_scheme": "http"}, start))
    print(said[0][:3], "准备" in body.decode())
ask(); ask()
os.unlink(os.environ["YIZHAN_PREPARING"])
ask()
open(os.environ["YIZHAN_PREPARING"], "w").close()
ask()
"""


def test_it_asks_for_patience_until_the_data_are_there_and_never_again(tmp_path):
    mark = tmp_path / "preparing"
    mark.touch()
    more = dict.fromkeys(environment.SECRETS, "k" * 50)
    said = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env=surroundings(
            tmp_path, YIZHAN_PREPARING=str(mark), YIZHAN_DEMO="1",
            DATABASE_URL="postgresql://nobody@/none?host=/nonexistent", **more,
        ),
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == ["503 True", "503 True", "503 False", "503 False"]
