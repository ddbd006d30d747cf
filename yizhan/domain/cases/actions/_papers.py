"""Papers (文书): numbered without gaps, written from frozen facts, rendered once."""

from __future__ import annotations

import functools
import uuid
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from yizhan.core.rows import insert_together
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import texts
from yizhan.domain.cases.actions._desk import calendar_of
from yizhan.domain.cases.choices import DocumentKind
from yizhan.domain.cases.models import Case, Document
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.files import actions as files
from yizhan.domain.files.adapters import pdf
from yizhan.domain.files.models import StoredFile

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

PAPERS = Path(__file__).resolve().parent.parent / "papers"
TEMPLATE = "paper@1"  # one layout for all; a changed layout is a new version beside the old one
WORDS = {
    DocumentKind.RECEIPT: "收", DocumentKind.ACCEPTANCE: "受", DocumentKind.CORRECTION: "补",
    DocumentKind.NOT_NEEDED: "不需", DocumentKind.NOT_OURS: "移告",
    DocumentKind.NOT_ACCEPTED: "不受", DocumentKind.SPECIAL: "特", DocumentKind.EXTENSION: "延",
    DocumentKind.GRANT: "准", DocumentKind.REFUSAL: "不准", DocumentKind.PROMISE: "诺",
    DocumentKind.DEFERRAL: "容", DocumentKind.REVOCATION: "撤",
}  # fmt: skip
REMEDY = (
    "如对本{what}不服，可以自收到之日起六十日内向{government}申请行政复议，"
    "或者自收到之日起六个月内向有管辖权的人民法院提起行政诉讼。"
)


def issue(
    case: Case,
    kind: str,
    *,
    by: Account | None,
    at: datetime,
    paragraphs: list[str],
    rows: list[list[str]] | None = None,
    basis: str = "",
    remedy: bool = False,
    sign: bool = False,
) -> Document:
    """A paper of a case with the next number of its series; its text is frozen in `facts`.

    The caller holds the case. `rows` is a table (label, text); `remedy` adds where to appeal
    (行政复议法 art. 20, 行政诉讼法 art. 46); `sign` leaves a line for the applicant's signature.
    """
    number = next_number(case, kind, at=at)
    label = DocumentKind(kind).label
    unit, guide = case.organisation, _guide(case.version_id)
    facts = {
        "title": label, "number": number, "unit": unit.name,
        "date": texts.day(at), "to": case.subject_name, "item": case.title,
        "case_number": case.number, "query_code": case.query_code,
        "paragraphs": paragraphs, "rows": rows or [], "basis": basis,
        "remedy": _remedy(guide, label) if remedy else "", "sign": sign,
        "address": guide.address or unit.address, "phone": guide.phone or unit.phone,
        "complaint": guide.complaint_phone or unit.complaint_phone,
        "demo": bool(settings.DEMO),
    }  # fmt: skip
    document = Document(
        region=case.region, case=case, seq=case.trail_seq, kind=kind, number=number,
        facts=facts, template=TEMPLATE, issued_by=by, issued_at=at,
    )  # fmt: skip
    insert_together([document])
    return document


def next_number(case: Case, kind: str, *, at: datetime) -> str:
    """兰税受〔2026〕12号: gapless for each unit, kind and year; the series' row is the lock.

    A rolled back transaction takes its number back, so no number is ever missing or given twice.
    """
    year = calendar_of(case).day(at).year
    key = f"{case.organisation.short_name}:{kind}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_series (region, key, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (region, key, year) DO UPDATE SET last = cases_series.last + 1 "
            "RETURNING last",
            [case.region, key, year],
        )
        last = cursor.fetchone()[0]
    return f"{case.organisation.short_name}{WORDS[DocumentKind(kind)]}〔{year}〕{last}号"


@transaction.atomic
def render_document(document_id: uuid.UUID | str, *, at: datetime) -> StoredFile:
    """The PDF of a paper: made at the first opening, stored, and from then on the same bytes."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.file is not None:
        return document.file
    name, version = document.template.split("@")
    content = pdf.render(PAPERS / f"{name}-{version}.typ", document.facts, at=document.issued_at)
    document.file = files.store_generated(
        region=document.region, name=f"{document.get_kind_display()}.pdf", content=content,
        media_type="application/pdf", by=None, at=at,
    )  # fmt: skip
    document.save(update_fields=["file"])
    return document.file


def clock_row(label: str, due: datetime | None) -> list[str]:
    """A table line with a deadline."""
    return [label, f"{texts.day(due)}前" if due else "暂停计时"]


def moment(at: datetime) -> str:
    """A local moment on paper: 2026年11月25日 10:05."""
    return f"{texts.day(at)} {at.astimezone(CHINA):%H:%M}"


@functools.lru_cache(maxsize=2000)
def _guide(version_id: uuid.UUID) -> ItemVersion:
    """What papers need of a published version, which never changes."""
    return ItemVersion.objects.only("address", "phone", "complaint_phone", "remedy").get(
        pk=version_id
    )


def _remedy(guide: ItemVersion, label: str) -> str:
    own = guide.remedy.strip()
    if own:
        return own
    return REMEDY.format(
        what=label.removesuffix("书"), government=f"{settings.COUNTY_NAME}人民政府"
    )
