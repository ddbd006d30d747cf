"""`yizhan run`."""

from __future__ import annotations

import argparse
import os

from yizhan.config import environment
from yizhan.config.supervisor.run import Supervisor


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="监听地址")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT") or 8000), help="端口，默认 8000"
    )
    parser.add_argument("--threads", type=int, default=4, help="网页进程的线程数，默认 4")


def run(args: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    return Supervisor(environment.var_folder(), args.host, args.port, args.threads).run()
