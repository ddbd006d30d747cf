"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def tie(sig: int) -> None:
    """Ask the kernel to send this process `sig` when its parent dies, even by kill -9.

    Linux only; elsewhere children are stopped by the orderly way only. The parent is the *thread*
    that forked, so children are started from the main thread.
    """
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)


def die_with_parent() -> None:
    """Called by the web worker, a grandchild of the supervisor, when a supervisor is there.

    A parent that died while this process was being loaded sends no signal any more: whoever is
    not the supervisor's grandchild now has been orphaned, and ends.
    """
    supervisor = os.environ.get("YIZHAN_SUPERVISED")
    if supervisor is None:
        return
    tie(signal.SIGKILL)
    if sys.platform == "linux" and parent_of(os.getppid()) != int(supervisor):
        os._exit(1)


def parent_of(pid: int) -> int:
    """The parent of a process; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def spawn(
    command: list[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    tied: int = signal.SIGKILL,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group (a Ctrl-C on the terminal reaches only us).

    `before` runs in the child before it becomes the program; `log` collects what it prints;
    `tied` is what it gets when we die. A worker whose database dies at the same moment would wait
    for it forever after a polite SIGTERM, hence kill.
    """

    parent = os.getpid()

    def prepare() -> None:
        os.setpgid(0, 0)
        if before is not None:
            before()
        tie(tied)
        if os.getppid() != parent:  # it died in between and will send nothing
            os._exit(1)

    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(  # noqa: PLW1509 - nothing is threaded here
            [str(part) for part in command],
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            preexec_fn=prepare,
        )
    finally:
        if output:
            output.close()


def stop(child: subprocess.Popen[bytes] | None, sig: int, patience: float) -> bool:
    """Send `sig`, wait `patience` seconds, then kill the group. True when it went by itself."""
    if child is None or child.poll() is not None:
        return True
    child.send_signal(sig)
    try:
        child.wait(patience)
        return True
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(5)
        return False
