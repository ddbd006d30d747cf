"""What an import would do: read every row, compare it with the item, collect every problem."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.catalogue.adapters.tables import Row, Table
from yizhan.domain.catalogue.choices import ItemState, VersionState
from yizhan.domain.catalogue.models import Item, ItemVersion
from yizhan.domain.catalogue.rules import columns
from yizhan.domain.office.models import Organisation

CHUNK = 500
# of the item, not its words
OWN = ("task_code", "department", "uscc", "dept_code", "local_code", "situation")


@dataclass(slots=True)
class Wish:
    """One row as read: the item's code, its unit, its words, and a hash over all of it."""

    row: int
    code: str
    unit: str
    words: dict[str, Any]
    local_code: str
    hash: str


@dataclass(slots=True)
class Change:
    """A new item (`item` None) or a new version of one."""

    wish: Wish
    item_id: Any = None


@dataclass(slots=True)
class NewUnit:
    """A unit named by the file that the county does not have yet."""

    name: str
    code: str
    uscc: str


@dataclass(slots=True)
class Plan:
    """The outcome of the check; `touched` are equal rows written otherwise than last time."""

    total: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    touched: list[tuple[Any, str]] = field(default_factory=list)
    new_units: list[NewUnit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)  # name → id of the known ones

    @property
    def created(self) -> int:
        """New items."""
        return sum(change.item_id is None for change in self.changes)

    @property
    def updated(self) -> int:
        """New versions of items there are."""
        return len(self.changes) - self.created

    @property
    def unit_names(self) -> list[str]:
        """The units to be created."""
        return [unit.name for unit in self.new_units]

    def problem(self, row: int, column: str, value: str, reason: str) -> None:
        """Note what is wrong with one cell."""
        found = {"row": row, "column": column, "value": value, "reason": reason}
        if found not in self.problems[-3:]:
            self.problems.append(found)


def make_plan(table: Table, *, region: str, new_units: bool, tell: Callable[[int], None]) -> Plan:
    """Check the whole table. Raises Refused when its columns are wrong."""
    places, strange = columns.assign(table.header)
    plan = Plan(total=len(table.rows))
    if not table.rows:
        raise Refused("表头下面没有数据行。")
    if strange:
        plan.notes.append(f"没有对应字段、原样保存的列：{'、'.join(strange.values())}。")
    named, offered = _units(region)
    wishes = _wishes(table, places, strange, plan)
    _find_units(wishes, table, places, plan, named=named, offered=offered, new_units=new_units)
    for start in range(0, len(wishes), CHUNK):
        _compare(wishes[start : start + CHUNK], plan, region=region)
        tell(min(start + CHUNK, len(wishes)) if start + CHUNK < len(wishes) else plan.total)
    if not wishes:
        tell(plan.total)
    plan.problems.sort(key=lambda problem: problem["row"])
    return plan


def _wishes(
    table: Table, places: dict[int, columns.Column], strange: dict[int, str], plan: Plan
) -> list[Wish]:
    found = []
    seen: dict[str, int] = {}
    situations = 0
    for row in table.rows:
        values, problems = columns.read_row(row.cells, places)
        if values.get("situation"):
            situations += 1  # of the exchange: its item's own row says everything
            continue
        for label, sentence in row.problems:
            plan.problem(row.number, label, "", sentence)
        for label, cell, sentence in problems:
            plan.problem(row.number, label, cell, sentence)
        code = values.get("task_code", "")
        if code in seen:
            plan.problem(row.number, "实施编码", code, f"与第{seen[code]}行的实施编码重复。")
            continue
        if code and not problems and not row.problems:
            seen[code] = row.number
            found.append(_wish(row, values, strange))
    if situations:
        plan.notes.append(f"业务办理项的{situations}行随其事项管理，不单独导入。")
    return found


def _wish(row: Row, values: dict[str, Any], strange: dict[int, str]) -> Wish:
    digest = hashlib.sha256(json.dumps(row.cells, ensure_ascii=False).encode()).hexdigest()
    words = {name: value for name, value in values.items() if name not in OWN}
    extra = {name: row.cells[place] for place, name in strange.items() if row.cells[place]}
    if extra:
        words["extra"] = extra
    unit = values.get("department") or values.get("dept_code") or values.get("uscc") or ""
    return Wish(row.number, values["task_code"], unit, words, values.get("local_code", ""), digest)


