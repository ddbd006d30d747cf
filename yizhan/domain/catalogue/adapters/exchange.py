"""The national exchange shapes up_task_* (domain.md §1.4): one CSV per table, names as there.

These are data for a machine: values are exact, a text that begins with `=` stays as it is. Open
them with a text editor or an import, not with a double click into a spreadsheet (README).
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HEAD = ("row_guid", "cd_batch", "cd_operation", "cd_time", "data_source")
TABLES: dict[str, tuple[str, ...]] = {
    "up_task_directory": (
        "catalog_code", "local_catalog_code", "task_name", "task_type", "by_law", "use_level",
        "task_state", "task_version", "plan_effective_date", "plan_cancel_date",
    ),
    "up_task_general_basic": (
        "catalog_code", "local_catalog_code", "task_code", "local_task_code", "task_handle_item",
        "task_name", "task_type", "task_version", "task_state", "dept_name", "dept_code",
        "dept_type", "entrust_name", "use_level", "by_law", "anticipate_day", "anticipate_type",
        "anticipate_explain", "promise_day", "promise_type", "promise_explain",
        "accept_condition", "handle_flow", "special_procedure", "is_fee", "fee_basis",
        "server_type", "project_type", "handle_type", "limit_scene_num", "link_way",
        "supervise_way", "transact_addr", "transact_time", "link_addr", "mobile_terminal_url",
        "is_single_login", "app_is_single_login", "power_source",
    ),
    "up_task_general_extend": (
        "task_code", "is_entry_center", "handle_area", "other_dept", "service_type",
        "limit_explain", "result_type", "result_name", "result_guid", "is_express", "is_online",
        "online_handle_depth", "online_handle_url", "limit_scene_explain", "is_pay_online",
        "is_schedule", "is_service_terminals", "user_topic_type", "corp_topic_type", "town_code",
        "village_code",
    ),
    "up_task_general_material": (
        "task_code", "material_name", "is_need", "material_type", "material_format", "form_guid",
        "example_guid", "source_type", "source_explain", "page_num", "page_format",
        "fill_explain", "accept_stand", "by_law", "order_num", "handle_case", "originalnum",
        "copiesnum",
    ),
    "up_task_general_fee_project": (
        "task_code", "fee_name", "fee_stand", "by_law", "is_desc", "desc_explain", "order_num",
    ),
    "up_task_general_questions": ("task_code", "question", "answer", "order_num"),
}  # fmt: skip
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562 name space of URLs


class Writer:
    """The files of one batch, open until `close`."""

    def __init__(self, folder: Path, *, batch: str, time: str, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.head = {"cd_batch": batch, "cd_operation": "I", "cd_time": time, "data_source": source}
        self.counts = dict.fromkeys(TABLES, 0)
        self.files = {
            name: (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            for name in TABLES
        }
        self.writers = {}
        for name, columns in TABLES.items():
            self.writers[name] = csv.DictWriter(self.files[name], [*HEAD, *columns])
            self.writers[name].writeheader()

    def add(self, table: str, key: str, row: dict[str, Any]) -> None:
        """One row; `key` makes its row_guid, the same for the same row in every batch."""
        guid = uuid.uuid5(NAMESPACE, f"{table}/{key}").hex.upper()
        self.writers[table].writerow({"row_guid": guid, **self.head, **row})
        self.counts[table] += 1

    def close(self) -> None:
        """Close every file."""
        for file in self.files.values():
            file.close()


def joined(codes: Iterable[str]) -> str:
    """Several codes in one column, as the exchange writes them."""
    return "^".join(codes)


def yes(flag: bool) -> str:
    """1 or 0."""
    return "1" if flag else "0"


def basic(v: Any) -> dict[str, Any]:
    """up_task_general_basic of a version."""
    item, unit = v.item, v.item.organisation
    units = {"workdays": "1", "days": "2", "hours": "3", "none": "9"}
    return {
        "catalog_code": item.basic.catalog_code if item.basic else catalog_code(item.task_code),
        "local_catalog_code": item.basic.local_code if item.basic else "",
        "task_code": item.task_code, "local_task_code": item.local_code,
        "task_handle_item": "", "task_name": v.name, "task_type": v.task_type,
        "task_version": v.number, "task_state": "1" if item.state == "open" else "0",
        "dept_name": unit.name, "dept_code": unit.uscc or unit.code, "dept_type": unit.kind,
        "entrust_name": v.entrusted, "use_level": v.level, "by_law": v.by_law,
        "anticipate_day": v.legal_amount, "anticipate_type": units.get(v.legal_unit, ""),
        "anticipate_explain": v.legal_note, "promise_day": v.promise_amount,
        "promise_type": units.get(v.promise_unit, ""), "promise_explain": v.promise_note,
        "accept_condition": v.conditions, "handle_flow": v.flow_text,
        "special_procedure": joined(v.special_procedures), "is_fee": yes(v.charged),
        "fee_basis": v.fee_basis, "server_type": joined(v.served),
        "project_type": v.project_type, "handle_type": joined(v.handle_forms),
        "limit_scene_num": v.visits, "link_way": v.phone, "supervise_way": v.complaint_phone,
        "transact_addr": v.address, "transact_time": v.hours, "link_addr": v.online_url,
        "mobile_terminal_url": v.mobile_url, "is_single_login": "0",
        "app_is_single_login": "0", "power_source": v.power_source,
    }  # fmt: skip


def extend(v: Any) -> dict[str, Any]:
    """up_task_general_extend of a version."""
    return {
        "task_code": v.item.task_code, "is_entry_center": yes(v.in_hall),
        "handle_area": v.handle_area, "other_dept": v.other_units,
        "service_type": v.intermediary, "limit_explain": v.quantity_limit,
        "result_type": v.result_type, "result_name": v.result_name,
        "result_guid": v.result_sample, "is_express": yes(v.express),
        "is_online": yes(v.online), "online_handle_depth": joined(v.online_depth),
        "online_handle_url": v.online_url, "limit_scene_explain": v.visits_reason,
        "is_pay_online": yes(v.pay_online), "is_schedule": yes(v.bookable),
        "is_service_terminals": yes(v.self_service),
        "user_topic_type": joined(v.person_topics), "corp_topic_type": joined(v.legal_topics),
        "town_code": "", "village_code": "",
    }  # fmt: skip


def blanked(row: dict[str, Any], unwritten: Iterable[str]) -> dict[str, Any]:
    """Nothing is reported that nobody wrote: defaults of a sparse import leave as empty cells."""
    columns = {
        "level": ("use_level",), "project_type": ("project_type",), "charged": ("is_fee",),
        "legal_amount": ("anticipate_day", "anticipate_type"), "visits": ("limit_scene_num",),
        "promise_amount": ("promise_day", "promise_type"), "online": ("is_online",),
        "handle_area": ("handle_area",), "in_hall": ("is_entry_center",),
        "result_type": ("result_type",),
    }  # fmt: skip
    blank = {column for name in unwritten for column in columns.get(name, ())}
    return {name: "" if name in blank else value for name, value in row.items()}


def materials(v: Any) -> Iterator[dict[str, Any]]:
    """up_task_general_material rows of a version."""
    for order, m in enumerate(v.materials, start=1):
        yield {
            "task_code": v.item.task_code, "material_name": m.get("name", ""),
            "is_need": m.get("need", "1"), "material_type": _paper(m),
            "material_format": m.get("form", "3"), "form_guid": "", "example_guid": "",
            "source_type": m.get("source", "10"), "source_explain": m.get("issuer", ""),
            "page_num": m.get("originals", 1) + m.get("copies", 0), "page_format": "A4",
            "fill_explain": m.get("fill_note", ""), "accept_stand": m.get("standard", ""),
            "by_law": m.get("basis", ""), "order_num": order, "handle_case": m.get("when", ""),
            "originalnum": m.get("originals", 1), "copiesnum": m.get("copies", 0),
        }  # fmt: skip


def _paper(material: dict[str, Any]) -> str:
    """1 original, 2 copy, 3 either."""
    originals, copies = material.get("originals", 1), material.get("copies", 0)
    return "3" if originals and copies else "1" if originals else "2"


def fees(v: Any) -> Iterator[dict[str, Any]]:
    """up_task_general_fee_project rows of a version."""
    for order, fee in enumerate(v.fees, start=1):
        yield {
            "task_code": v.item.task_code, "fee_name": fee.get("name", ""),
            "fee_stand": fee.get("standard", ""), "by_law": fee.get("basis", ""),
            "is_desc": yes(bool(fee.get("reducible"))),
            "desc_explain": fee.get("reduction", ""), "order_num": order,
        }  # fmt: skip


def questions(v: Any) -> Iterator[dict[str, Any]]:
    """up_task_general_questions rows of a version."""
    for order, faq in enumerate(v.faqs, start=1):
        yield {
            "task_code": v.item.task_code, "question": faq.get("question", ""),
            "answer": faq.get("answer", ""), "order_num": order,
        }  # fmt: skip


def catalog_code(task_code: str) -> str:
    """The 12 digits of the basic list inside a national code of 31; empty for a local code."""
    national = len(task_code) == 31 and task_code[18:].isdigit()
    return task_code[19:31] if national else ""
