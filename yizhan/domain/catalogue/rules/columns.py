"""Columns of an import: what they may be called, and how a cell becomes a value of the guide."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yizhan.core.flow import Refused
from yizhan.domain.catalogue.choices import (
    HandleArea,
    HandleForm,
    LimitUnit,
    OnlineDepth,
    ProjectType,
    ResultType,
    ReviewKind,
    ServedKind,
    SpecialKind,
    TaskType,
)
from yizhan.domain.office.choices import PowerLevel

LONGEST_TEXT = 20_000


def text(limit: int) -> Callable[[str], str]:
    """A text of at most `limit` characters."""

    def read(cell: str) -> str:
        if len(cell) > limit:
            raise Refused(f"内容太长：{len(cell)}个字，最多{limit}个字。")
        return cell

    return read


def yes_no(cell: str) -> bool:
    """是/否 in its many spellings."""
    known = {"是": True, "有": True, "支持": True, "1": True, "y": True, "yes": True, "true": True,
             "否": False, "无": False, "不支持": False, "0": False, "n": False, "no": False,
             "false": False}  # fmt: skip
    found = known.get(cell.strip().lower())
    if found is None:
        raise Refused("应填“是”或“否”。")
    return found


def whole(cell: str) -> int:
    """A whole number, perhaps with 次 or 天 behind it."""
    found = re.fullmatch(r"(\d{1,5})(\.0+)?\s*(次|天|日|个)?", cell)
    if not found:
        raise Refused("应填整数。")
    return int(found[1])


def choice(kind: Any) -> Callable[[str], str]:
    """A code or a word of a code table; 1 means 01."""
    by_word = {str(label): value for value, label in kind.choices}

    def read(cell: str) -> str:
        found = by_word.get(cell) or next(
            (v for v in (cell, cell.zfill(2), cell.lower()) if v in kind.values), None
        )
        if found is None:
            raise Refused(f"“{cell[:20]}”不在可选的范围内，可填：{'、'.join(by_word)}。")
        return found

    return read


def choices(kind: Any) -> Callable[[str], list[str]]:
    """Several codes or words, separated by 、 ^ ; , or |."""
    one = choice(kind)
    return lambda cell: list(dict.fromkeys(one(part) for part in parts(cell)))


def parts(cell: str) -> list[str]:
    """The parts of a list in one cell."""
    return [part.strip() for part in re.split(r"[、，,;；^|\n]+", cell) if part.strip()]


def topics(cell: str) -> list[str]:
    """Topics of at most 20 characters each."""
    found = list(dict.fromkeys(parts(cell)))
    if any(len(part) > 20 for part in found):
        raise Refused("每个主题最多20个字，多个主题用“、”隔开。")
    return found


def limit(cell: str) -> tuple[int, str | None]:
    """20个工作日 → (20, workdays); 即办 → (0, …); 无期限 → (0, none); a bare number → (n, None)."""
    plain = cell.replace(" ", "")
    if plain in ("即办", "当场办结", "即时办结", "立即办结", "当日办结"):
        return 0, LimitUnit.WORKDAYS
    if plain in ("无期限", "无", "不限"):
        return 0, LimitUnit.NONE
    found = re.fullmatch(r"(\d{1,4})(?:\.0+)?(个?工作日|个?自然日|天|日|小时|个?月)?", plain)
    if not found:
        raise Refused("时限应像“20个工作日”“30天”“24小时”“即办”“无期限”。")
    words = {"工作日": LimitUnit.WORKDAYS, "自然日": LimitUnit.DAYS, "天": LimitUnit.DAYS,
             "日": LimitUnit.DAYS, "小时": LimitUnit.HOURS}  # fmt: skip
    unit = (found[2] or "").removeprefix("个")
    if unit == "月":
        return int(found[1]) * 30, LimitUnit.DAYS
    return int(found[1]), words[unit] if unit else None


def limit_unit(cell: str) -> str:
    """The unit in its own column."""
    by_word = {"工作日": "workdays", "个工作日": "workdays", "自然日": "days", "天": "days",
               "日": "days", "小时": "hours", "无期限": "none", "1": "workdays", "2": "days",
               "d": "days", "g": "workdays", "h": "hours"}  # fmt: skip
    found = by_word.get(cell) or (cell if cell in LimitUnit.values else None)
    if found is None:
        raise Refused("时限单位应为工作日、自然日、小时或无期限。")
    return found


def materials(cell: str) -> list[dict[str, Any]]:
    """Names of materials in one cell, one per line or separated by ；"""
    names = [part.strip() for part in re.split(r"[;；\n]+", cell) if part.strip()]
    names = [re.sub(r"^\d{1,2}[.、)）]\s*", "", name) for name in names]
    if any(len(name) > 200 for name in names):
        raise Refused("每份材料的名称最多200个字，多份材料用“；”隔开。")
    return [{"key": f"m{place}", "name": name} for place, name in enumerate(names, start=1)]


@dataclass(frozen=True, slots=True)
class Column:
    """One column we know: its field, its label in reports, its other names, its reader."""

    field: str
    label: str
    also: tuple[str, ...]
    read: Callable[[str], Any]

    def matches(self, header: str) -> bool:
        """Whether a header means this column."""
        return plain(header) in {plain(name) for name in (self.field, self.label, *self.also)}


def plain(header: str) -> str:
    """A header without marks: `*事项名称（必填）` is 事项名称."""
    bare = re.sub(r"[（(【\[].*?[）)】\]]", "", header.strip().lower())
    return re.sub(r"[\s*＊:：_\-]+", "", bare)


COLUMNS = [
    Column("task_code", "实施编码", ("item_code", "事项编码", "实施清单编码", "编码", "code"),
           text(64)),
    Column("name", "事项名称", ("item_name", "task_name", "名称", "实施清单名称"), text(200)),
    Column("department", "实施部门",
           ("dept_name", "实施主体", "部门", "部门名称", "实施机构", "单位", "unit"), text(80)),
    Column("uscc", "统一社会信用代码",
           ("dept_uscc", "实施主体编码", "实施主体统一社会信用代码", "信用代码"), text(18)),
    Column("dept_code", "部门编码", ("部门代码", "机构编码"), text(24)),
    Column("task_type", "事项类型", ("task_type_code", "事项类型代码", "类型"), choice(TaskType)),
    Column("local_code", "地方编码", ("local_task_code",), text(80)),
    Column("situation", "业务办理项编码", ("task_handle_item",), text(80)),
    Column("level", "行使层级", ("use_level",), choice(PowerLevel)),
    Column("power_source", "权力来源", (), text(60)),
    Column("by_law", "设定依据", ("法律依据", "依据"), text(LONGEST_TEXT)),
    Column("use_content", "行使内容", (), text(LONGEST_TEXT)),
    Column("entrusted", "委托部门", ("entrust_name",), text(80)),
    Column("other_units", "联办机构", ("other_dept", "共同实施部门"), text(200)),
    Column("intermediary", "中介服务", ("service_type",), text(200)),
    Column("quantity_limit", "数量限制", ("limit_explain",), text(200)),
    Column("project_type", "办件类型", (), choice(ProjectType)),
    Column("review_kind", "审查类型", (), choice(ReviewKind)),
    Column("legal", "法定办结时限", ("anticipate_day", "法定时限", "legal_amount"), limit),
    Column("legal_unit", "法定时限单位", ("anticipate_type", "法定办结时限单位"), limit_unit),
    Column("legal_note", "法定时限说明", ("anticipate_explain", "法定办结时限说明"), text(300)),
    Column("promise", "承诺办结时限", ("promise_day", "承诺时限", "promise_amount"), limit),
    Column("promise_unit", "承诺时限单位", ("promise_type", "承诺办结时限单位"), limit_unit),
    Column("promise_note", "承诺时限说明", ("promise_explain", "承诺办结时限说明"), text(300)),
    Column("special_procedures", "特别程序", ("special_procedure",), choices(SpecialKind)),
    Column("served", "服务对象", ("server_type",), choices(ServedKind)),
    Column("person_topics", "自然人主题", ("user_topic_type", "面向自然人主题"), topics),
    Column("legal_topics", "法人主题", ("corp_topic_type", "面向法人主题"), topics),
    Column("aliases", "俗称", ("别名", "常用名"), text(200)),
    Column("conditions", "受理条件", ("accept_condition", "办理条件", "申请条件"),
           text(LONGEST_TEXT)),
    Column("flow_text", "办理流程", ("handle_flow",), text(LONGEST_TEXT)),
    Column("handle_forms", "办理形式", ("handle_type",), choices(HandleForm)),
    Column("handle_area", "通办范围", (), choice(HandleArea)),
    Column("visits", "到办事现场次数", ("limit_scene_num", "到现场次数", "跑动次数"), whole),
    Column("visits_reason", "必须现场办理原因", ("limit_scene_explain",), text(200)),
    Column("online", "是否网办", ("is_online", "网上办理"), yes_no),
    Column("online_depth", "网上办理深度", ("online_handle_depth", "网办深度"),
           choices(OnlineDepth)),
    Column("online_url", "网办地址", ("link", "link_addr", "online_handle_url", "办事指南链接"),
           text(300)),
    Column("mobile_url", "移动端地址", ("mobile_terminal_url",), text(300)),
    Column("in_hall", "进驻大厅", ("is_entry_center", "是否进驻大厅"), yes_no),
    Column("bookable", "支持预约", ("is_schedule", "是否支持预约"), yes_no),
    Column("express", "支持物流快递", ("is_express", "是否支持物流快递"), yes_no),
    Column("self_service", "支持自助终端", ("is_service_terminals",), yes_no),
    Column("address", "办理地点", ("transact_addr", "地址"), text(200)),
    Column("hours", "办理时间", ("transact_time",), text(200)),
    Column("phone", "咨询电话", ("link_way", "咨询方式"), text(80)),
    Column("complaint_phone", "监督投诉电话", ("supervise_way", "投诉电话", "监督电话"), text(80)),
    Column("charged", "是否收费", ("is_fee",), yes_no),
    Column("fee_basis", "收费依据", (), text(LONGEST_TEXT)),
    Column("pay_online", "支持网上支付", ("is_pay_online", "是否支持网上支付"), yes_no),
    Column("result_type", "结果类型", ("审批结果类型",), choice(ResultType)),
    Column("result_name", "结果名称", ("审批结果名称",), text(120)),
    Column("result_sample", "结果样本", ("审批结果样本",), text(200)),
    Column("remedy", "救济途径", (), text(LONGEST_TEXT)),
    Column("materials", "申请材料", ("材料", "材料清单", "material_name"), materials),
]  # fmt: skip
BY_FIELD = {column.field: column for column in COLUMNS}
# bookkeeping of the exchange: of the sending system, not words of the guide
IGNORED = {
    "rowguid", "cdbatch", "cdoperation", "cdtime", "datasource", "catalogcode", "taskversion",
    "localcatalogcode", "taskstate", "depttype", "issinglelogin", "appissinglelogin",
}  # fmt: skip
REQUIRED = ("task_code", "name")
UNIT = ("department", "uscc", "dept_code")


def known(header: str) -> Column | None:
    """The column that a header means, if any."""
    return next((column for column in COLUMNS if column.matches(header)), None)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header: at least two cells are names of columns."""
    return sum(known(cell) is not None for cell in cells if cell) >= 2


