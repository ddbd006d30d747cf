"""发布前体检: why a version may not be published yet, field by field.

The ten rules of a city's data check (domain.md §1.7), the county's additions (promise within the
law, a basis for every material, no catch-all material, right codes, rising version numbers) and the
form's own grammar. Never raises, whatever the version holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.catalogue.choices import (
    HandleForm,
    LimitUnit,
    OnlineDepth,
    ProjectType,
    ResultType,
    ReviewKind,
    ServedKind,
    TaskType,
)
from yizhan.domain.catalogue.rules.grammar import form_problems
from yizhan.domain.catalogue.shapes import LISTS, SPECIAL_KINDS

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion

REVIEW_STEPS = ("审核", "审批")
CATCH_ALL = re.compile(
    r"(其他|其它|有关|相关|所需|必要)(的)?(申请|申报|证明)?(材料|资料|文件|证明)|等(材料|资料|文件|证明)$"
    r"|(要求|规定|需要|认为)(提供|提交)?的?(其他|其它|有关|相关)"
)
AREA_PHONE = re.compile(r"^\(?0\d{2,3}\)?[-—\s]?\d{7,8}([-转]\d{1,6})?$")
SHORT_PHONE = re.compile(r"^(12345|12366|12333|12315|12329|12388|95598|1\d{4})$")
NATIONAL_CODE = re.compile(r"[0-9A-Z]{18}\d{13}")
DAY_UNITS = {LimitUnit.WORKDAYS: 7 / 5, LimitUnit.DAYS: 1.0, LimitUnit.HOURS: 1 / 24}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason: the field (name in the code), its label, and what to do."""

    field: str
    reason: str
    label: str = ""


def publish_problems(version: ItemVersion) -> list[Problem]:
    """Every problem of the version, in the order of the fields on the page."""
    labels = {field.name: str(field.verbose_name) for field in version._meta.concrete_fields}
    labels["task_code"] = "实施编码"
    found = [(name, why) for check in CHECKS for name, why in _safely(check, version)]
    order = list(labels)
    found.sort(key=lambda pair: order.index(pair[0]) if pair[0] in labels else len(order))
    return [Problem(name, why, labels.get(name, name)) for name, why in dict.fromkeys(found)]


Pairs = Iterator[tuple[str, str]]


def _safely(check: Callable[[Any], Pairs], version: Any) -> list[tuple[str, str]]:
    """A list of the wrong shape is reported by `_shapes`; the checks that read it stay silent."""
    try:
        return list(check(version))
    except (msgspec.ValidationError, TypeError, AttributeError, KeyError, ValueError):
        return []


def _parts(version: Any, name: str) -> list[Any]:
    return msgspec.convert(getattr(version, name), list[LISTS[name][0]])  # type: ignore[misc]


def _shapes(v: Any) -> Pairs:
    for name, (shape, key) in LISTS.items():
        try:
            entries = msgspec.convert(getattr(v, name), list[shape])  # type: ignore[valid-type]
        except msgspec.ValidationError as error:
            yield name, f"内容格式不对：{error}"
            continue
        marks = [getattr(entry, key) for entry in entries]
        for mark in sorted({mark for mark in marks if marks.count(mark) > 1}):
            yield name, f"“{mark}”出现了两次。"
        if any(not str(mark).strip() for mark in marks):
            yield name, "有一项没有填写名称或键。"


def _special(v: Any) -> Pairs:
    try:
        msgspec.convert(v.special_procedures, SPECIAL_KINDS)
    except msgspec.ValidationError:
        yield "special_procedures", "特别程序只能从听证、招标、检验、检测、检疫、鉴定等种类中选择。"


def _unwritten(v: Any) -> Pairs:
    for name in v.unwritten:
        yield name, "导入时没有这一项，请填写。"


