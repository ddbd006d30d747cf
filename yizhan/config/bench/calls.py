"""The hotline under measurement: intake, the list among a million orders, sign, answer, a year."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from yizhan.config.bench import county as bench
from yizhan.config.bench import fill
from yizhan.config.bench.load import raw
from yizhan.config.bench.operations import HOST, Operation, good
from yizhan.config.demo.hotline import topics
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.actions import Incoming
from yizhan.domain.hotline.models import Assignment, Contact, Order, OrderClock, OrderEntry
from yizhan.domain.people import actions as people
from yizhan.domain.people.models import Account, Post

MINE = 4_000  # copies that each pgbench client may move; those of HTTP lie above 8 x MINE
FULL = 100_000  # copies with clocks, trail and parts; the others only stand in the list
YEAR = 200_000  # orders of a year
TEXT = "胜利社区门口的路灯坏了一个多星期，晚上没法走，老人出门摔过跤，希望尽快派人来修一下。"
KEY = "md5('order' || %(order)s::text || n)::uuid"
CHILD = "md5(pattern.id::text || n)::uuid"
ROW = {
    "id": KEY, "number": "%(prefix)s || n", "query_code": "%(prefix)s || lpad(n::text, 8, '0')",
    "sender_sealed": "NULL", "sender_index": "''",  # sealed to its row
    "received_at": "pattern.received_at - n * interval '157 seconds'",
    "due_at": "pattern.due_at - (n %% 4000) * interval '3 minutes'",
}  # fmt: skip
OF_ORDER = "pattern.id = %(order)s::uuid"
ONLY: list[fill.Change] = [(Order, OF_ORDER, ROW)]
WHOLE: list[fill.Change] = [
    *ONLY,
    *(
        (model, f"pattern.{column} = %(order)s::uuid", {"id": CHILD, column: KEY})
        for model, column in (
            (OrderClock, "subject_id"), (OrderEntry, "subject_id"), (Assignment, "order_id"),
            (Contact, "order_id"),
        )
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Hotline:
    """What the measured requests need."""

    region: str
    seat: str
    unit: str
    to_sign: Order
    handling: Order
    count: int


def prepare(county: bench.County, *, orders: int, at: datetime) -> Hotline:
    """Topics, a seat, two orders in the hands of the unit, and their copies."""
    region, unit = settings.REGION, county.version.item.organisation
    taker, secret = seat(at)
    made = []
    for number in range(2):
        message = actions.intake(
            Incoming(region, "phone", f"bench-{number}", TEXT, at, sender=f"1990000000{number}"),
            by=taker, at=at,
        )  # fmt: skip
        order = actions.accept(message.order.pk, by=taker, at=at)
        made.append(actions.dispatch(order.pk, lead=unit, by=taker, at=at))
    to_sign, handling = made
    actions.sign(handling.pk, by=county.machine, at=at)
    actions.contact(handling.pk, reached=True, note="已问清", by=county.machine, at=at)
    whole = min(FULL, orders)
    for order, prefix in ((to_sign, "BR"), (handling, "BA")):
        facts: dict[str, object] = {"order": str(order.pk), "prefix": prefix}
        fill.copy(WHOLE, facts, first=1, last=whole)
    rest: dict[str, object] = {"order": str(to_sign.pk), "prefix": "BR"}
    fill.copy(ONLY, rest, first=whole + 1, last=max(orders - whole, whole))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) hotline_order")
    return Hotline(region, secret, county.secret, to_sign, handling, whole)


def seat(at: datetime) -> tuple[Account, str]:
    """The county's topics, and a seat of the hotline with its credential."""
    actions.import_topics(topics(), region=settings.REGION, by=None)
    account = _account("bench-seat", at)
    for function in ("hotline_agent", "hotline_dispatcher"):
        Post.objects.create(
            account=account, function=function, scope=settings.REGION, valid_from=at
        )
    _, secret = people.issue_token(
        account.pk, name="测速", valid_to=at + timedelta(days=1), by=None, at=at
    )
    return account, secret


def all_of(hotline: Hotline) -> list[Operation]:
    """Every measured operation of the hotline."""
    return [
        intake(hotline), worklist(hotline),
        step(hotline, hotline.to_sign, "BR", "sign", "签收工单", {}),
        step(hotline, hotline.handling, "BA", "reply", "答复工单", {
            "contacted": True, "solved": False, "unsolved_reason": "需要上级支持，已报告",
            "internal_note": "现场核查", "public_answer": "经现场核查，情况属实，已列入计划。"}),
    ]  # fmt: skip


