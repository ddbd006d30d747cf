"""The small county that is measured: one unit, one item, 400 people, a machine, a clerk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django_otp import DEVICE_ID_SESSION_KEY

from yizhan.core.numbers import id_check, uscc_check
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import actions as catalogue
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.office import actions as office
from yizhan.domain.office.adapters import chinese
from yizhan.domain.office.models import Organisation, Region
from yizhan.domain.people import actions as people
from yizhan.domain.people.choices import AccountKind, Function
from yizhan.domain.people.models import Account, Post
from yizhan.web.ui.sessions import SESSION_COOKIES

PEOPLE = 400
LAW = "《中华人民共和国城市测量法》第十二条"


@dataclass(frozen=True)
class County:
    """What the measured requests need."""

    version: ItemVersion
    machine: Account
    secret: str
    clerk: Account
    cookie: str
    applicants: list[dict[str, str]]


def make(at: datetime) -> County:
    """The county, its accounts and its item, in a database that was just migrated."""
    for year in (at.year - 1, at.year):
        office.import_calendar_year(
            year=year, days=chinese.year_days(year), source=chinese.SOURCE, document="",
            by=None, at=at,
        )  # fmt: skip
    place = Region.objects.create(
        code=f"{settings.REGION}000000", level="county", name="测速县", full_name="测速县"
    )
    body = "114102250099999901"[:17]
    unit = Organisation.objects.create(
        region=settings.REGION, place=place, code="BENCH", uscc=body + uscc_check(body),
        name="测速局", short_name="测速局", phone="0371-26990000", complaint_phone="0371-26990001",
    )  # fmt: skip
    item = catalogue.create_item(
        region=settings.REGION, organisation=unit, task_code=f"{unit.uscc}4000100001000",
        content=content(), by=None, at=at, slug="bench",
    )  # fmt: skip
    catalogue.publish(item.pk, by=None, at=at)
    item = Item.objects.select_related("current").get(pk=item.pk)
    machine = _account("bench-machine", AccountKind.MACHINE, at, unit)
    _, secret = people.issue_token(
        machine.pk, name="测速", valid_to=at + timedelta(days=1), by=None, at=at
    )
    clerk = _account("bench-clerk", AccountKind.STAFF, at, unit)
    item.current.item = item
    return County(item.current, machine, secret, clerk, _session(clerk), _applicants(at))


def content() -> dict[str, Any]:
    """A promised licence with a form of five fields and three materials."""
    field = {"section": "申请", "required": True}
    return {
        "name": "测速事项许可", "task_type": "01", "by_law": LAW, "project_type": "2",
        "review_kind": "staged", "legal_amount": 20, "legal_unit": "workdays",
        "promise_amount": 5, "promise_unit": "workdays", "served": ["1"],
        "person_topics": ["住房保障"], "conditions": "无", "flow_text": "申请、受理、审核、审批。",
        "handle_forms": ["1", "2"], "visits": 0, "online": True, "online_depth": ["1", "2", "4"],
        "address": "大厅", "hours": "工作日", "phone": "0371-26990000",
        "complaint_phone": "0371-26990001",
        "result_type": "10", "result_name": "测速证", "result_sample": "样本", "remedy": "复议",
        "materials": [
            {"key": key, "name": name, "basis": LAW}
            for key, name in (("form", "申请表"), ("id", "居民身份证"), ("photo", "照片"))
        ],
        "steps": [
            {"key": "review", "name": "审核", "order": 1, "function": "handler", "days": 2},
            {"key": "approve", "name": "审批", "order": 2, "function": "approver", "days": 2},
        ],
        "faqs": [{"question": "要到现场吗？", "answer": "不用。"}],
        "fields": [
            field | {"key": "name", "label": "姓名", "kind": "text", "prefill": "person.name",
                     "locked": True},
            field | {"key": "phone", "label": "手机号", "kind": "phone"},
            field | {"key": "area", "label": "面积", "kind": "number", "minimum": 1},
            field | {"key": "date", "label": "日期", "kind": "date"},
            field | {"key": "remark", "label": "说明", "kind": "long", "required": False},
        ],
    }  # fmt: skip


def submission(county: County, applicant: Any, key: str, at: datetime) -> actions.Submission:
    """What the measured request hands in, for a run without HTTP."""
    return actions.Submission(
        version=county.version, answers={}, data=data(), provenance={}, person=applicant,
        legal_person=None, agent=None, materials=[], channel="api", place="", started_at=at,
        physical_trip=False, idempotency_key=key, phone="19900000000",
    )  # fmt: skip


def data() -> dict[str, Any]:
    """The form as filled."""
    return {"phone": "19900000000", "area": 88, "date": "2026-01-05", "remark": "测速" * 20}


def pattern(county: County, person: Any, at: datetime) -> Case:
    """The case that is copied for volume: submitted and received."""
    case = actions.submit(
        submission(county, person, uuid.uuid4().hex, at), by=county.machine, at=at
    )
    return actions.receive(case.pk, by=county.machine, at=at)


def _account(name: str, kind: str, at: datetime, unit: Organisation) -> Account:
    account = Account(
        region=settings.REGION, kind=kind, username=name, display_name="测速", created_at=at
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    for function in (Function.WINDOW_CLERK, Function.HANDLER):
        of_unit = unit if function == Function.HANDLER else None
        Post.objects.create(
            account=account, function=function, scope=settings.REGION, organisation=of_unit,
            valid_from=at,
        )  # fmt: skip
    return account


def _session(clerk: Account) -> str:
    """The cookie of a clerk who has logged in with both factors."""
    device = people.enrol_totp(clerk, secret="0" * 40, by=None, at=clerk.created_at)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(clerk.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = clerk.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return f"{SESSION_COOKIES['workbench']}={session.session_key}"


def _applicants(at: datetime) -> list[dict[str, str]]:
    found = []
    for number in range(PEOPLE):
        body = f"410225198001{number // 50 % 28 + 1:02d}{number % 500:03d}"
        one = {"name": "测速人", "id_number": body + id_check(body), "phone": "19900000000"}
        people.find_or_create_person(region=settings.REGION, id_kind="111", by=None, at=at, **one)
        found.append(one)
    return found
