"""Items of the catalogue, complete enough to pass the publish check.

version = published()                      # an open item of Lankao with one published version
version = published(name="…", questions=[])   # any field of ItemVersion may be given
version = drafted()                        # the same as a draft, not published
unit()                                     # the organisation they belong to
"""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from yizhan.core.numbers import uscc_check
from yizhan.core.worktime import CHINA
from yizhan.domain.catalogue.actions.record import mirror
from yizhan.domain.catalogue.choices import ItemState, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.office.choices import RegionLevel
from yizhan.domain.office.models import Organisation, Region

REGION = "410225"
LAW = "《中华人民共和国测试法》第十二条"
AT = datetime(2026, 9, 1, 9, 0, tzinfo=CHINA)
_numbers = itertools.count(1)


def credit_code(number: int) -> str:
    """A test credit code with a right check character."""
    body = f"114102250{number:08d}"
    return body + uscc_check(body)


def place(code: str = "410225000000", name: str = "兰考县") -> Region:
    """The county (made once per test database)."""
    facts = {"level": RegionLevel.COUNTY, "name": name, "full_name": f"河南省开封市{name}"}
    return Region.objects.get_or_create(code=code, defaults=facts)[0]


def unit(name: str = "", *, region: str = REGION, **fields: Any) -> Organisation:
    """A unit of the county; give `name` to get the same one again."""
    number = next(_numbers)
    facts: dict[str, Any] = {
        "place": place(f"{region}000000", "兰考县" if region == REGION else f"{region}县"),
        "code": f"U{number:04d}",
        "uscc": credit_code(number),
        "short_name": (name or f"测试{number}局")[-30:],
        "phone": "0371-26990000",
        "complaint_phone": "0371-26990001",
        "address": "兰考县裕禄大道测试段1号",
    }
    name = name or f"兰考县测试{number}局"
    return Organisation.objects.get_or_create(region=region, name=name, defaults=facts | fields)[0]


def task_code(organisation: Organisation, number: int, task_type: str = "01") -> str:
    """A national implementation code of 31 characters (domain.md §1.5)."""
    return f"{organisation.uscc}400{task_type}{number % 100000:05d}000"


def materials() -> list[dict[str, Any]]:
    """Always needed, needed in one situation, replaceable by promise, deferrable."""
    return [
        {"key": "form", "name": "测试事项申请表", "basis": LAW, "form": "3", "source": "10"},
        {"key": "id", "name": "居民身份证", "basis": LAW, "source": "20", "issuer": "公安机关"},
        {
            "key": "marriage", "name": "结婚证", "basis": LAW, "source": "20", "issuer": "民政部门",
            "need": "2", "when": 'answers.married == "yes"', "promise": True,
        },
        {"key": "photo", "name": "房屋现状照片", "basis": LAW, "need": "3", "defer_days": 5},
    ]  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """Two situation questions; the second depends on the first."""
    yes_no = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
    return [
        {"key": "married", "text": "您是否已婚？", "options": yes_no},
        {
            "key": "joint", "text": "是否夫妻共同申请？", "options": yes_no,
            "when": 'answers.married == "yes"',
        },
    ]  # fmt: skip


def fields() -> list[dict[str, Any]]:
    """Locked facts from the register, plain fields, one conditional field."""
    return [
        {
            "key": "name", "label": "申请人姓名", "kind": "text", "section": "申请人",
            "prefill": "person.name", "locked": True, "max_length": 60,
        },
        {
            "key": "id_number", "label": "身份证号", "kind": "id_number", "section": "申请人",
            "prefill": "person.id_number", "locked": True,
        },
        {
            "key": "phone", "label": "手机号", "kind": "phone", "section": "申请人",
            "prefill": "person.phone",
        },
        {
            "key": "area", "label": "房屋面积（平方米）", "kind": "number", "section": "房屋",
            "minimum": 1, "maximum": 9999,
        },
        {
            "key": "spouse", "label": "配偶姓名", "kind": "text", "section": "房屋",
            "when": 'answers.married == "yes"', "max_length": 60,
        },
        {
            "key": "remark", "label": "补充说明", "kind": "long", "section": "房屋",
            "required": False, "max_length": 500,
        },
    ]  # fmt: skip


def steps() -> list[dict[str, Any]]:
    """What lies between acceptance and decision: one step after the other."""
    return [
        {"key": "review", "name": "审核", "order": 1, "function": "handler", "days": 2},
        {"key": "approve", "name": "审批", "order": 2, "function": "approver", "days": 2},
    ]


def content(**changes: Any) -> dict[str, Any]:
    """Every field a publishable licence of a natural person needs."""
    facts: dict[str, Any] = {
        "name": "测试事项许可", "task_type": "01", "level": "4", "power_source": "法定本级行使",
        "by_law": LAW, "project_type": "2", "review_kind": "staged",
        "legal_amount": 20, "legal_unit": "workdays", "promise_amount": 5,
        "promise_unit": "workdays", "served": ["1"], "person_topics": ["住房保障"],
        "legal_topics": [], "aliases": "测试证", "conditions": "在本县有住房。",
        "flow_text": "申请、受理、审核、审批、办结、送达。", "handle_forms": ["1", "2"],
        "handle_area": "0", "visits": 1, "visits_reason": "须核对身份证原件", "online": True,
        "online_depth": ["1", "2", "3", "4"], "in_hall": True,
        "address": "兰考县政务服务中心一楼综合窗口", "hours": "工作日 9:00—12:00，13:30—17:30",
        "phone": "0371-26990000", "complaint_phone": "0371-26990001", "charged": False,
        "result_type": "10", "result_name": "测试许可证", "result_sample": "测试许可证样本",
        "remedy": "可在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        "materials": materials(), "fees": [], "steps": steps(), "special_procedures": [],
        "faqs": [{"question": "可以代办吗？", "answer": "可以，请带委托书。"}],
        "situations": [], "questions": questions(), "fields": fields(),
    }  # fmt: skip
    return facts | changes


def drafted(
    *,
    region: str = REGION,
    organisation: Organisation | None = None,
    code: str = "",
    at: datetime = AT,
    **changes: Any,
) -> ItemVersion:
    """A new item with one draft version."""
    organisation = organisation or unit(region=region)
    number = next(_numbers)
    facts = content(**changes)
    item = Item.objects.create(
        region=region, organisation=organisation, state=ItemState.DRAFT,
        task_code=code or task_code(organisation, number, facts["task_type"]),
        slug=f"test-{number}", name=facts["name"], task_type=facts["task_type"],
    )  # fmt: skip
    return ItemVersion.objects.create(
        region=region, item=item, number=1, state=VersionState.DRAFT, created_at=at, edited_at=at,
        **facts,
    )  # fmt: skip


def published(
    *,
    region: str = REGION,
    organisation: Organisation | None = None,
    code: str = "",
    at: datetime = AT,
    **changes: Any,
) -> ItemVersion:
    """An open item whose first version is published."""
    version = drafted(region=region, organisation=organisation, code=code, at=at, **changes)
    ItemVersion.objects.filter(pk=version.pk).update(
        state=VersionState.PUBLISHED, valid_from=at, published_at=at, published_by="测试发布人"
    )
    version.refresh_from_db()
    item = version.item
    item.state = ItemState.OPEN
    mirror(item, version)
    item.save()
    return version
