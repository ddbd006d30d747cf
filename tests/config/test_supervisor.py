"""`yizhan run` from outside: what a person sees who starts, doubles, kills and stops it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.config.running import ROOT, Running, running, surroundings, until
from yizhan.config import environment
from yizhan.config.supervisor import stamp

pytestmark = [pytest.mark.house, pytest.mark.xdist_group("supervisor")]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder that one run has prepared; the later starts are second starts."""
    folder = Path(tempfile.mkdtemp(prefix="yz-run-"))
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def run(var: Path) -> Iterator[Running]:
    """A running county in that folder."""
    with running(var) as started:
        yield started


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_an_empty_folder_becomes_a_county(run, var):
    addresses = [line.split()[0] for line in run.lines if line.startswith("http")]
    base = f"http://localhost:{run.port}"
    assert addresses == [f"{base}/", f"{base}/work/", f"{base}/kiosk/", f"{base}/api/"]
    assert run.ask() == 200
    assert mode(var) == mode(var / "pg") == mode(environment.socket_folder(var)) == 0o700
    assert mode(var / "secret.env") == 0o600
    with run.database() as database:
        for setting, wanted in {
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
            "data_checksums": "on", "listen_addresses": "", "server_encoding": "UTF8",
        }.items():  # fmt: skip
            assert database.execute(f"SHOW {setting}").fetchone() == (wanted,), setting
        assert database.execute(r"SELECT '营' ~ '^\w$'").fetchone() == (True,)
    family = run.family()
    assert run.stop() == 0
    assert gone(family)
    assert "Traceback" not in run.said


def test_the_second_start_prepares_nothing_and_keeps_the_data(run, var):
    with run.database() as database:
        database.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        database.execute("INSERT INTO kept VALUES (1)")
    secrets = (var / "secret.env").read_text()
    run.stop()
    before = (var / "pg" / "yizhan.stamp").stat().st_mtime_ns
    with running(var) as again:
        assert (var / "pg" / "yizhan.stamp").stat().st_mtime_ns == before
        with again.database() as database:
            assert database.execute("SELECT count(*) >= 1 FROM kept").fetchone() == (True,)
    assert (var / "secret.env").read_text() == secrets


def test_a_second_instance_says_who_was_first(run, var):
    second = Running(var)
    assert second.end(20) == 1
    assert f"另一个 yizhan run（进程 {run.process.pid}）正在使用" in second.said
    assert "YIZHAN_VAR" in second.said
    assert run.ask() == 200


def test_a_taken_port_is_named_and_nothing_stays(var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        said = subprocess.run(
            [sys.executable, "-m", "yizhan.config.cli", "run"],
            cwd=ROOT, env=surroundings(var, PORT=taken), capture_output=True, text=True, timeout=30,
        )  # fmt: skip
    assert said.returncode == 1
    assert f"端口 {taken} 不能用" in said.stderr
    assert "PORT=8001 make run" in said.stderr


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGHUP])
def test_it_stops_cleanly_within_seconds(run, sig):
    family = run.family()
    assert run.stop(sig, seconds=8) == 0
    assert gone(family)


def test_kill_9_leaves_nothing_behind_and_the_next_start_works(run, var):
    family = run.family()
    assert len(family) >= 5
    with run.database() as database:
        database.execute("CREATE TABLE IF NOT EXISTS survived (n int)")
        database.execute("INSERT INTO survived VALUES (42)")
    run.process.kill()
    run.end(5)
    until(lambda: gone(family), 40, f"children gone: {family}")
    with running(var) as again, again.database() as database:
        assert (42,) in database.execute("SELECT n FROM survived").fetchall()


@pytest.mark.parametrize("tables", [3, 15, 30])
def test_killed_during_the_very_first_start_it_starts_anew(tmp_path, tables):
    """Django notes a migration after its tables: a kill between the two must not be the end."""
    first = Running(tmp_path / "var")

    def made() -> bool:
        try:
            with first.database() as database:
                row = database.execute(
                    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
                ).fetchone()
                return row is not None and row[0] >= tables
        except psycopg.OperationalError:
            return False

    until(made, 60, f"{tables} tables")
    family = first.family()
    first.process.kill()
    first.end(5)
    until(lambda: gone(family), 40, f"children gone: {family}")
    with running(tmp_path / "var") as again:
        assert again.ask() == 200
        assert "Traceback" not in again.said


