"""A catalogue of any size for the measurement of search, and the questions that are asked of it."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yizhan.domain.catalogue import queries
from yizhan.domain.catalogue.actions.copying import copy_rows
from yizhan.domain.catalogue.actions.record import mirror, search_literal
from yizhan.domain.catalogue.choices import ItemState, Origin, TaskType, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.rules import content
from yizhan.domain.office.models import Organisation

WHAT = (
    "契税", "营业执照", "食品经营许可证", "健康证明", "老年人优待证", "社会保障卡",
    "灵活就业人员参保", "失业登记", "小额担保贷款", "出生登记", "居住证", "不动产权证",
    "残疾人两项补贴", "占用挖掘城市道路", "居民身份证", "驾驶证", "道路运输证", "取水许可证",
    "排污许可证", "施工许可证", "民办学校办学许可", "医疗机构执业许可", "护士执业证书",
    "建设用地规划许可", "林木采伐许可证", "农药经营许可证", "兽药经营许可证",
    "危险化学品经营许可证", "烟草专卖零售许可证", "出版物经营许可证", "特种设备使用登记",
    "计量标准器具核准", "婚姻登记", "收养登记", "最低生活保障", "特困人员供养", "临时救助",
    "公积金提取", "生育保险", "工伤认定",
)  # fmt: skip
HOW = (
    "申请", "新办", "变更", "延续", "注销", "补领", "换发", "备案", "年度报告", "核发", "预约",
    "查询", "缴纳", "减免", "登记", "审批",
)  # fmt: skip
WHO = (
    "个人", "企业", "个体工商户", "事业单位", "农民专业合作社", "社会团体", "外商投资企业",
    "港澳居民", "残疾人", "退役军人",
)  # fmt: skip
WHERE = (
    "县级", "乡镇级", "跨省通办", "全程网办", "窗口", "线上", "首次", "异地", "委托", "代办",
)  # fmt: skip
QUESTIONS = (
    "契税", "身份证", "营业执照", "证", "登记", "qishui", "qs", "yyzz", "shenfenzheng", "契水",
    "营业直照", "食品经营许可正", "不动产权证变更", "残疾人补贴", "企业", "注销", "许可证",
    "jzz", "补领身份证", "我要开店", "老年人优待证换发", "失叶登记", "道路", "x", "卡",
)  # fmt: skip


def names(count: int) -> Iterator[str]:
    """Different names of items, always the same ones."""
    number = 0
    for suffix in itertools.count():
        for parts in itertools.product(WHAT, HOW, WHO, WHERE):
            if number >= count:
                return
            number += 1
            what, how, who, where = parts
            tail = f"第{suffix}类" if suffix else ""
            yield f"{what}{how}（{who}，{where}{tail}）"


def fill(count: int, *, organisations: list[Organisation], at: datetime) -> int:
    """Add open items until the region has `count` synthetic ones; returns how many were added."""
    region = organisations[0].region
    have = Item.objects.filter(region=region, task_code__startswith="BENCH-").count()
    fresh = list(itertools.islice(names(count), have, None))
    chance = random.Random(20261125)  # noqa: S311 - the same catalogue every time
    for start in range(0, len(fresh), 1000):
        with transaction.atomic():
            _insert(fresh[start : start + 1000], have + start, organisations, chance, at)
    with connection.cursor() as cursor:
        verb = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
        cursor.execute(f"{verb} catalogue_item")
    return len(fresh)


def _insert(
    chunk: list[str], first: int, units: list[Organisation], chance: random.Random, at: datetime
) -> None:
    items, versions = [], []
    for number, name in enumerate(chunk, start=first):
        unit = units[number % len(units)]
        code = f"BENCH-{number:07d}"
        item = Item(
            region=unit.region, organisation=unit, task_code=code, state=ItemState.OPEN,
            slug=content.slug(code, length=14), popularity=int(chance.paretovariate(1.1)),
        )  # fmt: skip
        version = ItemVersion(
            region=unit.region, item=item, number=1, state=VersionState.PUBLISHED, name=name,
            origin=Origin.IMPORT, valid_from=at, created_at=at, published_at=at,
            task_type=chance.choice(TaskType.values), served=[chance.choice("12")],
            person_topics=[chance.choice(["生育收养", "户籍办理", "社会保障", "住房保障"])],
            **content.DEFAULTS,
        )  # fmt: skip
        mirror(item, version)
        item.search = search_literal(item, version)
        items.append(item)
        versions.append(version)
    copy_rows(items)
    copy_rows(versions)


def measure(*, region: str, rounds: int = 10) -> dict[str, Any]:
    """Ask every question `rounds` times. Milliseconds: p50, p95, worst, the slowest question."""
    times: list[tuple[float, str]] = []
    for question in QUESTIONS:  # the first time of each pays for plans and caches
        queries.search(question, region=region)
    for _ in range(rounds):
        for question in QUESTIONS:
            begin = time.perf_counter()
            queries.search(question, region=region)
            times.append(((time.perf_counter() - begin) * 1000, question))
    times.sort()
    return {
        "items": Item.objects.filter(region=region).count(),
        "p50_ms": round(times[len(times) // 2][0], 1),
        "p95_ms": round(times[int(len(times) * 0.95)][0], 1),
        "worst_ms": round(times[-1][0], 1),
        "slowest": times[-1][1],
    }
