"""`yizhan simulate hotline-day`: a day of calls by the county's own doors, each to its end."""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime

from yizhan.config.cli import session


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which day."""
    asked = parser.add_subparsers(dest="what", required=True)
    day = asked.add_parser(
        "hotline-day", help="演练热线的一天：从来电到办结全部经过接口和页面（写入演示县）"
    )
    day.add_argument("--orders", type=int, default=600, help="来电、来信等总数（默认600）")
    day.add_argument("--seed", type=int, default=1, help="同一个数得到同一天，重复运行不会重复登记")


def run(args: argparse.Namespace) -> int:
    """Play it; what went wrong is printed line by line, JSON last. 1 when anything did."""
    if not 1 <= args.orders <= 20_000:
        print("数量应在1到20000之间。")
        return 2
    with session.database():
        from django.conf import settings

        from yizhan.config.cli import demo
        from yizhan.config.demo import founding
        from yizhan.config.simulate.hotline_day import Rehearsal
        from yizhan.domain.hotline import actions as hotline

        demo.found(datetime.now(UTC))
        county = founding.known()
        if county is None:
            print("这里不是演示县，不做演练。")
            return 2
        begin = time.monotonic()
        day = Rehearsal(county, orders=args.orders, seed=args.seed).play(say=print)
        hotline.cluster_day(region=settings.REGION, at=datetime.now(UTC))
        for line in day.errors[:50]:
            print(line)
        figures = day.as_dict() | {"seconds": round(time.monotonic() - begin, 1)}
        print(
            f"{figures['messages']}条消息成为{figures['orders']}张工单，"
            f"{figures['closed']}张办结，{figures['open']}张未办结，{figures['errors']}处出错。"
        )
        print(json.dumps(figures, ensure_ascii=False))
        return 1 if day.errors or figures["open"] else 0
