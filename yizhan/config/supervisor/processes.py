"""Web and worker, started again when they die."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yizhan.config.supervisor import children

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a dead child is started again
CALM = 10.0  # seconds of life after which the next death is a new story


@dataclass
class Child:
    """One program that should always run."""

    name: str
    command: list[str | Path]
    env: Mapping[str, str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    wait: float = FIRST_WAIT
    started: float = field(default=0.0)
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it now."""
        self.process = children.spawn(self.command, env=self.env, log=self.log)
        self.started = time.monotonic()

    def is_done(self) -> bool:
        """Whether it ended by itself, and well."""
        return self.process is not None and self.process.poll() == 0

    def tend(self) -> str:
        """Restart it when its waiting time is over. Returns what happened, or nothing."""
        now = time.monotonic()
        if self.process is None:
            if now < self.due:
                return ""
            self.start()
            return f"{self.name} 已重新启动。"
        code = self.process.poll()
        if code is None:
            return ""
        self.process = None
        self.wait = FIRST_WAIT if now - self.started > CALM else min(self.wait * 2, LONGEST_WAIT)
        self.due = now + self.wait
        return f"{self.name} 意外退出（{code}），{self.wait:.0f} 秒后重新启动。"

    def stop(self, patience: float) -> None:
        """Ask it to finish, then insist."""
        children.stop(self.process, signal.SIGTERM, patience)
        self.process = None


def web_command(host: str, port: int, threads: int) -> list[str | Path]:
    """One granian worker that speaks WSGI; sync pages are 2-5 times slower under ASGI."""
    return [
        sys.executable, "-m", "granian", "yizhan.config.wsgi:application",
        "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(threads), "--runtime-mode", "st",
        "--respawn-failed-workers", "--respawn-interval", "0.5",
        "--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str | Path]:
    """The job worker."""
    return [sys.executable, "-m", "yizhan.config.cli", "worker"]
