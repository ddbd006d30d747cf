"""Run one of our workers in its own confined process: one JSON job in, one JSON answer out.

The web process never loads Pillow, pikepdf or typst, and a bomb kills only the child.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import yizhan

ROOT = Path(yizhan.__file__).resolve().parent.parent
AT_ONCE = 2  # children of one process: each may take its whole memory limit
PATIENCE = 30  # seconds to wait for a free place
_places = threading.BoundedSemaphore(AT_ONCE)


class Overloaded(Exception):  # noqa: N818 - said of us, not of the file
    """No free place within PATIENCE."""


class Died(Exception):  # noqa: N818 - what happened to the child
    """The child ended without an answer: out of memory, out of time, or crashed."""


def run(module: str, job: dict[str, Any], *, seconds: int) -> dict[str, Any]:
    """The answer of `python -m module` to a job. Raises Overloaded or Died (with its last words).

    `seconds` is wall time for the child, loading included.
    """
    if not _places.acquire(timeout=PATIENCE):
        raise Overloaded
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", module],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env={"LANG": "C.UTF-8", "HOME": "/nonexistent"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Died(f"no answer within {seconds} s") from None
    finally:
        _places.release()
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Died(f"exit {done.returncode}: {''.join(words)[:200]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
