"""Export in the national exchange shapes, and the way back in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.domain.catalogue.sheets import LATER, counts, load, rows, sheet
from tests.factories.catalogue import AT, LAW, REGION, drafted, published, unit
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.adapters import exchange
from yizhan.domain.catalogue.models import BasicItem, Item, ItemVersion

pytestmark = pytest.mark.django_db


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_has_the_head_and_columns_of_the_exchange(tmp_path: Path) -> None:
    counted = actions.export(tmp_path / "out", region=REGION, at=AT)
    assert set(counted.values()) == {0}
    for name, columns in exchange.TABLES.items():
        line = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        head = ["row_guid", "cd_batch", "cd_operation", "cd_time", "data_source"]
        assert line.split(",") == [*head, *columns]


def test_one_item_becomes_its_rows(tmp_path: Path) -> None:
    version = published(
        charged=True, fee_basis=LAW,
        fees=[{"name": "工本费", "standard": "每证10元", "basis": LAW, "reducible": True,
               "reduction": "低保家庭免收"}],
        situations=[{"code": "01", "name": "已婚", "when": 'answers.married == "yes"'}],
        special_procedures=["hearing", "expert"],
    )  # fmt: skip
    counted = actions.export(tmp_path, region=REGION, at=AT)
    assert list(counted.values()) == [0, 2, 1, 4, 1, 1]
    whole, situation = table(tmp_path, "up_task_general_basic")
    code = version.item.task_code
    assert (whole["task_code"], whole["catalog_code"]) == (code, code[19:31])
    assert (whole["dept_code"], whole["dept_type"]) == (version.item.organisation.uscc, "1")
    assert (whole["promise_day"], whole["promise_type"], whole["anticipate_day"]) == (
        "5",
        "1",
        "20",
    )
    assert (whole["handle_type"], whole["server_type"]) == ("1^2", "1")
    assert (whole["special_procedure"], whole["is_fee"]) == ("hearing^expert", "1")
    assert (whole["cd_time"], whole["data_source"]) == ("20260901T090000", REGION)
    assert (situation["task_handle_item"], situation["task_name"]) == (
        f"{code}01", "测试事项许可（已婚）",
    )  # fmt: skip
    [extend] = table(tmp_path, "up_task_general_extend")
    assert (extend["limit_scene_explain"], extend["online_handle_depth"]) == (
        "须核对身份证原件", "1^2^3^4",
    )  # fmt: skip
    names = [(m["order_num"], m["material_name"], m["is_need"], m["by_law"])
             for m in table(tmp_path, "up_task_general_material")]  # fmt: skip
    assert names[2:] == [("3", "结婚证", "2", LAW), ("4", "房屋现状照片", "3", LAW)]
    [fee] = table(tmp_path, "up_task_general_fee_project")
    assert (fee["fee_stand"], fee["is_desc"], fee["desc_explain"]) == (
        "每证10元", "1", "低保家庭免收",
    )  # fmt: skip
    assert table(tmp_path, "up_task_general_questions")[0]["answer"] == "可以，请带委托书。"


def test_the_basic_list_is_the_directory(tmp_path: Path) -> None:
    BasicItem.objects.create(
        catalog_code="000100001000", name="某许可", task_type="01", by_law=LAW, levels="34"
    )
    actions.export(tmp_path, region=REGION, at=AT)
    [row] = table(tmp_path, "up_task_directory")
    assert (row["catalog_code"], row["task_name"], row["use_level"]) == (
        "000100001000", "某许可", "3^4",
    )  # fmt: skip


def test_the_same_row_keeps_its_guid(tmp_path: Path) -> None:
    published()
    guids = []
    for at in (AT, LATER):
        actions.export(tmp_path, region=REGION, at=at)
        guids.append(table(tmp_path, "up_task_general_basic")[0]["row_guid"])
    assert guids[0] == guids[1]
    assert len(guids[0]) == 32


def test_drafts_cancelled_and_foreign_items_stay_here(tmp_path: Path) -> None:
    drafted()
    published(region="410224")
    gone, paused = published(name="取消的"), published(name="暂停的")
    actions.withdraw(gone.item_id, reason="取消", by=None, at=AT)
    actions.suspend(paused.item_id, reason="升级", by=None, at=AT)
    actions.export(tmp_path, region=REGION, at=AT)
    [row] = table(tmp_path, "up_task_general_basic")
    assert (row["task_name"], row["task_state"]) == ("暂停的", "0")


def test_what_nobody_wrote_is_not_reported(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows(1)))
    actions.export(tmp_path / "out", region=REGION, at=AT)
    [basic] = table(tmp_path / "out", "up_task_general_basic")
    empty = ("promise_day", "promise_type", "anticipate_day", "is_fee", "limit_scene_num")
    assert [basic[name] for name in empty] == [""] * 5
    [extend] = table(tmp_path / "out", "up_task_general_extend")
    assert (extend["is_online"], extend["handle_area"]) == ("", "")


def test_values_are_exact_even_when_a_spreadsheet_would_run_them(tmp_path: Path) -> None:
    published(conditions='=HYPERLINK(1)\n第二行，含“引号"和逗号,')
    actions.export(tmp_path, region=REGION, at=AT)
    [row] = table(tmp_path, "up_task_general_basic")
    assert row["accept_condition"] == '=HYPERLINK(1)\n第二行，含“引号"和逗号,'


def test_what_was_exported_can_be_imported_and_changes_nothing(tmp_path: Path) -> None:
    office = unit("兰考县测试总局")
    for name in ("甲事项", "乙事项", "丙事项"):
        published(
            name=name, organisation=office, special_procedures=["hearing"],
            situations=[{"code": "01", "name": "已婚"}] if name == "甲事项" else [],
        )  # fmt: skip
    for at in (AT, LATER):
        actions.export(tmp_path, region=REGION, at=at)
        run = load(tmp_path, (tmp_path / "up_task_general_basic.csv").read_bytes(), "again.csv")
        assert run.problems == []
        assert counts(run) == ("done", 4, 0, 0, 3)
        assert run.notes == ["业务办理项的1行随其事项管理，不单独导入。"]
    assert ItemVersion.objects.count() == 3


def test_another_county_reads_codes_and_names_as_they_were(tmp_path: Path) -> None:
    version = published(name="往返事项")
    actions.export(tmp_path, region=REGION, at=AT)
    Item.objects.filter(pk=version.item_id).update(region="410224", task_code="别处")
    run = load(tmp_path, (tmp_path / "up_task_general_basic.csv").read_bytes(), "back.csv")
    assert counts(run)[:3] == ("done", 1, 1)
    back = Item.objects.get(region=REGION)
    assert (back.task_code, back.name) == (table(tmp_path, "up_task_general_basic")[0]["task_code"],
                                           "往返事项")  # fmt: skip
    assert back.current.promise_amount == 5
