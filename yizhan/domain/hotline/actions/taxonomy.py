"""Import of the county's topics: all or nothing, with a report by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.hotline.models import Topic
from yizhan.domain.hotline.queries import forget_topics
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2,3})?)?")
SHOWN = 10  # wrong rows that are named in one report


@transaction.atomic
def import_topics(
    rows: Iterable[Mapping[str, str]], *, region: str, by: Account | None
) -> dict[str, int]:
    """Take over a list of topics (code, name, keywords); what is not in it goes out of use.

    The dispatcher or the supervisor; the seed. Again the same list changes nothing. Raises Refused
    with the numbers of the wrong rows; then nothing was imported.
    """
    if by is not None:
        needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    given, wrong = _read(rows)
    if wrong:
        more = f"等{len(wrong)}行" if len(wrong) > SHOWN else ""
        raise Refused(f"没有导入，请改正：{'；'.join(wrong[:SHOWN])}{more}。")
    if not given:
        raise Refused("文件里没有分类，请核对后再导入。")
    old = {topic.code: topic for topic in Topic.objects.filter(region=region)}
    Topic.objects.bulk_create(
        [
            Topic(
                region=region, code=code, name=name, level=code.count(".") + 1,
                keywords=keywords, active=True,
            )
            for code, (name, keywords) in given.items()
        ],
        update_conflicts=True, unique_fields=["region", "code"],
        update_fields=["name", "level", "keywords", "active"],
    )  # fmt: skip
    gone = [code for code, topic in old.items() if code not in given and topic.active]
    Topic.objects.filter(region=region, code__in=gone).update(active=False)
    transaction.on_commit(forget_topics)
    return {"topics": len(given), "new": len(set(given) - set(old)), "out_of_use": len(gone)}


def _read(rows: Iterable[Mapping[str, str]]) -> tuple[dict[str, tuple[str, str]], list[str]]:
    given: dict[str, tuple[str, str]] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows, start=1):
        code, name = (row.get("code") or "").strip(), (row.get("name") or "").strip()
        if not _CODE.fullmatch(code):
            wrong.append(f"第{number}行代码“{code}”应像01、01.02或01.02.03")
        elif not name or len(name) > 60:
            wrong.append(f"第{number}行名称应为1至60个字")
        elif code in given:
            wrong.append(f"第{number}行代码“{code}”重复")
        else:
            given[code] = (name, " ".join((row.get("keywords") or "").split())[:200])
    for code in given:
        above = code.rpartition(".")[0]
        if above and above not in given:
            wrong.append(f"“{code}”没有上级“{above}”")
    return given, wrong
