"""What stands in each paper. Law: 行政许可法 art. 32 (written proof with date), 38, 42, 45."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from yizhan.domain.cases import texts
from yizhan.domain.cases.actions._papers import clock_row, issue, moment
from yizhan.domain.cases.choices import (
    ClockName,
    CommitmentKind,
    DocumentKind,
    MaterialState,
    SourceKind,
)
from yizhan.domain.cases.models import Case, CaseMaterial, Document
from yizhan.domain.catalogue.choices import SpecialKind

if TYPE_CHECKING:
    from yizhan.domain.cases.models import CaseClock, Commitment, Extension, SpecialProcedure
    from yizhan.domain.people.models import Account

LICENSING = "《中华人民共和国行政许可法》"
BUSINESS = "《河南省优化营商环境条例》"


def receipt(case: Case, *, by: Account | None, at: datetime) -> Document:
    """收件凭证: what was received, when, and by when the result of examination is told."""
    rows = [["收件时间", moment(at)], clock_row("告知审查结果", case.due_at)]
    rows += [["收到材料", text] for m in case.materials.order_by("id") if (text := _received(m))]
    return issue(
        case, DocumentKind.RECEIPT, by=by, at=at, rows=rows,
        paragraphs=[
            f"你（单位）申请的“{case.title}”，我单位已收到下列材料，特此出具凭证。",
            "凭办件编号和查询码可以在网上大厅或到窗口查询进度，查询码请妥善保管。",
        ],
    )  # fmt: skip


def acceptance(
    case: Case, clocks: Mapping[str, CaseClock], *, by: Account | None, at: datetime, silent: bool
) -> Document:
    """受理通知书: from which day the clocks run and when they end."""
    legal, promised = clocks[ClockName.LEGAL], clocks[ClockName.PROMISED]
    began = texts.day(legal.started_at)
    first = f"你（单位）申请的“{case.title}”，申请材料齐全、符合法定形式，现予受理。"
    if silent:
        first = (
            f"你（单位）申请的“{case.title}”，因我单位未在法定期限内告知审查结果，"
            f"依法自收到申请材料之日（{began}）起即为受理。"
        )
    return issue(
        case, DocumentKind.ACCEPTANCE, by=by, at=at,
        paragraphs=[first, "听证、检验、检测、鉴定、专家评审等特别程序所需时间不计入期限。"],
        rows=[["受理日期", began], clock_row("承诺办结", promised.due_at),
              clock_row("法定办结", legal.due_at)],
        basis=f"{LICENSING}第三十二条第一款第{'四' if silent else '五'}项、第二款",
    )  # fmt: skip


def correction(
    case: Case,
    lines: list[tuple[str, str]],
    until: datetime | None,
    *,
    by: Account | None,
    at: datetime,
) -> Document:
    """一次性补正告知书: everything that has to be corrected, and by when."""
    rows = [[name, sentence] for name, sentence in lines]
    return issue(
        case, DocumentKind.CORRECTION, by=by, at=at, rows=[*rows, clock_row("补正期限", until)],
        paragraphs=[
            f"你（单位）申请的“{case.title}”，申请材料不齐全或者不符合法定形式，"
            "现将需要补正的全部内容一次告知如下。",
            "可以登录网上大厅补正，也可以到窗口补正。逾期没有补正的，视为撤回申请，可以重新申请。",
        ],
        basis=f"{LICENSING}第三十二条第一款第四项",
    )  # fmt: skip


def turned_away(
    case: Case, kind: str, reason: str, *, by: Account | None, at: datetime
) -> Document:
    """Not needed, not ours (with where to go), not accepted: reason and remedies."""
    opening = {
        DocumentKind.NOT_NEEDED: "依法不需要办理，现予告知。理由：",
        DocumentKind.NOT_OURS: "依法不属于我单位职权范围，不予受理。请向下列机关申请：",
        DocumentKind.NOT_ACCEPTED: "经审查，决定不予受理。理由：",
    }[DocumentKind(kind)]
    article = {DocumentKind.NOT_NEEDED: "第一项", DocumentKind.NOT_OURS: "第二项"}.get(
        DocumentKind(kind), ""
    )
    paragraph = f"第一款{article}、第二款" if article else "第二款"
    return issue(
        case, kind, by=by, at=at, remedy=True, basis=f"{LICENSING}第三十二条{paragraph}",
        paragraphs=[f"你（单位）申请的“{case.title}”，{opening}{reason}"],
    )  # fmt: skip


def special(
    case: Case, procedure: SpecialProcedure, clock: CaseClock, *, by: Account, at: datetime
) -> Document:
    """特别程序告知书: what is needed, why, how long it takes; the time does not count (art. 45)."""
    what = SpecialKind(procedure.kind).label
    return issue(
        case, DocumentKind.SPECIAL, by=by, at=at, basis=f"{LICENSING}第四十五条",
        paragraphs=[
            f"你（单位）申请的“{case.title}”，在审查中依法需要{what}，"
            "所需时间不计算在办理期限内，现书面告知。",
        ],
        rows=[["特别程序", what], ["理由或依据", procedure.reason],
              ["所需时间", f"{procedure.planned_days}个工作日"],
              ["开始日期", texts.day(procedure.started_at)],
              clock_row("预计完成", clock.due_at)],
    )  # fmt: skip


def extension(
    case: Case, asked: Extension, clocks: Mapping[str, CaseClock], *, by: Account, at: datetime
) -> Document:
    """延长办理期限告知书: by how much, why, and the new dates."""
    rows = [["延长", f"{asked.days}个工作日"], ["理由", asked.reason]]
    for name, label in ((ClockName.PROMISED, "承诺办结"), (ClockName.LEGAL, "法定办结")):
        if name in clocks:
            rows.append(clock_row(label, clocks[name].due_at))
    return issue(
        case, DocumentKind.EXTENSION, by=by, at=at, rows=rows, basis=f"{LICENSING}第四十二条",
        paragraphs=[
            f"你（单位）申请的“{case.title}”，在规定期限内不能作出决定，"
            "经负责人批准延长办理期限，现将理由告知如下。",
        ],
    )  # fmt: skip


def granted(case: Case, *, by: Account, at: datetime) -> Document:
    """准予决定书: the result with its number and validity."""
    until = case.result_until
    valid = f"{until.year}年{until.month}月{until.day}日" if until else "长期或依法确定"
    return issue(
        case, DocumentKind.GRANT, by=by, at=at, basis=f"{LICENSING}第三十八条第一款、第四十四条",
        paragraphs=[f"你（单位）申请的“{case.title}”，经审查符合法定条件、标准，决定准予。"],
        rows=[["结果", case.result_name], ["编号", case.result_number or "即本决定书编号"],
              ["有效期至", valid]],
    )  # fmt: skip


def refused(case: Case, *, by: Account, at: datetime) -> Document:
    """不予批准决定书: reasons and remedies (art. 38 (2))."""
    return issue(
        case, DocumentKind.REFUSAL, by=by, at=at, remedy=True,
        basis=f"{LICENSING}第三十八条第二款",
        paragraphs=[
            f"你（单位）申请的“{case.title}”，经审查决定不予批准。", f"理由：{case.reason}",
        ],
    )  # fmt: skip


def revoked(case: Case, *, by: Account, at: datetime) -> Document:
    """撤销决定书: the promise that was not kept, and the remedies."""
    return issue(
        case, DocumentKind.REVOCATION, by=by, at=at, remedy=True,
        basis=f"{LICENSING}第六十九条第一款第四项",
        paragraphs=[
            f"你（单位）以告知承诺方式取得的“{case.title}”准予决定，经核查承诺未履行，"
            "不符合法定条件，现决定予以撤销。",
            f"理由：{case.reason}",
        ],
        rows=[["被撤销的结果", case.result_name], ["编号", case.result_number]],
    )  # fmt: skip


def commitment_text(name: str, until: datetime | None, *, deferral: bool) -> str:
    """What the applicant promises and what follows if he does not keep it."""
    day = texts.day(until) if until else ""
    if deferral:
        return f"本人（本单位）承诺于{day}前补交《{name}》；逾期未补齐的，同意按撤回申请处理。"
    return (
        f"本人（本单位）承诺已符合《{name}》所证明的条件，并于{day}前接受核查；"
        "承诺不实或者未履行的，愿意限期整改，并承担撤销决定等法律责任。"
    )


def commitment(
    case: Case,
    made: Commitment,
    name: str,
    until: datetime | None,
    *,
    by: Account | None,
    at: datetime,
) -> Document:
    """容缺受理承诺书 or 告知承诺书, to be signed by the applicant."""
    deferral = made.kind == CommitmentKind.DEFERRAL
    return issue(
        case, DocumentKind.DEFERRAL if deferral else DocumentKind.PROMISE, by=by, at=at,
        paragraphs=[made.text], sign=True,
        rows=[["缺少的材料" if deferral else "承诺代替的材料", name],
              clock_row("补交期限" if deferral else "核查期限", until)],
        basis=f"{BUSINESS}第三十五条" if deferral else "办事指南载明的告知承诺办法",
    )  # fmt: skip


def _received(material: CaseMaterial) -> str:
    if material.state != MaterialState.PROVIDED:
        return ""
    copies = f"，{material.copies}份" if material.copies else ""
    source = SourceKind(material.source).label if material.source else ""
    return f"{material.name}（{source}{copies}）"
