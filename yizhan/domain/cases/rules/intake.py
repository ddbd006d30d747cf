"""What an application must be before it becomes a case: numbers, keys, materials, trust grades."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yizhan.core.flow import Refused
from yizhan.domain.cases.choices import (
    Channel,
    MaterialState,
    SourceKind,
    TouchpointKind,
    TrustGrade,
)

GRADES = {
    SourceKind.UPLOAD: TrustGrade.C,
    SourceKind.SCAN: TrustGrade.B,
    SourceKind.PAPER: TrustGrade.B,
    SourceKind.ORIGINAL_SEEN: TrustGrade.B,
    SourceKind.PROMISE: TrustGrade.D,
}
KINDS = {
    Channel.PORTAL: TouchpointKind.SESSION,
    Channel.MOBILE: TouchpointKind.SESSION,
    Channel.API: TouchpointKind.SESSION,
    Channel.SYSTEM: TouchpointKind.SESSION,
    Channel.KIOSK: TouchpointKind.VISIT,
    Channel.WINDOW: TouchpointKind.VISIT,
    Channel.HELPER: TouchpointKind.ERRAND,
    Channel.PHONE: TouchpointKind.CALL,
    Channel.POST: TouchpointKind.PARCEL,
}
AT_COUNTER = (SourceKind.SCAN, SourceKind.PAPER, SourceKind.ORIGINAL_SEEN)
SUBMITTED_AS = {
    SourceKind.PROMISE: MaterialState.PROMISED,
    SourceKind.DEFERRAL: MaterialState.DEFERRED,
}


def case_number(task_code: str, slug: str, day: date, serial: int) -> str:
    """办件编号: 实施编码 + YYYYMMDD + 6 digits, at most 50 characters (GB/T 39046 an..50).

    A local code that is longer, or holds other characters than 0-9 A-Z and hyphen, gives way to
    the item's short code.
    """
    code = task_code.upper()
    if not re.fullmatch(r"[0-9A-Z-]{1,36}", code):
        code = re.sub(r"[^0-9A-Z-]", "", slug.upper()) or "X"
    return f"{code}{day:%Y%m%d}{serial:06d}"


def affair_number(region: str, day: date, serial: int) -> str:
    """办事编号: county code + YYYYMMDD + 6 digits."""
    return f"{region}{day:%Y%m%d}{serial:06d}"


def digest(content: Mapping[str, Any]) -> str:
    """The fingerprint of a request: the same content gives the same digest."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def one_subject(person: Any, legal_person: Any) -> None:
    """An application is a natural person's or a legal person's."""
    if (person is None) == (legal_person is None):
        raise Refused("请选择以本人还是以单位的名义申请。", field="subject")


def known_materials(given: Sequence[str], listed: Sequence[str]) -> None:
    """Nothing outside the guide is taken (安阳市政务服务条例 art. 23), each thing once."""
    for key in given:
        if key not in listed:
            raise Refused("收到了办事指南之外的材料，请对照材料清单重新上传。", field=key)
    if len(set(given)) != len(given):
        raise Refused("同一份材料提交了两次，请删去一份。")


def grade_of(source: str) -> str:
    """Trust grade of a source (国办函〔2016〕108号 categories A-D); empty for nothing yet."""
    return GRADES.get(SourceKind(source), "") if source else ""


def proven(source: str, *, files: Sequence[Any], staff: bool, name: str, key: str) -> None:
    """A source needs its proof: files for uploads and scans, staff for what only staff can see."""
    if source in AT_COUNTER and not staff:
        raise Refused(f"《{name}》只有窗口工作人员才能登记为核验原件或收取纸质。", field=key)
    if source in (SourceKind.UPLOAD, SourceKind.SCAN) and not files:
        raise Refused(f"请上传《{name}》。", field=key)


def right_form(fields: Sequence[Mapping[str, Any]], wrong: Mapping[str, str]) -> None:
    """Raises Refused for the first wrong field, named so that the sentence stands alone."""
    labels = {field["key"]: field["label"] for field in fields}
    for key, sentence in wrong.items():
        label = labels.get(key, key)
        raise Refused(sentence if label in sentence else f"“{label}”：{sentence}", field=key)
