"""One run: a fresh database, the county, the volume, the web server, every operation twice."""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import subprocess  # noqa: S404 - the web server is a child of ours
import sys
import sysconfig
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from yizhan.config.bench import calls, county, fill, load, operations, report, samesql
from yizhan.config.bench import items as catalogue
from yizhan.config.supervisor.binaries import choose
from yizhan.config.supervisor.processes import web_command
from yizhan.domain.cases.actions import submit
from yizhan.domain.people.models import Person

TICKS = os.sysconf("SC_CLK_TCK")


def measure(
    url: str,
    *,
    cases: int,
    items: int,
    orders: int,
    seconds: float,
    clients: int,
    workers: int,
) -> tuple[list[report.Line], dict[str, Any]]:
    """The lines of the report and what was measured on. Django is set up, the database migrated."""
    at = datetime.now(UTC)
    made = county.make(at)
    person = Person.objects.order_by("id")[0]
    case = submit(county.submission(made, person, "bench-pattern-0", at), by=made.machine, at=at)
    print(f"装入 {cases} 个办件 …", file=sys.stderr)
    fill.copies(case.pk, case.affair_id, cases)
    catalogue.fill(items, organisations=[case.organisation], at=at)
    search = catalogue.measure(region=case.region)
    print(f"装入 {orders} 张工单 …", file=sys.stderr)
    hotline = calls.prepare(made, orders=orders, at=at)
    year = calls.measure_year(hotline, at=at)
    lines = []
    with _web(workers) as (address, pids):
        for one in [*operations.all_of(made, case, cases), *calls.all_of(hotline)]:
            script, count = samesql.script(one.run, head=one.head)
            connection.close()
            before = _cpu(pids())
            figures = load.hammer(address, one.requests, clients=clients, seconds=seconds)
            spent = _cpu(pids()) - before
            rate = samesql.pgbench(
                choose().folder, url, script, clients=clients, seconds=max(2, int(seconds / 2))
            )
            lines.append(_line(one, figures, spent, seconds, count, rate))
            print(f"{one.name}：{figures.per_second:.0f}/秒", file=sys.stderr)
    about = _about(cases, seconds, clients, workers) | {"orders": orders}
    return lines, about | {"search": search, "year": year}


def _line(
    one: Any, figures: load.Figures, spent: float, seconds: float, count: int, rate: float
) -> report.Line:
    answered = figures.per_second * seconds
    return report.Line(
        one.name, figures.per_second, figures.p50_ms, figures.p99_ms, spent / answered * 1000,
        count, rate, figures.per_second / rate, figures.errors, one.target, one.target_ratio,
    )  # fmt: skip


def _about(cases: int, seconds: float, clients: int, workers: int) -> dict[str, Any]:
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "cases": cases, "seconds": seconds, "clients": clients, "web_processes": workers,
        "cores": os.cpu_count(), "python": platform.python_version(),
        "python_optimised": "--enable-optimizations" in flags, "synchronous_commit": "on",
    }  # fmt: skip


@contextlib.contextmanager
def _web(workers: int) -> Iterator[tuple[tuple[str, int], Any]]:
    """The web server of the product on a free port, ready to answer; its process ids."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    command = [str(word) for word in web_command("127.0.0.1", address[1], 4)]
    command[command.index("--workers") + 1] = str(workers)
    child = subprocess.Popen(  # noqa: S603 - our own command
        command, env=os.environ | {"YIZHAN_PROCESS": "web"}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(address, child)
        yield address, lambda: _family(child.pid)
    finally:
        child.terminate()
        child.wait(15)


def _wait(address: tuple[str, int], child: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if child.poll() is not None:
            raise RuntimeError("the web server did not start")
        with contextlib.suppress(OSError), socket.create_connection(address, 1) as asked:
            asked.sendall(load.raw("GET", "/healthz/", host="127.0.0.1"))
            if asked.recv(12).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.1)
    raise RuntimeError("the web server does not answer")


def _family(pid: int) -> list[int]:
    """The process and its children (granian's workers)."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = path.read_text().rsplit(")", 1)[1].split()
            if int(words[1]) == pid:
                found.append(int(path.parent.name))
    return found


def _cpu(pids: list[int]) -> float:
    """CPU seconds that the processes have used."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(words[11]) + int(words[12])
    return total / TICKS