def _basics(v: Any) -> Pairs:
    required = {
        "name": "请填写事项名称。", "by_law": "请填写设定依据（法律、法规或规章的名称和条款）。",
        "conditions": "请填写受理条件。", "address": "请填写办理地点。",
        "hours": "请填写办理时间。",
    }  # fmt: skip
    for name, sentence in required.items():
        if not str(getattr(v, name)).strip():
            yield name, sentence
    for name in ("served", "handle_forms"):
        if not getattr(v, name):
            yield name, "请至少选择一项。"
    known = {"served": ServedKind, "handle_forms": HandleForm, "online_depth": OnlineDepth}
    for name, kind in known.items():
        for code in getattr(v, name):
            if code not in kind.values:
                yield name, f"“{code}”不是国家标准代码。"
    if not v.materials and v.task_type == TaskType.LICENCE:
        yield "materials", "行政许可至少要有一份申请材料。"


def _codes(v: Any) -> Pairs:
    code, own = v.item.task_code, v.item.organisation.uscc
    if not NATIONAL_CODE.fullmatch(code):
        return  # a local code: kept as the province gave it (domain.md §1.5)
    try:
        numbers.credit_code(code[:18])
    except Refused:
        yield "task_code", "实施编码前18位（信用代码）校验位不符，请核对。"
    if own and code[:18] != own:
        yield "task_code", f"实施编码前18位与实施主体的统一社会信用代码（{own}）不一致。"
    if code[21:23] != v.task_type:
        yield "task_code", "实施编码中的事项类型与本事项的类型不一致。"


def _versions(v: Any) -> Pairs:
    current = v.item.current
    if current is not None and current.pk != v.pk and current.number >= v.number:
        yield "number", f"版本号要大于已发布的第{current.number}版。"
    if v.valid_from and v.cancel_on and v.valid_from.date() >= v.cancel_on:
        yield "cancel_on", "计划取消日期要晚于启用时间。"


def _limits(v: Any) -> Pairs:
    instant = v.promise_amount == 0 and v.promise_unit != LimitUnit.NONE
    if instant != (v.project_type == ProjectType.INSTANT):
        yield "project_type", "承诺时限为0（当场办结）的是即办件，其余是承诺件，请改成一致。"
    if instant != (v.review_kind == ReviewKind.INSTANT):
        yield "review_kind", "即办件应为即审即办，承诺件应为前审后批，请改成一致。"
    legal, promised = DAY_UNITS.get(v.legal_unit), DAY_UNITS.get(v.promise_unit)
    if promised is None and legal is not None:
        yield "promise_unit", "有法定时限的事项不能承诺“无期限”。"
    elif legal is not None and promised is not None:
        same = v.legal_unit == v.promise_unit
        longer = v.promise_amount * (1 if same else promised) > v.legal_amount * (
            1 if same else legal
        )
        if longer:
            yield "promise_amount", "承诺办结时限不能超过法定办结时限。"
    if legal is not None and v.legal_amount == 0 and not v.legal_note.strip():
        yield "legal_note", "法定时限为0时请说明（例如法律没有规定期限）。"


def _results(v: Any) -> Pairs:
    endings = (("批复", ResultType.APPROVAL), ("证", ResultType.CERTIFICATE),
               ("文", ResultType.DOCUMENT))  # fmt: skip
    name = v.result_name.strip()
    for ending, kind in endings:
        if name.endswith(ending) and v.result_type != kind:
            yield "result_type", f"结果名称以“{ending}”结尾，结果类型应为“{kind.label}”。"
            break
    if v.result_type != ResultType.NONE:
        if not name:
            yield "result_name", "有审批结果的事项要填写结果名称。"
        if not v.result_sample.strip():
            yield "result_sample", "有审批结果的事项要有结果样本。"


def _visits(v: Any) -> Pairs:
    reason = v.visits_reason.strip()
    if v.visits and reason in ("", "无"):
        yield "visits_reason", "要到现场的事项，请写明必须现场办理的原因。"
    if not v.visits and reason not in ("", "无"):
        yield "visits_reason", "到现场0次的事项，必须现场办理原因应为“无”。"
    if not v.visits and not v.online and HandleForm.POST not in v.handle_forms:
        yield "handle_forms", "到现场0次又不能网办的事项，办理形式必须包含邮寄办理。"
    deep = {OnlineDepth.HANDLE.value, OnlineDepth.RESULT.value, OnlineDepth.CERTIFICATE.value}
    if deep & set(v.online_depth) and v.visits:
        yield "visits", "网上办理深度已到全程网办，到现场次数应为0。"
    if v.online and not v.online_depth:
        yield "online_depth", "支持网办的事项要选择网上办理深度。"
    if not v.online and deep & set(v.online_depth):
        yield "online", "网上办理深度已到全程网办，“是否网办”应为“是”。"


