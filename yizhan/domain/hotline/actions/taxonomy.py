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
    _refuse(wrong)
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


@transaction.atomic
def import_branches(
    rows: Iterable[Mapping[str, str]], *, region: str, by: Account | None
) -> dict[str, int]:
    """Take over a list without codes (level1, level2, level3, keywords of the last one named).

    A topic that is known by its names keeps its code, so that orders and figures of earlier years
    stay comparable; a new one gets the next free code of its branch. For the rest as above.
    """
    if by is not None:  # before anything of the file is judged
        needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    codes = _codes_by_names(region)
    given: dict[tuple[str, ...], str] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows, start=1):
        names = [(row.get(f"level{level}") or "").strip() for level in (1, 2, 3)]
        named = tuple(name for name in names if name)
        if not named or names[: len(named)] != list(named):
            wrong.append(f"第{number}行的上级分类空着")
        elif named in given and len(named) == 3:
            wrong.append(f"第{number}行“{'›'.join(named)}”重复")
        elif any(len(name) > 60 for name in named):
            wrong.append(f"第{number}行名称应为1至60个字")
        else:
            for depth in range(1, len(named)):
                given.setdefault(named[:depth], "")
            given[named] = (row.get("keywords") or "").strip()
    _refuse(wrong)
    for named in given:
        codes.setdefault(named, _next_code(codes, named))
    if full := [named[-1] for named in given if not _CODE.fullmatch(codes[named])]:
        raise Refused(f"没有导入：“{full[0]}”所在的分支太多，编不下代码，请合并一些分类。")
    return import_topics(
        [
            {"code": codes[named], "name": named[-1], "keywords": words}
            for named, words in given.items()
        ],
        region=region, by=by,
    )  # fmt: skip


def _codes_by_names(region: str) -> dict[tuple[str, ...], str]:
    """Codes that are or were in use, by the names of their branch."""
    names = dict(Topic.objects.filter(region=region).values_list("code", "name"))
    found = {}
    for code in sorted(names):
        parts = code.split(".")
        branch = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        found[tuple(names[one] for one in branch if one in names)] = code
    return found


def _next_code(codes: Mapping[tuple[str, ...], str], named: tuple[str, ...]) -> str:
    above = codes[named[:-1]] + "." if len(named) > 1 else ""
    used = [
        int(code.rpartition(".")[2])
        for code in codes.values()
        if code.count(".") == len(named) - 1 and code.startswith(above)
    ]
    return f"{above}{max(used, default=0) + 1:02d}"


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = f"等{len(wrong)}行" if len(wrong) > SHOWN else ""
        raise Refused(f"没有导入，请改正：{'；'.join(wrong[:SHOWN])}{more}。")


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