def intake(hotline: Hotline) -> Operation:
    """Read, classified, deadline set, trail, message and the note to the caller, at once."""

    def body(number: int) -> bytes:
        said = {"text": TEXT, "channel": "wechat", "sender": f"199{number % 10**8:08d}"}
        return json.dumps(said).encode()

    def requests(client: int) -> Iterator[bytes]:
        for number in itertools.count(client * 1_000_000):
            yield raw("POST", "/api/v1/orders/", host=HOST, headers=_headers(hotline.seat, True),
                      body=body(number))  # fmt: skip

    def run(number: int) -> Mapping[Any, str]:
        answer = Client(SERVER_NAME=HOST).post(
            "/api/v1/orders/", body(number), content_type="application/json",
            headers=_headers(hotline.seat),
        )  # fmt: skip
        good(answer, 201)
        return {}

    return Operation("登记诉求（接口）", 250, 0, requests, run)


def worklist(hotline: Hotline) -> Operation:
    """A page of 50 among all orders, for the unit that has them."""
    path = "/api/v1/orders/?tab=to_sign"

    def requests(client: int) -> Iterator[bytes]:
        while True:
            yield raw("GET", path, host=HOST, headers=_headers(hotline.unit, True))

    def run(number: int) -> Mapping[Any, str]:
        good(Client(SERVER_NAME=HOST, headers=_headers(hotline.unit)).get(path), 200)
        return {}

    return Operation("工单一页50条（接口）", 200, 0, requests, run)


def step(
    hotline: Hotline, order: Order, prefix: str, verb: str, name: str, said: dict[str, Any]
) -> Operation:
    """A step of a unit's system, each on another order."""
    first, body = 8 * MINE + 1, json.dumps(said).encode()

    def path(number: int) -> str:
        return f"/api/v1/orders/{prefix}{number}/{verb}/"

    def requests(client: int) -> Iterator[bytes]:
        for number in itertools.count(first + 10 + client, 8):
            if number > hotline.count:
                raise RuntimeError("too few copies for this measurement, give --orders more")
            yield raw("POST", path(number), host=HOST, headers=_headers(hotline.unit, True),
                      body=body)  # fmt: skip

    def run(number: int) -> Mapping[Any, str]:
        answer = Client(SERVER_NAME=HOST).post(
            path(first + number), body, content_type="application/json",
            headers=_headers(hotline.unit),
        )  # fmt: skip
        good(answer, 200)
        return _names(order, prefix, first + number)

    head = ("\\set k :k + 1", f"\\set n :client_id * {MINE} + :k")
    return Operation(name, 500, 0, requests, run, head)


def measure_year(hotline: Hotline, *, at: datetime) -> dict[str, float]:
    """How long the figures and rates of a year with YEAR orders take in this process."""
    end = at + timedelta(days=1)
    start = at - timedelta(seconds=157 * YEAR)
    taken, total = [], 0
    for _ in range(20):
        begin = time.perf_counter()
        total = queries.figures(hotline.region, start, end).total
        queries.rates(hotline.region, start, end)
        taken.append((time.perf_counter() - begin) * 1000)
    return {"orders": total, "p95_ms": sorted(taken)[18]}


def _names(order: Order, prefix: str, number: int) -> dict[Any, str]:
    """What a copy and its clocks are called, as SQL over :n (see ROW)."""
    copy = Order.objects.get(number=f"{prefix}{number}")
    found: dict[Any, str] = {
        copy.pk: f"md5('order' || '{order.pk}' || :n::bigint)::uuid",
        copy.number: f"'{prefix}' || :n::bigint",
    }
    patterns = {clock.name: clock.pk for clock in order.clocks.all()}
    for clock in copy.clocks.all():
        if clock.name in patterns:
            found[clock.pk] = f"md5('{patterns[clock.name]}' || :n::bigint)::uuid"
    return found


def _headers(secret: str, plain: bool = False) -> dict[str, str]:
    found = {"Authorization": f"Bearer {secret}", "Idempotency-Key": uuid.uuid4().hex}
    return found | {"Content-Type": "application/json"} if plain else found


def _account(name: str, at: datetime) -> Account:
    account = Account(
        region=settings.REGION, kind="machine", username=name, display_name="测速坐席",
        created_at=at,
    )  # fmt: skip
    account.set_unusable_password()
    account.save(force_insert=True)
    return account
