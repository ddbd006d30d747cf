"""`yizhan worker`: jobs and the clockwork that starts them."""

from __future__ import annotations

import argparse
import os

from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at a time."""
    parser.add_argument("--concurrency", type=int, default=2, help="同时执行的任务数，默认 2")


def run(args: argparse.Namespace) -> int:
    """Until SIGTERM; a job that has begun is finished first."""
    os.environ.setdefault("YIZHAN_PROCESS", "worker")
    session.set_up()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            concurrency=args.concurrency, shutdown_graceful_timeout=5, delete_jobs="never"
        )
    return 0
