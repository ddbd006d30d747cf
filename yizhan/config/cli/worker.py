"""`yizhan worker`: jobs and the clockwork that starts them."""

from __future__ import annotations

import argparse
import os

from yizhan.config.cli import session
from yizhan.config.supervisor.children import die_with_parent


def arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at a time."""
    parser.add_argument("--concurrency", type=int, default=2, help="同时执行的任务数，默认 2")


def run(args: argparse.Namespace) -> int:
    """Until SIGTERM; a job that has begun is finished first."""
    os.environ.setdefault("YIZHAN_PROCESS", "worker")
    die_with_parent()
    session.set_up()
    from django.core.management import call_command

    call_command(
        "procrastinate", "worker", concurrency=args.concurrency, shutdown_graceful_timeout=5,
        delete_jobs="never",
    )  # fmt: skip
    return 0
