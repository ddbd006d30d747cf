"""The measured operations: the request sent, and the same request in process for its SQL."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.test import Client

from yizhan.config.bench import county as bench
from yizhan.config.bench.load import Requests, raw
from yizhan.domain.cases.models import Case

HOST = "127.0.0.1"
MINE = 12_000  # copies that each pgbench client may move; those of HTTP lie above 8 x MINE


@dataclass(frozen=True)
class Operation:
    """One line of the report. `run(n)` does it once in process and tells what it knew."""

    name: str
    target: float
    target_ratio: float
    requests: Requests
    run: Callable[[int], Mapping[Any, str]]
    head: tuple[str, ...] = ()


def all_of(county: bench.County, case: Any, copies: int) -> list[Operation]:
    """Every operation on a county with `copies` copies of a case."""
    queue = "/api/v1/cases/?tab=window"
    return [
        submit(county),
        move(county, case, copies),
        read("待办一页50条（接口）", 250, county, queue),
        read("待办一页50条（网页）", 0, county, "/work/?tab=window", cookie=county.cookie),
        detail(county, case, copies, "办件详情（接口）", 500),
        detail(county, case, copies, "办件详情（网页）", 0, cookie=county.cookie),
        read("搜索事项（网页）", 0, county, f"/search/?q={quote('营业执照')}", cookie=" "),
    ]


def submit(county: bench.County) -> Operation:
    """Validated; affair, case, two clocks, trail, touchpoint, materials and outbox at once."""

    def body(number: int) -> bytes:
        applicant = county.applicants[number % len(county.applicants)]
        return json.dumps({
            "item": "bench", "applicant": applicant, "data": bench.data(), "answers": {}
        }).encode()  # fmt: skip

    def requests(client: int) -> Iterator[bytes]:
        for number in itertools.count(client * 50):
            yield raw("POST", "/api/v1/cases/", host=HOST, headers=_headers(county, True),
                      body=body(number))  # fmt: skip

    def run(number: int) -> Mapping[Any, str]:
        answer = Client(SERVER_NAME=HOST).post(
            "/api/v1/cases/", body(0), content_type="application/json", headers=_headers(county)
        )
        good(answer, 201)
        return {}

    return Operation("提交申请", 500, 0.15, requests, run)


def move(county: bench.County, case: Any, copies: int) -> Operation:
    """A status change with its guard, paper, trail line and message; each on another case."""
    first = 8 * MINE + 1

    def requests(client: int) -> Iterator[bytes]:
        for number in itertools.count(first + 10 + client, 8):
            if number > copies:
                raise RuntimeError("too few copies for this measurement, give --cases more")
            path = f"/api/v1/cases/BC{number}/receive/"
            yield raw("POST", path, host=HOST, headers=_headers(county, True))

    def run(number: int) -> Mapping[Any, str]:
        path = f"/api/v1/cases/BC{first + number}/receive/"
        answer = Client(SERVER_NAME=HOST).post(path, headers=_headers(county))
        good(answer, 200)
        return _names(case, first + number)

    head = ("\\set k :k + 1", f"\\set n :client_id * {MINE} + :k")
    return Operation("状态变更（收件）", 500, 0, requests, run, head)


def detail(
    county: bench.County, case: Any, copies: int, name: str, target: float, cookie: str = ""
) -> Operation:
    """One case with its clocks, sentences and events."""
    start = "/work/cases" if cookie else "/api/v1/cases"

    def requests(client: int) -> Iterator[bytes]:
        for number in itertools.count(client * 97):
            path = f"{start}/BC{number % 5000 + 1}/"
            yield raw("GET", path, host=HOST, headers=_headers(county, cookie=cookie))

    def run(number: int) -> Mapping[Any, str]:
        client = Client(SERVER_NAME=HOST, headers=_headers(county, cookie=cookie))
        good(client.get(f"{start}/BC{number + 1}/"), 200)
        return _names(case, number + 1)

    return Operation(name, target, 0, requests, run, ("\\set n random(1, 5000)",))


def read(name: str, target: float, county: bench.County, path: str, cookie: str = "") -> Operation:
    """A page that is the same for every request."""

    def requests(client: int) -> Iterator[bytes]:
        while True:
            yield raw("GET", path, host=HOST, headers=_headers(county, cookie=cookie))

    def run(number: int) -> Mapping[Any, str]:
        good(Client(SERVER_NAME=HOST, headers=_headers(county, cookie=cookie)).get(path), 200)
        return {}

    return Operation(name, target, 0, requests, run)


def _headers(county: bench.County, plain: bool = False, cookie: str = "") -> dict[str, str]:
    """`plain` adds the content type of a raw request; a cookie replaces the credential."""
    if cookie:
        return {"Cookie": cookie}
    found = {"Authorization": f"Bearer {county.secret}", "Idempotency-Key": uuid.uuid4().hex}
    return found | {"Content-Type": "application/json"} if plain else found


def _names(case: Any, number: int) -> dict[Any, str]:
    """What a copy is called, as SQL over :n (see fill.py)."""
    copy = Case.objects.values("pk", "affair_id").get(number=f"BC{number}")
    return {
        copy["pk"]: f"md5('case' || '{case.pk}' || :n::bigint)::uuid",
        copy["affair_id"]: f"md5('affair' || '{case.affair_id}' || :n::bigint)::uuid",
        f"BC{number}": "'BC' || :n::bigint",
    }


def good(answer: Any, status: int) -> None:
    """Raises RuntimeError with the answer when it is not the expected one."""
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code}: {answer.content[:400].decode()}")