def assign(header: Sequence[str]) -> tuple[dict[int, Column], dict[int, str]]:
    """(place → column, place → header we do not know). Raises Refused: missing or doubled columns.

    Of two headers for one field (task_type_code beside task_type) the first wins.
    """
    found: dict[int, Column] = {}
    strange: dict[int, str] = {}
    for place, name in enumerate(header):
        column = known(name) if name else None
        if column is None:
            strange |= {place: name} if name and plain(name) not in IGNORED else {}
        elif column in found.values() and plain(name) in {plain(header[p]) for p in found}:
            raise Refused(f"表头“{name}”出现了两次。")
        elif column not in found.values():
            found[place] = column
    fields = {column.field for column in found.values()}
    missing = [BY_FIELD[name] for name in REQUIRED if name not in fields]
    if not fields.intersection(UNIT):
        missing.append(BY_FIELD["department"])
    if missing:
        names = "；".join(f"{c.label}（也可写作{'、'.join(c.also[:3])}）" for c in missing)
        raise Refused(f"缺少必要的列：{names}。")
    return found, strange


def read_row(
    cells: Sequence[str], columns: dict[int, Column]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """(values of the filled cells, problems as (label, cell, sentence))."""
    values: dict[str, Any] = {}
    problems = []
    for place, column in columns.items():
        cell = cells[place].strip()
        if not cell:
            if column.field in REQUIRED:
                problems.append((column.label, "", f"没有填写{column.label}。"))
            continue
        try:
            values[column.field] = column.read(cell)
        except Refused as refusal:
            problems.append((column.label, cell[:40], str(refusal)))
    for which in ("legal", "promise"):
        if which in values:
            amount, unit = values.pop(which)
            values[f"{which}_amount"] = amount
            values[f"{which}_unit"] = unit or values.get(f"{which}_unit") or LimitUnit.WORKDAYS
    return values, problems
