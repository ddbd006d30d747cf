"""`yizhan due START AMOUNT UNIT`: a deadline and the sentence that explains it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from yizhan.config.cli import session
from yizhan.core.worktime import CHINA, Calendar, Pause, Unit, due, explain, is_provisional


def moment(text: str) -> datetime:
    """A local date or moment: 2026-02-10, 2026-02-10T09:30, or one with its own offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}”不是日期。请写成 2026-02-10 或 2026-02-10T09:30。"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def interval(text: str) -> Pause:
    """A pause A/B, or A/ when it still lasts."""
    begin, slash, end = text.partition("/")
    if not slash:
        raise argparse.ArgumentTypeError(
            f"“{text}”不是一段时间。请写成 开始/结束，例如 2026-02-12/2026-02-20；"
            "还没有结束的写 2026-02-12/"
        )
    pause = (moment(begin), moment(end) if end else None)
    if pause[1] is not None and pause[1] < pause[0]:
        raise argparse.ArgumentTypeError(f"“{text}”的结束早于开始。")
    return pause


def arguments(parser: argparse.ArgumentParser) -> None:
    """START AMOUNT UNIT [--pause A/B]…"""
    parser.add_argument("start", type=moment, help="起算时间，例如 2026-02-10（当日不计）")
    parser.add_argument("amount", type=int, help="期限")
    parser.add_argument("unit", choices=[unit.value for unit in Unit], help="期限的单位")
    parser.add_argument(
        "--pause", type=interval, action="append", default=[], metavar="A/B",
        help="不计入期限的时间，可以写多次",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print date, sentence and, as the last line, JSON."""
    with session.database():
        calendar = published_calendar()
    unit = Unit(args.unit)
    try:
        end = due(args.start, args.amount, unit, calendar, args.pause)
    except ValueError:
        print("期限必须是 0 到 3660 天之间的整数。", file=sys.stderr)
        return 2
    sentence = explain(args.start, args.amount, unit, calendar, args.pause)
    provisional = is_provisional(args.start, end, unit, calendar)
    print(f"{end.astimezone(CHINA):%Y-%m-%d %H:%M}" if end else "暂停中，没有截止日")
    print(sentence)
    facts = {
        "start": args.start.isoformat(), "amount": args.amount, "unit": args.unit,
        "due_at": end.astimezone(CHINA).isoformat() if end else None,
        "due_on": f"{end.astimezone(CHINA):%Y-%m-%d}" if end else None,
        "provisional": provisional, "sentence": sentence,
    }  # fmt: skip
    print(json.dumps(facts, ensure_ascii=False))
    return 0


def published_calendar() -> Calendar:
    """The calendar of this county."""
    from django.conf import settings

    from yizhan.domain.office import queries

    return queries.calendar(settings.REGION)
