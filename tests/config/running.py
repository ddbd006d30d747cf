"""A real `yizhan run` in a folder of its own, watched from outside."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg

from yizhan.config import environment

ROOT = Path(__file__).resolve().parents[2]
BARE = {"YIZHAN_DEMO": "0", "YIZHAN_HTTPS": "0", "YIZHAN_HOSTS": "localhost,127.0.0.1"}


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def surroundings(var: Path, **more: str) -> dict[str, str]:
    """The environment of a person at a shell, without what the test session set."""
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("YIZHAN_", "PYTEST_"))
    }
    if "YIZHAN_PG_BIN" in os.environ:
        kept["YIZHAN_PG_BIN"] = os.environ["YIZHAN_PG_BIN"]
    return {**kept, "YIZHAN_VAR": str(var), **more}


def until(what: Callable[[], bool], seconds: float, why: str) -> float:
    """Wait until something is true; returns how long it took. Fails with the reason."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if what():
            return time.monotonic() - started
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {why}")


class Running:
    """One `yizhan run`."""

    def __init__(self, var: Path, *, before: tuple[str, ...] = (), **more: str) -> None:
        self.var, self.port = var, free_port()
        command = [*before, sys.executable, "-m", "yizhan.config.cli", "run"]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            cwd=ROOT,
            env=surroundings(var, **(BARE | more)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        """Everything it printed so far."""
        return "\n".join(self.lines)

    def ready(self, seconds: float = 90) -> float:
        """Wait for the greeting; returns the seconds since the start."""
        until(
            lambda: "按 Ctrl-C 停止" in self.said or self.process.poll() is not None,
            seconds,
            f"greeting; it said: {self.said}",
        )
        assert self.process.poll() is None, self.said
        return time.monotonic() - self.started

    def ask(self, path: str = "/healthz/") -> int:
        """The status of a page; 0 when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def family(self) -> list[psutil.Process]:
        """The supervisor's descendants."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def member(self, word: str) -> psutil.Process:
        """The first descendant whose command line contains a word."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                if word in " ".join(process.cmdline()):
                    return process
        raise AssertionError(f"no {word} among {self.family()}")

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to its database."""
        return psycopg.connect(environment.embedded_url(self.var), autocommit=True)

    def stop(self, sig: int = signal.SIGINT, seconds: float = 15) -> int:
        """Ask it to stop, as Ctrl-C does; returns the exit code."""
        self.process.send_signal(sig)
        return self.end(seconds)

    def end(self, seconds: float) -> int:
        """Wait for its end; returns the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(2)
        return code


@contextlib.contextmanager
def running(var: Path, **more: str) -> Iterator[Running]:
    """Ready, and stopped at the end whatever happens."""
    run = Running(var, **more)
    try:
        run.ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()
