"""What stands in each paper. Law: 行政许可法 art. 32 (written proof with date), 38, 42, 45."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from yizhan.domain.cases import texts
from yizhan.domain.cases.actions.papers import clock_row, issue, moment
from yizhan.domain.cases.choices import ClockName, DocumentKind, MaterialState, SourceKind
from yizhan.domain.cases.models import Case, CaseMaterial, Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yizhan.domain.cases.models import CaseClock, Commitment
    from yizhan.domain.people.models import Account

LICENSING = "《中华人民共和国行政许可法》"


def receipt(case: Case, *, by: Account | None, at: datetime) -> Document:
    """收件凭证: what was received, when, and by when the result of examination is told."""
    rows = [["收件时间", moment(at)], clock_row("告知审查结果", case.due_at)]
    rows += [["收到材料", _received(m)] for m in case.materials.order_by("id") if _received(m)]
    return issue(
        case, DocumentKind.RECEIPT, by=by, at=at, rows=rows,
        paragraphs=[
            f"你（单位）申请的“{case.title}”，我单位已收到下列材料，特此出具凭证。",
            "凭办件编号和查询码可以在网上大厅、自助终端或到窗口查询进度。查询码请妥善保管。",
        ],
    )  # fmt: skip


def acceptance(
    case: Case, clocks: Mapping[str, CaseClock], *, by: Account | None, at: datetime, silent: bool
) -> Document:
    """受理通知书: from which day the clocks run and when they end."""
    legal, promised = clocks[ClockName.LEGAL], clocks[ClockName.PROMISED]
    began = texts.day(legal.started_at)
    first = (
        f"你（单位）申请的“{case.title}”，因我单位未在法定期限内告知审查结果，"
        f"依法自收到申请材料之日（{began}）起即为受理。"
        if silent
        else f"你（单位）申请的“{case.title}”，申请材料齐全、符合法定形式，现予受理。"
    )
    return issue(
        case, DocumentKind.ACCEPTANCE, by=by, at=at,
        paragraphs=[first, "听证、检验、检测、鉴定、专家评审等特别程序所需时间不计入期限。"],
        rows=[["受理日期", began], clock_row("承诺办结", promised.due_at),
              clock_row("法定办结", legal.due_at)],
        basis=f"{LICENSING}第三十二条第一款第{'四' if silent else '五'}项、第二款",
    )  # fmt: skip


def _received(material: CaseMaterial) -> str:
    if material.state != MaterialState.PROVIDED:
        return ""
    copies = f"，{material.copies}份" if material.copies else ""
    source = SourceKind(material.source).label if material.source else ""
    return f"{material.name}（{source}{copies}）"


def commitment_text(name: str, clock: CaseClock, *, deferral: bool) -> str:
    """What the applicant promises and what follows if he does not keep it."""
    until = texts.day(clock.due_at) if clock.due_at else ""
    if deferral:
        return f"本人（本单位）承诺于{until}前补交《{name}》；逾期未补齐的，同意按撤回申请处理。"
    return (
        f"本人（本单位）承诺已符合《{name}》所证明的条件，并于{until}前接受核查；"
        "承诺不实或者未履行的，愿意限期整改，并承担撤销决定等法律责任。"
    )


def commitment(
    case: Case, made: Commitment, name: str, clock: CaseClock, *, by: Account | None, at: datetime
) -> Document:
    """容缺受理承诺书 or 告知承诺书, to be signed by the applicant."""
    deferral = made.kind == "deferral"
    return issue(
        case, DocumentKind.DEFERRAL if deferral else DocumentKind.PROMISE, by=by, at=at,
        paragraphs=[made.text], sign=True,
        rows=[["缺少的材料" if deferral else "承诺代替的材料", name],
              clock_row("补交期限" if deferral else "核查期限", clock.due_at)],
        basis="《河南省优化营商环境条例》第三十五条" if deferral else "办事指南载明的告知承诺办法",
    )  # fmt: skip
