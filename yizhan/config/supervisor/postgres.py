"""The embedded PostgreSQL: made on first use, reached by a private socket only.

Durability is on (fsync, synchronous_commit, checksums): what was acknowledged is not lost.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from yizhan.config import environment
from yizhan.config.supervisor import children
from yizhan.config.supervisor.binaries import Binaries, Identity, Unusable, choose

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements hold personal data
    "log_parameter_max_length_on_error": "0",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "max_logical_replication_workers": "0",
}
# Only for the test suite: its data are worth nothing, and the tests wait for no disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
START_PATIENCE = 15.0  # seconds; a killed postmaster stays a zombie for about one (technology §1)
NO_SUCH_DATABASE = b"3D000"


class Busy(Exception):
    """Another process of ours uses the folder."""


class Cluster:
    """The database that belongs to one `var` folder."""

    def __init__(self, var: Path, *, forgetful: bool = False) -> None:
        self.var = var
        self.data = var / "pg"
        self.socket = environment.socket_folder(var)
        self.url = environment.embedded_url(var)
        self.log = var / "log" / "postgres.log"
        self.settings = SETTINGS | (FORGETFUL if forgetful else {})
        self.process: subprocess.Popen[bytes] | None = None
        self.is_new = False
        self._held: int | None = None

    def state(self) -> str:
        """What it answers: "ready", "empty" (our database is not there yet) or "silent"."""
        return ask(self.socket / environment.SOCKET_FILE)

    def start(self) -> None:
        """Create the cluster if there is none, start it and wait until it answers.

        Raises Busy when another process runs it, Unusable when it cannot run here.
        """
        self._hold()
        for folder in (self.var, self.socket, self.log.parent):
            environment.private_folder(folder)
        identity, programs = Identity(), choose(self._existing_major())
        identity.let_through(self.var)
        self._check_way(identity, programs)
        identity.own(self.socket)
        if not (self.data / "PG_VERSION").exists():
            self._create(identity, programs)
            self.is_new = True
        identity.own(self.data)
        self._launch(identity, programs)
        if self.state() == "empty":
            self._create_database()

    def stop(self, patience: float = 10.0) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is kept."""
        children.stop(self.process, signal.SIGINT, patience)
        self.process = None
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _hold(self) -> None:
        """One starter at a time: a lock that the kernel drops when its holder dies."""
        if self._held is not None:
            return
        environment.private_folder(self.var)
        handle = os.open(self.var / "pg.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Busy(f"{self.data} 的数据库已由另一个进程启动。") from None
        self._held = handle

    def _existing_major(self) -> int | None:
        version = self.data / "PG_VERSION"
        return int(version.read_text()) if version.exists() else None

    def _check_way(self, identity: Identity, programs: Binaries) -> None:
        for folder in (programs.folder, self.data.parent):
            if (closed := identity.closed_folder(folder)) is not None:
                raise Unusable(
                    "PostgreSQL 不能用 root 运行，这里又不允许用户命名空间；改用 nobody 时无法进入 "
                    f"{closed}。请换成普通用户运行，或者把程序和数据放到别人能进入的文件夹。"
                )

    def _create(self, identity: Identity, programs: Binaries) -> None:
        """initdb into a draft folder that gets its name only when it is complete."""
        draft = self.var / "pg.new"
        shutil.rmtree(draft, ignore_errors=True)
        environment.private_folder(draft)
        identity.own(draft)
        # builtin C.UTF-8: the same order on every machine, and pg_trgm sees Chinese letters
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            if programs.major >= 17
            else ["--locale=C.UTF-8", "--data-checksums"]
        )
        command = [programs.folder / "initdb", "-D", draft, "-U", environment.PG_USER]
        command += ["-A", "trust", "-E", "UTF8", "--no-sync", *locale]
        child = children.spawn(command, log=self.log, before=identity.assume)
        if child.wait(120):
            raise Unusable(f"initdb 没有成功，原因见 {self.log}。{self._last_words()}")
        draft.rename(self.data)

    def _launch(self, identity: Identity, programs: Binaries) -> None:
        command: list[str | Path] = [programs.folder / "postgres", "-D", self.data]
        for name, value in {**self.settings, "unix_socket_directories": self.socket}.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + START_PATIENCE
        while True:
            self.process = children.spawn(
                command, log=self.log, tied=signal.SIGINT, before=identity.assume
            )
            while self.process.poll() is None:
                if self.state() != "silent":
                    return
                time.sleep(0.03)
            if time.monotonic() > deadline:
                raise Unusable(f"数据库没有启动成功，原因见 {self.log}。{self._last_words()}")
            time.sleep(0.5)

    def _create_database(self) -> None:
        import psycopg  # noqa: PLC0415 - the idle supervisor stays small

        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{environment.PG_NAME}"')

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "")


def ask(address: Path) -> str:
    """What a server at a socket says to a start-up packet, without a driver: see Cluster.state."""
    words = ["user", environment.PG_USER, "database", environment.PG_NAME, ""]
    body = struct.pack("!i", 196608) + b"".join(word.encode() + b"\0" for word in words)
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(address))
            line.sendall(struct.pack("!i", len(body) + 4) + body)
            with line.makefile("rb") as answers:
                while head := answers.read(5):
                    text = answers.read(struct.unpack("!i", head[1:])[0] - 4)
                    if head[:1] == b"Z":  # ready for a query
                        line.sendall(b"X\0\0\0\4")
                        return "ready"
                    if head[:1] == b"E":
                        return "empty" if NO_SUCH_DATABASE in text else "silent"
    except (OSError, struct.error):
        pass
    return "silent"


def wait_for(var: Path, seconds: float = 60) -> None:
    """Wait until the database of `var` answers, when it is the one that DATABASE_URL names."""
    if os.environ.get("DATABASE_URL") != environment.embedded_url(var):
        return
    deadline = time.monotonic() + seconds
    address = environment.socket_folder(var) / environment.SOCKET_FILE
    while ask(address) != "ready" and time.monotonic() < deadline:
        time.sleep(0.02)


@contextlib.contextmanager
def attached(var: Path, *, forgetful: bool = False) -> Iterator[str]:
    """The URL of the database of `var`: the running one, or one that runs as long as we need it."""
    if not environment.own_database():
        yield os.environ["DATABASE_URL"]
        return
    cluster = Cluster(var, forgetful=forgetful)
    try:
        cluster.start()
    except Busy:
        deadline = time.monotonic() + START_PATIENCE
        while cluster.state() != "ready":
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    try:
        yield cluster.url
    finally:
        cluster.stop()
