"""Every route of the four sites, an object for every parameter, and everybody who may come."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from tests import people as cast
from tests.factories import cases, catalogue, files, hot_topics, hotline
from tests.factories import people as staff
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import MaterialFile
from yizhan.domain.hotline import actions as calls
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.adapters.cti import CallEvent
from yizhan.domain.hotline.models import Call, DispatchRule, KnowledgeEntry, Order
from yizhan.domain.notices.models import Notice
from yizhan.domain.people.actions import issue_token
from yizhan.domain.people.models import Account, Post

NOBODY = uuid.UUID(int=0)


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
    clerk, order = cast.wang(), work_order(case, stored)
    warning = order.warnings.get()
    return case, {
        "<order>": order.number, "<uuid:call_id>": missed_call().pk,
        "<uuid:warning_id>": warning.pk, "<topic>": "01", "<str:token>": "not-a-token",
        "<slug:what>": "exclude",
        "<uuid:cluster_id>": hot_topics.voiced([order]).pk,
        "<int:model_id>": hot_topics.trained().pk,
        "<uuid:entry_id>": KnowledgeEntry.objects.get().pk,
        "<uuid:rule_id>": DispatchRule.objects.get().pk, "<str:form>": "json",
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


def missed_call() -> Call:
    """A call from Li's phone that nobody took."""
    for event in ("ring", "hangup"):
        call = calls.record_call(
            CallEvent(event, "c-1", cast.LI_PHONE, "12345", "", cases.AT, ""), region="410225"
        )
    return call


def work_order(case: Any, stored: Any) -> Order:
    """Li's call, with a photo, in the hands of the unit of her case."""
    unit = case.organisation
    topics = [{"code": "01", "name": "城市管理"}]
    calls.import_topics(topics, region=case.region, by=None)
    queries.forget_topics()
    calls.set_rule(region=case.region, topic="01", lead=unit, by=None, at=cases.AT)
    order = hotline.handling(
        unit, person=case.person, sender=cast.LI_PHONE, file_ids=(stored.pk,), topic="01"
    )
    calls.supervise(
        order.pk, cause="other", note="请说明情况", by=hotline.dispatcher(), at=cases.AT
    )
    calls.write_entry(
        organisation=unit, question="路灯坏了找谁修", answer="打12345，二十四小时内修复。",
        valid_until=date(2027, 6, 1), by=hotline.handler(unit), at=cases.AT,
    )  # fmt: skip
    return order


def roles(case: Any) -> dict[str, Account | None]:
    """Everybody, on both sides of every door."""
    return {
        "anonymous": None, "owner": cast.li(), "stranger": staff.citizen(),
        "clerk": cast.wang(), "handler": cases.sun(case), "approver": cases.zhao(case),
        "other_unit": staff.handler(catalogue.unit(), username="other"),
        "supervisor": cast.qian(), "editor": cast.zhou(), "publisher": cast.wu(),
        "agent": hotline.agent(), "dispatcher": hotline.dispatcher(),
        "callback": hotline.caller_back(), "keeper": cast.zheng(),
        "system": cast.feng(), "security": cast.he(), "audit": cast.chen(),
    }  # fmt: skip


def clients(case: Any) -> dict[str, Client]:
    """A client for everybody, and one for each kind of machine."""
    people = {
        name: cast.enter(Client(), account) if account else Client()
        for name, account in roles(case).items()
    }
    return people | {
        "machine": machine("unit-system", "handler", case.organisation),
        "other_machine": machine("other-system", "handler", catalogue.unit()),
    }


def machine(name: str, function: str, unit: Any) -> Client:
    """The client of a department's system with its credential."""
    account = staff.staff(name, name, kind="machine")
    staff.post(account, function, organisation=unit)
    now = timezone.now()
    secret = issue_token(account.pk, name=name, valid_to=now + timedelta(days=1), by=None, at=now)[
        1
    ]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def address(route: str, made: dict[str, Any]) -> str:
    """The route with its parameters filled in."""
    verb = "suspend" if "catalogue" in route else "terminate"
    if "/orders/" in route or "open311" in route:
        verb = "sign"
        for mark in ("<str:number>", "<number>"):
            route = route.replace(mark, str(made["<order>"]))
        route = route.replace("<str:code>", str(made["<topic>"]))
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
