"""`yizhan run`: database, web and worker in one foreground process."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from yizhan.config import environment
from yizhan.config.supervisor import stamp
from yizhan.config.supervisor.binaries import Unusable
from yizhan.config.supervisor.postgres import Busy, Cluster
from yizhan.config.supervisor.processes import Child, web_command, worker_command

SITES = (
    ("群众和企业", "/"),
    ("工作人员", "/work/"),
    ("自助终端", "/kiosk/"),
    ("系统接口", "/api/"),
)
LOOK = 0.2  # seconds between two looks at the children


class Refusal(Exception):
    """It cannot start; the sentence says why and what to do."""


class Supervisor:
    """Starts everything, watches it, stops it."""

    def __init__(self, var: Path, host: str, port: int, threads: int) -> None:
        self.var, self.host, self.port, self.threads = var, host, port, threads
        self.cluster = Cluster(var) if environment.own_database() else None
        self.children: list[Child] = []
        self.passing: Child | None = None
        self.asked_to_stop = False
        self.preparing = var / "preparing"  # while it is there, the web process says 503
        self._lock: int | None = None

    def run(self) -> int:
        """Until somebody stops it. Returns the exit code."""
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self._on_signal)
        try:
            self._claim()
            self._start()
            self._watch()
        except (Refusal, Unusable, Busy) as refusal:
            if not self.asked_to_stop:
                print(f"不能启动：{refusal}", file=sys.stderr, flush=True)
                return 1
        finally:
            self._stop()
        return 0

    def _on_signal(self, sig: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _claim(self) -> None:
        """One `yizhan run` for one folder; the lock goes with its holder, even by kill -9."""
        environment.private_folder(self.var)
        handle = os.open(self.var / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode() or "?"
            os.close(handle)
            raise Refusal(
                f"另一个 yizhan run（进程 {holder}）正在使用 {self.var}。请先停掉它，"
                "或者用 YIZHAN_VAR 另选一个文件夹、用 PORT 另选一个端口。"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._lock = handle
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, self.port))
            except OSError as error:
                raise Refusal(
                    f"端口 {self.port} 不能用（{error.strerror}）。换一个端口：PORT=8001 make run"
                ) from None

    def _start(self) -> None:
        environment.load_secrets(self.var, create=True)
        self.preparing.unlink(missing_ok=True)
        os.environ.setdefault("YIZHAN_DEMO", "1")
        os.environ["YIZHAN_SUPERVISED"] = str(os.getpid())
        fresh = self.cluster is not None and stamp.is_fresh(self.var)
        if self.cluster is not None:
            os.environ["DATABASE_URL"] = self.cluster.url
        # They begin at once: one needs no database, the other waits for it when it is loaded.
        jobs = [] if fresh else [self._job("data"), self._job("static")]
        if self.cluster is not None:
            self.cluster.start()
        if jobs:
            self._prepare(*jobs)
        self._serve("web")
        self._serve("worker")
        if self._wait_for_page():
            self._greet()
            self._populate()

    def _serve(self, name: str) -> None:
        if any(child.name == name for child in self.children):
            return
        web = web_command(self.host, self.port, self.threads)
        command = web if name == "web" else worker_command()
        more = {"YIZHAN_PROCESS": name}
        if self.preparing.exists():
            more["YIZHAN_PREPARING"] = str(self.preparing)
        child = Child(name, command, os.environ | more)
        self.children.append(child)
        child.start()

    def _job(self, part: str) -> Child:
        """A part of the preparation, in a process whose memory goes again."""
        command = [sys.executable, "-m", "yizhan.config.cli", "prepare", "--only", part]
        job = Child(part, command, os.environ)
        job.start()
        return job

    def _prepare(self, data: Child, static: Child) -> None:
        """Migrate and seed, and wait until that and the static files are done.

        Where there was no data before, the web process warms up meanwhile: the first page sooner.
        """
        stamp.remove(self.var)
        self.preparing.touch()
        jobs = (data, static)
        while any(job.process and job.process.poll() is None for job in jobs):
            if self.asked_to_stop:
                for job in jobs:
                    job.stop(5)
                raise Refusal("已停止。")
            if self.cluster and self.cluster.is_new and static.is_done():
                self._serve("web")
            time.sleep(0.05)
        if not all(job.is_done() for job in jobs):
            raise Refusal("准备数据库时出错，原因见上面的输出。")
        stamp.write(self.var)
        self.preparing.unlink()

    def _populate(self) -> None:
        """The demo's cases take seconds: they are made while the first page is read, once."""
        if os.environ["YIZHAN_DEMO"] == "1" and not environment.populated(self.var).exists():
            self.passing = self._job("cases")

    def _wait_for_page(self) -> bool:
        deadline = time.monotonic() + 60
        while not self.asked_to_stop:
            if answers(self.host, self.port):
                return True
            for child in self.children:
                self._say(child.tend())
            if time.monotonic() > deadline:
                raise Refusal("网页进程一分钟内没有应答，原因见上面的输出。")
            time.sleep(0.05)
        return False

    def _greet(self) -> None:
        """Addresses first, the portal's before all, then the demo accounts."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104
        base = f"http://{host}:{self.port}"
        lines = [f"{base}{path}  {name}" for name, path in SITES]
        if os.environ["YIZHAN_DEMO"] == "1":
            note = self.var / "demo-accounts.txt"
            lines += ["", note.read_text().rstrip() if note.exists() else "", ""]
            lines.append("演示系统，不是政府网站；人员和证件号码都是虚构的。")
        lines.append("按 Ctrl-C 停止。")
        print("\n".join(lines), flush=True)

    def _watch(self) -> None:
        while not self.asked_to_stop:
            self._tend_database()
            for child in self.children:
                self._say(child.tend())
            time.sleep(LOOK)

    def _tend_database(self) -> None:
        """A crashed server is started again; it recovers everything that was committed."""
        if self.cluster is None or self.cluster.process is None:
            return
        if self.cluster.process.poll() is None:
            return
        self._say("数据库意外退出，正在重新启动。")
        self.cluster.start()
        self._say("数据库已恢复。")

    def _stop(self) -> None:
        if self.passing is not None:
            self.passing.stop(3)
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                if child.process is not None:
                    child.process.send_signal(signal.SIGTERM)
        for child in self.children:
            child.stop(6)
        if self.cluster is not None:
            self.cluster.stop()
        if self._lock is not None:
            os.close(self._lock)

    @staticmethod
    def _say(sentence: str) -> None:
        if sentence:
            print(sentence, file=sys.stderr, flush=True)


def answers(host: str, port: int) -> bool:
    """Whether the web process says that it is well."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    line = http.client.HTTPConnection(near, port, timeout=5)
    try:
        known = os.environ.get("YIZHAN_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
        line.request("GET", "/healthz/", headers={"Host": known.replace("*", "localhost")})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException, subprocess.SubprocessError):
        return False
    finally:
        line.close()