def test_a_killed_database_comes_back_with_everything_committed(run):
    with run.database() as database:
        database.execute("CREATE TABLE IF NOT EXISTS committed (n int PRIMARY KEY)")
        database.execute("TRUNCATE committed")
        for n in range(200):
            database.execute("INSERT INTO committed VALUES (%s)", [n])
        postmaster = run.member("pginstall/bin/postgres")
        postmaster.kill()
    until(lambda: "数据库已恢复" in run.said, 25, "database restarted")
    until(lambda: run.ask() == 200, 15, "page answers again")
    with run.database() as database:
        assert database.execute("SELECT count(*) FROM committed").fetchone() == (200,)


@pytest.mark.parametrize(("name", "word"), [("web", "granian"), ("worker", "cli worker")])
def test_a_killed_child_is_started_again(run, name, word):
    victim = run.member(word)
    descendants = victim.children(recursive=True)
    victim.kill()
    until(lambda: f"{name} 已重新启动" in run.said, 10, f"{name} restarted")
    until(lambda: run.ask() == 200, 15, "page answers")
    assert gone(descendants), "the killed server's workers must not stay"
    assert run.member(word).pid != victim.pid


def test_a_killed_page_process_is_replaced(run):
    """The process that answers, not the one that watches it."""
    worker = run.member("granian").children()[0]
    until(lambda: run.ask() == 200, 5, "page answers")
    children = run.member("granian").children()
    worker = max(children, key=lambda process: process.memory_info().rss)
    worker.kill()
    until(lambda: run.ask() == 200, 20, "page answers again")


def test_commands_share_the_running_database(run, var):
    said = subprocess.run(
        [sys.executable, "-m", "yizhan.config.cli", "due", "2026-03-02", "5", "days"],
        cwd=ROOT, env=surroundings(var), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("2026-03-07")
    assert run.ask() == 200


def test_a_deep_folder_gets_a_short_private_socket(tmp_path):
    deep = tmp_path / ("a" * 60) / ("b" * 60) / "var"
    folder = environment.socket_folder(deep)
    assert str(folder).startswith("/tmp/yizhan-")
    try:
        with running(deep) as run:
            assert mode(folder) == 0o700
            assert run.ask() == 200
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reachable_by_others(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


needs_another_user = pytest.mark.skipif(
    os.geteuid() != 0 or not reachable_by_others(ROOT) or not reachable_by_others(Path(sys.prefix)),
    reason="only root can become somebody else, who must be able to enter the checkout",
)


@needs_another_user
@pytest.mark.parametrize("way", ["as nobody", "as root without namespaces"])
def test_it_runs_as_others_do(way):
    folder = Path(tempfile.mkdtemp(prefix="yz-user-"))
    folder.chmod(0o755)
    try:
        if way == "as nobody":
            shutil.chown(folder, "nobody", "nogroup")
            before = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
            run = Running(folder / "var", before=before, HOME=str(folder))
        else:
            run = Running(folder / "var", YIZHAN_PG_SETUID="1")
        run.ready()
        assert run.ask() == 200
        assert run.member("pginstall/bin/postgres").username() == "nobody"
        family = run.family()
        assert run.stop() == 0
        assert gone(family)
    finally:
        shutil.rmtree(folder)


def test_the_stamp_knows_every_change_that_needs_preparing(tmp_path):
    package = tmp_path / "yizhan"
    for name in ("domain/office/migrations/0001_initial.py", "web/ui/static/ui/base.css"):
        path = package / name
        path.parent.mkdir(parents=True)
        path.write_text("first")
    before = stamp.fingerprint(package)
    assert stamp.fingerprint(package) == before
    (package / "web/ui/static/ui/base.css").write_text("second")
    after = stamp.fingerprint(package)
    assert after != before
    (package / "domain/office/migrations/0002_more.py").write_text("")
    assert stamp.fingerprint(package) != after