def _fees(v: Any) -> Pairs:
    if v.charged:
        if not v.fee_basis.strip():
            yield "fee_basis", "收费事项要写明收费依据。"
        if not v.fees:
            yield "fees", "收费事项要列出收费项目和标准。"
        for fee in _parts(v, "fees"):
            if not (fee.name.strip() and fee.standard.strip() and fee.basis.strip()):
                yield "fees", f"收费项目“{fee.name}”的名称、标准、依据要填齐。"
            if fee.reducible and not fee.reduction.strip():
                yield "fees", f"收费项目“{fee.name}”允许减免，请写明减免说明。"
        return
    if v.pay_online:
        yield "pay_online", "不收费的事项不能“支持网上支付”。"
    if v.fees:
        yield "fees", "不收费的事项不能列收费项目。"


def _phones(v: Any) -> Pairs:
    for name in ("phone", "complaint_phone"):
        given = [
            part.strip() for part in re.split(r"[、,，;；/]", getattr(v, name)) if part.strip()
        ]
        if not given:
            yield name, "请填写电话，带区号，例如0371-26990000。"
        for part in given:
            if not (AREA_PHONE.match(part) or SHORT_PHONE.match(part)):
                yield name, f"“{part}”没有区号或位数不对，应如0371-26990000。"
    if v.phone.strip() and v.phone.strip() == v.complaint_phone.strip():
        yield "complaint_phone", "监督投诉电话不能与咨询电话相同。"


def _topics(v: Any) -> Pairs:
    person = ServedKind.PERSON in v.served
    legal = any(code != ServedKind.PERSON for code in v.served)
    wanted = (("person_topics", person, "自然人"), ("legal_topics", legal, "法人"))
    for name, serves, word in wanted:
        if serves and not getattr(v, name):
            yield name, f"服务对象包含{word}，请选择{word}主题。"
        if v.served and not serves and getattr(v, name):
            yield name, f"服务对象不包含{word}，{word}主题应为空。"


def _licence(v: Any) -> Pairs:
    if v.task_type != TaskType.LICENCE:
        return
    if not v.faqs:
        yield "faqs", "行政许可至少要有一条常见问题。"
    if v.project_type == ProjectType.INSTANT:
        return  # accepted and decided in one sitting
    # 受理、办结、送达 are walked by every case; an item states what lies between (rule 9: five)
    names = [step.name for step in _parts(v, "steps")]
    missing = [word for word in REVIEW_STEPS if not any(word in name for name in names)]
    if missing:
        yield "steps", f"行政许可在受理和办结之间要有审核、审批环节，还缺：{'、'.join(missing)}。"


def _materials(v: Any) -> Pairs:
    for material in _parts(v, "materials"):
        if CATCH_ALL.search(material.name.strip()):
            yield "materials", f"“{material.name}”是兜底条款，请逐项列明材料（安阳条例13条）。"
        if not material.basis.strip():
            yield "materials", f"“{material.name}”没有写明要求提供的依据。"
        if material.need == "3" and material.defer_days == 0:
            yield "materials", f"“{material.name}”可容缺，请写明几个工作日内补齐。"
        if material.need == "2" and not material.when.strip() and not material.fill_note.strip():
            yield "materials", f"“{material.name}”不是必要材料，请写明什么情形需要。"
        if material.source == "20" and not material.issuer.strip():
            yield "materials", f"“{material.name}”由政府部门核发，请写明出具机构。"


def _grammar(v: Any) -> Pairs:
    yield from form_problems(v, parts=_parts)


CHECKS: Iterable[Callable[[Any], Pairs]] = (
    _unwritten, _shapes, _special, _basics, _codes, _versions, _limits, _results, _visits,
    _fees, _phones, _topics, _licence, _materials, _grammar,
)  # fmt: skip
