"""What the demo county takes: memory at rest and after work, seconds to start."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from tests.config.running import BARE, ROOT, Running, running, surroundings

pytestmark = [pytest.mark.house, pytest.mark.slow, pytest.mark.xdist_group("supervisor")]

MEGABYTE = 1024 * 1024
ALL_IDLE, WEB_WORKED = 450, 160  # megabytes, PSS
# Processor of all processes together until the first page, as a ratio to one process that loads
# Django with every address, measured just before: a busy machine makes both dearer by the same.
# The wall time is printed: 7.5 s (first) and 1.8 s (second) on two idle cores.
FIRST_START, SECOND_START = 10.0, 3.0
LOADED = """
import resource
from yizhan.config.cli import session
session.set_up()
import yizhan.config.urls
from django.urls import get_resolver
get_resolver("yizhan.config.urls").url_patterns
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime)
"""
REQUESTS, CLIENTS = 10_000, 4
PAGES = [
    "/",
    f"/search/?q={quote('契税')}",
    f"/search/?q={quote('营业执照')}",
    "/query/",
    "/login/",
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="yz-foot-"))
    yield place / "var"
    shutil.rmtree(place)


def pss(process: psutil.Process) -> float:
    """Megabytes, shared pages divided among those who share them."""
    return process.memory_full_info().pss / MEGABYTE


def spent(run: Running) -> float:
    """Seconds of processor that the whole family has used, those who are gone included."""
    total = 0.0
    for process in (psutil.Process(run.process.pid), *run.family()):
        used = process.cpu_times()
        total += used.user + used.system + used.children_user + used.children_system
    return total


def one_process(folder: Path) -> float:
    """Seconds of processor that a process needs to load the whole program; the best of three."""
    command = [sys.executable, "-c", LOADED]
    runs = [
        subprocess.run(
            command, cwd=ROOT, env=surroundings(folder, **BARE), capture_output=True, text=True,
            check=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    return min(float(run.stdout) for run in runs)


def web_worker(run: Running) -> psutil.Process:
    """The process that answers requests: the larger of granian's children."""
    return max(run.member("granian").children(), key=lambda child: child.memory_info().rss)


def visit(port: int, number: int, seen: Counter[int]) -> None:
    """A client that keeps its connection and asks for one page after another."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for n in range(number):
        line.request("GET", PAGES[n % len(PAGES)])
        answer = line.getresponse()
        answer.read()
        seen[answer.status] += 1
    line.close()


def test_the_demo_starts_in_seconds_and_stays_small(folder):
    unit = one_process(folder.parent / "unit")
    run = Running(folder, YIZHAN_DEMO="1")
    try:
        waited, first = run.ready(), spent(run)
        idle = sum(pss(process) for process in (psutil.Process(run.process.pid), *run.family()))
        portal = f"http://localhost:{run.port}/"
        assert next(line for line in run.lines if line).startswith(portal)
        assert "演示系统，不是政府网站" in run.said
        assert run.ask("/") == run.ask("/search/?q=%E5%A5%91%E7%A8%8E") == 200
        web = web_worker(run)
        counts = [Counter() for _ in range(CLIENTS)]
        threads = [
            threading.Thread(target=visit, args=(run.port, REQUESTS // CLIENTS, count))
            for count in counts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen = sum(counts, Counter())
        worked = pss(web)
    finally:
        run.stop()
    with running(folder, YIZHAN_DEMO="1") as again:
        waited_again, second = again.ready(), spent(again)
    print(f"idle {idle:.0f} MB, web {worked:.0f} MB after {REQUESTS} requests")
    print(f"one process {unit:.2f} s of processor")
    print(f"first start {waited:.1f} s ({first:.1f} s of processor)")
    print(f"second start {waited_again:.1f} s ({second:.1f} s of processor)")
    assert seen == Counter({200: REQUESTS})
    assert idle < ALL_IDLE
    assert worked < WEB_WORKED
    assert first < FIRST_START * unit
    assert second < SECOND_START * unit
