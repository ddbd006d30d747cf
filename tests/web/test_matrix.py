"""Every role × every route with its expected answer (tests/data/route_matrix.csv, reviewed).

A route without a row, a row without a route and a differing answer fail. After a wanted change:
    YIZHAN_WRITE_MATRIX=1 python -m pytest tests/web/test_matrix.py -p no:randomly
and then read every changed line: who can open what, and should he?
"""

from __future__ import annotations

import csv
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests import people as cast
from tests.factories import cases, catalogue, files
from tests.factories import people as staff
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import MaterialFile
from yizhan.domain.notices.models import Notice
from yizhan.domain.people.models import Account, Post

FILE = Path(__file__).resolve().parents[1] / "data" / "route_matrix.csv"
NOBODY = uuid.UUID(int=0)
pytestmark = pytest.mark.django_db


def routes(resolver: Any = None, prefix: str = "/") -> Iterator[str]:
    """Every address pattern of the four sites, once."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path


def objects() -> tuple[Any, dict[str, Any]]:
    """Li's case, and one real object for every parameter of an address."""
    case = cases.accepted()
    stored = files.stored_file(owner=cast.wang(), at=cases.AT)
    material = case.materials.order_by("id")[0]
    MaterialFile.objects.create(region=case.region, material=material, file=stored)
    draft = actions.start_draft(
        account=cast.li(), version=case.version, answers=cases.ANSWERS, at=cases.AT
    )
    clerk = cast.wang()
    return case, {
        "<str:number>": case.number, "<number>": case.number,
        "<uuid:document_id>": case.documents.order_by("id")[0].pk, "<uuid:file_id>": stored.pk,
        "<uuid:draft_id>": draft.pk, "<uuid:person_id>": case.person_id,
        "<uuid:account_id>": clerk.pk,
        "<int:post_id>": Post.objects.filter(account=clerk).order_by("id")[0].pk,
        "<uuid:item_id>": case.item_id, "<str:slug>": case.item.slug, "<slug>": case.item.slug,
        "<str:code>": case.organisation.code, "<str:name>": "住房保障", "<str:key>": "form",
        "<uuid:notice_id>": Notice.objects.order_by("id")[0].pk, "<uuid:run_id>": NOBODY,
        "<uuid:merge_id>": NOBODY, "<int:day_id>": 0, "<int:number>": 1, "<int:old>": 1,
        "<int:new>": 1, "<int:place>": 0, "<slug:name>": "materials", "<move>": "accept",
    }  # fmt: skip


def roles(case: Any) -> dict[str, Account | None]:
    """Everybody, on both sides of every door."""
    return {
        "anonymous": None, "owner": cast.li(), "stranger": staff.citizen(),
        "clerk": cast.wang(), "handler": cases.sun(case), "approver": cases.zhao(case),
        "other_unit": staff.handler(catalogue.unit(), username="other"),
        "supervisor": cast.qian(), "editor": cast.zhou(), "publisher": cast.wu(),
        "keeper": cast.zheng(), "system": cast.feng(), "security": cast.he(), "audit": cast.chen(),
    }  # fmt: skip


def address(route: str, made: dict[str, Any]) -> str:
    """The route with its parameters filled in."""
    verb = "suspend" if "catalogue" in route else "terminate"
    for mark, value in (made | {"<slug:verb>": verb}).items():
        route = route.replace(mark, str(value))
    assert "<" not in route, f"give an object for {route} in objects()"
    return route


def answer(client: Client, path: str) -> str:
    """The status of GET, or of an empty POST where GET is not taken; nothing is kept."""
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    for method in (client.get, client.post):
        point = transaction.savepoint()
        found = method(path)
        if getattr(found, "file_to_stream", None) is not None:
            found.file_to_stream.close()  # not found.close(): that ends the test's connection
        transaction.savepoint_rollback(point)
        client.cookies = cookies.copy()  # one of the addresses logs out
        if found.status_code != 405:
            break
    where = found.headers.get("Location", "")
    login = "→login" if found.status_code == 302 and "/login/" in where else ""
    return f"{found.status_code}{login}"


def observed() -> list[dict[str, str]]:
    case, made = objects()
    clients = {
        name: cast.enter(Client(), account) if account else Client()
        for name, account in roles(case).items()
    }
    return [
        {"route": route}
        | {name: answer(client, address(route, made)) for name, client in clients.items()}
        for route in sorted(set(routes()))
    ]


def test_every_role_gets_the_reviewed_answer_on_every_route(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    found = observed()
    if os.environ.get("YIZHAN_WRITE_MATRIX"):
        with FILE.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    with FILE.open(encoding="utf-8") as rows:
        reviewed = {row["route"]: row for row in csv.DictReader(rows)}
    assert sorted(reviewed) == [row["route"] for row in found], "a route without a reviewed row"
    for row in found:
        assert row == reviewed[row["route"]]


def test_nobody_breaks_a_page():
    with FILE.open(encoding="utf-8") as rows:
        broken = [(row["route"], name) for row in csv.DictReader(rows)
                  for name, status in row.items() if status.startswith("5")]  # fmt: skip
    assert broken == []
