"""`yizhan web`: this process becomes the web server."""

from __future__ import annotations

import argparse
import os

from yizhan.config.supervisor.processes import web_command


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen and how many threads answer."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="监听地址")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT") or 8000), help="端口，默认 8000"
    )
    parser.add_argument("--threads", type=int, default=4, help="每个进程的线程数，默认 4")
    parser.add_argument("--workers", type=int, default=1, help="进程数，默认 1")


def run(args: argparse.Namespace) -> int:
    """Does not return."""
    os.environ.setdefault("YIZHAN_PROCESS", "web")
    command = [str(word) for word in web_command(args.host, args.port, args.threads)]
    command[command.index("--workers") + 1] = str(args.workers)
    os.execv(command[0], command)  # noqa: S606 - no shell is meant
