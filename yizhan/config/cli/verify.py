"""`yizhan verify`: every trail is read again; an edit, a deletion and a cut tail are all found."""

from __future__ import annotations

import argparse
import json
import time

from yizhan.config.cli import session

SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """How much to show."""
    parser.add_argument("--all", action="store_true", help="列出全部问题，不只前 20 个")


def run(args: argparse.Namespace) -> int:
    """0 when every chain is whole, 1 when one is not."""
    with session.database():
        started = time.monotonic()
        subjects, lines, wrong = examine()
        seconds = time.monotonic() - started
    for sentence in wrong if args.all else wrong[:SHOWN]:
        print(sentence)
    print(f"核对了 {subjects} 件、{lines} 行办理记录，发现 {len(wrong)} 处问题。")
    facts = {"subjects": subjects, "lines": lines, "problems": len(wrong), "seconds": seconds}
    print(json.dumps(facts))
    return 1 if wrong else 0


def examine() -> tuple[int, int, list[str]]:
    """Subjects, trail lines, and what is wrong with them."""
    from django.apps import apps

    from yizhan.core.tracked import Tracked, broken

    subjects, lines, wrong = 0, 0, []
    for model in apps.get_models():
        if not issubclass(model, Tracked):
            continue
        for subject in model._default_manager.order_by("pk").iterator(chunk_size=500):
            subjects += 1
            lines += subject.trail_seq
            wrong += [f"{model._meta.label} {subject.pk}: {fault}" for fault in broken(subject)]
    return subjects, lines, wrong