def _units(region: str) -> tuple[dict[str, int], dict[str, int]]:
    """(names → id, codes and credit codes → id) of the county's units."""
    named: dict[str, int] = {}
    offered: dict[str, int] = {}
    for unit in Organisation.objects.filter(region=region).order_by("-active", "id"):
        for name in (unit.name, unit.short_name):
            named.setdefault(name, unit.pk)
        for code in (unit.code, unit.uscc):
            if code:
                offered.setdefault(code, unit.pk)
    return named, offered


def _find_units(
    wishes: list[Wish],
    table: Table,
    places: dict[int, columns.Column],
    plan: Plan,
    *,
    named: dict[str, int],
    offered: dict[str, int],
    new_units: bool,
) -> None:
    """Each row's unit: by name, else by code; unknown ones are planned or refused."""
    by_field = {column.field: place for place, column in places.items()}
    said = {row.number: row for row in table.rows}
    unknown: dict[str, list[Row]] = {}
    for wish in wishes:
        known = named.get(wish.unit) or offered.get(wish.unit)
        if known is not None:
            plan.units[wish.unit] = known
        elif not wish.unit:
            plan.problem(wish.row, "实施部门", "", "没有填写实施部门。")
        elif not new_units or "department" not in by_field:
            reason = f"没有名为“{wish.unit}”的机构，请先在机构管理中建立，或核对名称。"
            plan.problem(wish.row, "实施部门", wish.unit, reason)
        else:
            unknown.setdefault(wish.unit, []).append(said[wish.row])
    taken = set(offered)
    for name, rows in unknown.items():
        plan.new_units.append(_new_unit(name, rows, by_field, taken))
    if plan.new_units:
        plan.notes.append(f"新建机构{len(plan.new_units)}个：{'、'.join(plan.unit_names)}。")


def _new_unit(name: str, rows: list[Row], places: dict[str, int], taken: set[str]) -> NewUnit:
    """Several departments may share a credit code: the first keeps it, the others have none."""

    def most_common(which: str) -> Iterator[str]:
        if which in places:
            counted = Counter(row.cells[places[which]] for row in rows)
            yield from (cell for cell, _ in counted.most_common() if cell and cell not in taken)

    uscc = next((code for code in most_common("uscc") if _is_credit_code(code)), "")
    taken.add(uscc)
    code = next(most_common("dept_code"), "") or "U" + hashlib.sha256(name.encode()).hexdigest()[:8]
    taken.add(code)
    return NewUnit(name, code, uscc)


def _is_credit_code(text: str) -> bool:
    try:
        numbers.credit_code(text)
    except Refused:
        return False
    return True


def _compare(wishes: list[Wish], plan: Plan, *, region: str) -> None:
    items = {
        item.task_code: item
        for item in Item.objects.filter(region=region, task_code__in=[w.code for w in wishes])
        .select_related("current")
        .defer("search")
    }
    drafts = set(
        ItemVersion.objects.filter(
            item__in=[item.pk for item in items.values()],
            state__in=(VersionState.DRAFT, VersionState.SCHEDULED),
        ).values_list("item_id", flat=True)
    )
    for wish in wishes:
        item = items.get(wish.code)
        if item is None:
            plan.changes.append(Change(wish))
        elif item.row_hash == wish.hash:
            plan.unchanged += 1
        elif item.state == ItemState.WITHDRAWN:
            plan.problem(wish.row, "实施编码", wish.code, "这个事项已取消，请从文件中删去这一行。")
        elif item.current is not None and _same(item, wish, plan):
            plan.unchanged += 1
            plan.touched.append((item.pk, wish.hash))
        elif item.pk in drafts:
            reason = "这个事项有未发布的修改，请先发布或放弃草稿再导入。"
            plan.problem(wish.row, "实施编码", wish.code, reason)
        else:
            plan.changes.append(Change(wish, item.pk))


def _same(item: Item, wish: Wish, plan: Plan) -> bool:
    unit = plan.units.get(wish.unit)
    if unit != item.organisation_id or (wish.local_code and wish.local_code != item.local_code):
        return False
    current = item.current
    return all(getattr(current, name) == value for name, value in wish.words.items())
