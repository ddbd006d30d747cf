"""Import: all or nothing, idempotent, a sentence for every broken row, progress, time, memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.domain.catalogue.sheets import (
    HEADER,
    LATER,
    counts,
    excel,
    load,
    nothing_written,
    reasons,
    rows,
    saved,
    sheet,
)
from tests.factories.catalogue import AT, REGION, unit
from yizhan.domain.catalogue import actions, queries, rules
from yizhan.domain.catalogue.models import ImportRun, Item, ItemVersion
from yizhan.domain.office.models import Organisation


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_it_reads_every_encoding(tmp_path: Path, encoding: str) -> None:
    run = load(tmp_path, sheet(*rows(), encoding=encoding))
    assert counts(run) == ("done", 3, 3, 0, 0)
    assert sorted(Item.objects.values_list("name", flat=True)) == ["事项1", "事项2", "事项3"]
    assert run.new_units == ["测试甲局"]


@pytest.mark.django_db
def test_it_reads_excel_with_a_title_above_the_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["2026年事项清单"])
    book.active.merge_cells("A1:D1")
    for line in [HEADER, *rows()]:
        book.active.append(line)
    run = load(tmp_path, saved(book), "事项.xlsx")
    assert counts(run) == ("done", 3, 3, 0, 0)


@pytest.mark.django_db
def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    run = load(tmp_path, sheet(*rows()), dry_run=True)
    assert counts(run) == ("checked", 3, 3, 0, 0)
    assert nothing_written()
    assert not Organisation.objects.filter(name="测试甲局").exists()


@pytest.mark.django_db
def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows()))
    again = load(tmp_path, sheet(*rows()), at=LATER)
    assert counts(again) == ("done", 3, 0, 0, 3)
    assert ItemVersion.objects.count() == 3
    spaced = load(tmp_path, sheet(*[[f" {cell} " for cell in row] for row in rows()]))
    assert counts(spaced) == ("done", 3, 0, 0, 3)


@pytest.mark.django_db
def test_a_changed_row_makes_a_new_version_and_keeps_the_rest(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows()))
    item = Item.objects.get(task_code="CODE-00002")
    actions.edit_draft(item.pk, content={"hours": "工作日", "visits": 1}, by=None, at=AT)
    ItemVersion.objects.filter(item=item, state="draft").delete()
    changed = rows()
    changed[1][1] = "事项2（新名称）"
    run = load(tmp_path, sheet(*changed), at=LATER)
    assert counts(run) == ("done", 3, 0, 1, 2)
    versions = list(ItemVersion.objects.filter(item=item).order_by("number"))
    assert [(v.number, v.state, v.name) for v in versions] == [
        (1, "retired", "事项2"), (2, "published", "事项2（新名称）"),
    ]  # fmt: skip
    assert versions[0].valid_to == LATER
    item.refresh_from_db()
    assert (item.name, item.current) == ("事项2（新名称）", versions[1])
    assert queries.search("新名称", region=REGION).total == 1


@pytest.mark.django_db
def test_the_same_file_does_not_undo_a_later_edit(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows()))
    item = Item.objects.get(task_code="CODE-00001")
    draft = actions.edit_draft(item.pk, content={"name": "改过的名称"}, by=None, at=AT)
    ItemVersion.objects.filter(item=item, state="published").update(state="retired", valid_to=LATER)
    ItemVersion.objects.filter(pk=draft.pk).update(state="published")
    Item.objects.filter(pk=item.pk).update(current=draft, name="改过的名称")
    run = load(tmp_path, sheet(*rows()), at=LATER)
    assert counts(run) == ("done", 3, 0, 0, 3)
    item.refresh_from_db()
    assert item.current.name == "改过的名称"


@pytest.mark.django_db
def test_an_empty_cell_changes_nothing(tmp_path: Path) -> None:
    header = [*HEADER, "咨询电话"]
    load(tmp_path, sheet(["测试甲局", "事项1", "行政许可", "C1", "0371-26990000"], header=header))
    run = load(tmp_path, sheet(["测试甲局", "事项1", "行政许可", "C1", ""], header=header))
    assert counts(run) == ("done", 1, 0, 0, 1)
    assert Item.objects.get().current.phone == "0371-26990000"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "row", "column", "reason"),
    [
        (["测试甲局", "", "行政许可", "X"], 3, "事项名称", "没有填写事项名称。"),
        (["测试甲局", "甲", "行政许可", ""], 3, "实施编码", "没有填写实施编码。"),
        (["", "甲", "行政许可", "X"], 3, "实施部门", "没有填写实施部门。"),
        (["测试甲局", "长" * 201, "行政许可", "X"], 3, "事项名称",
         "内容太长：201个字，最多200个字。"),
        (["测试甲局", "甲", "行政许可", "X" * 65], 3, "实施编码", "内容太长：65个字，最多64个字。"),
        (["测试甲局", "甲", "行政许可", "CODE-00001"], 3, "实施编码", "与第2行的实施编码重复。"),
        (["测试甲局", "甲", "行政"], 3, "", "这一行只有3格，表头有4格，可能缺了逗号。"),
        (["测试甲局", "甲", "行政许可", "X", "多", "余"], 3, "",
         "这一行比表头多出2格，可能多了逗号或少了引号。"),
        (["测试甲局", "=1+1", "行政许可", "X"], 3, "事项名称",
         "单元格是公式，请改成实际的文字或数字。"),
    ],
)  # fmt: skip
def test_a_broken_row_has_its_sentence_and_nothing_is_written(
    tmp_path: Path, line: list[str], row: int, column: str, reason: str
) -> None:
    run = load(tmp_path, sheet(rows(1)[0], line))
    assert counts(run) == ("refused", 2, 0, 0, 0)
    assert (row, column, reason) in reasons(run)
    assert nothing_written()


@pytest.mark.django_db
def test_a_word_outside_a_code_table_lists_what_may_be_said(tmp_path: Path) -> None:
    run = load(tmp_path, sheet(["测试甲局", "甲", "行政审批", "X"]))
    [(row, column, reason)] = reasons(run)
    assert (row, column) == (2, "事项类型")
    assert reason.startswith("“行政审批”不在可选的范围内，可填：行政权力、行政许可、")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("承诺办结时限", "很快", "时限应像“20个工作日”“30天”“24小时”“即办”“无期限”。"),
        ("到办事现场次数", "一次", "应填整数。"),
        ("是否收费", "看情况", "应填“是”或“否”。"),
        ("法定时限单位", "周", "时限单位应为工作日、自然日、小时或无期限。"),
        ("自然人主题", "很" * 21, "每个主题最多20个字，多个主题用“、”隔开。"),
    ],
)
def test_typed_columns(tmp_path: Path, header: str, cell: str, reason: str) -> None:
    run = load(tmp_path, sheet([*rows(1)[0], cell], header=[*HEADER, header]))
    assert reasons(run) == [(2, header, reason)]


@pytest.mark.django_db
def test_a_rich_row_becomes_a_guide(tmp_path: Path) -> None:
    header = [*HEADER, "承诺办结时限", "法定办结时限", "服务对象", "办理形式", "申请材料",
              "到办事现场次数", "是否收费", "is_online", "自定义列"]  # fmt: skip
    line = [*rows(1)[0], "5个工作日", "30天", "自然人^企业法人", "1^2", "1.身份证；2.户口簿",
            "1次", "否", "1", "留着"]  # fmt: skip
    assert counts(load(tmp_path, sheet(line, header=header)))[:3] == ("done", 1, 1)
    version = ItemVersion.objects.get()
    assert (version.promise_amount, version.promise_unit) == (5, "workdays")
    assert (version.legal_amount, version.legal_unit) == (30, "days")
    assert (version.served, version.handle_forms) == (["1", "2"], ["1", "2"])
    assert version.materials == [{"key": "m1", "name": "身份证"}, {"key": "m2", "name": "户口簿"}]
    assert (version.visits, version.charged, version.online) == (1, False, True)
    assert version.extra == {"自定义列": "留着"}
    assert "visits" not in version.unwritten
    assert "project_type" in version.unwritten


@pytest.mark.django_db
def test_what_a_row_is_silent_about_is_shown_as_not_written(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows(1)))
    version = ItemVersion.objects.get()
    guide = queries.guide(version)
    assert guide.promised_limit.text == "本单位尚未填写"
    assert {"承诺办结时限", "是否收费", "到办事现场次数", "申请材料"} <= set(guide.missing)
    found = {problem.field for problem in rules.publish_problems(version)}
    assert {"promise_amount", "charged", "visits", "by_law"} <= found
    draft = actions.edit_draft(version.item_id, content={"visits": 0}, by=None, at=AT)
    assert "visits" not in draft.unwritten
    assert "charged" in draft.unwritten


@pytest.mark.django_db
def test_missing_and_doubled_columns(tmp_path: Path) -> None:
    run = load(tmp_path, sheet(["甲", "行政许可"], header=["事项名称", "事项类型"]))
    [(row, _, reason)] = reasons(run)
    assert row == 0
    assert reason.startswith("缺少必要的列：实施编码（也可写作item_code、")
    assert "实施部门" in reason
    run = load(tmp_path, sheet([*rows(1)[0], "乙"], header=[*HEADER, "事项名称"]))
    assert reasons(run) == [(0, "", "表头“事项名称”出现了两次。")]
    run = load(tmp_path, sheet(["a", "b"], header=["x", "y"]))
    assert "没有找到表头" in reasons(run)[0][2]
    assert "没有数据行" in reasons(load(tmp_path, sheet()))[0][2]
    assert nothing_written()


@pytest.mark.django_db
def test_an_unknown_unit_can_be_refused(tmp_path: Path) -> None:
    unit("测试乙局")
    lines = [["测试乙局", "甲", "行政许可", "C1"], ["查无此局", "乙", "行政许可", "C2"]]
    run = load(tmp_path, sheet(*lines), new_units=False)
    assert reasons(run) == [
        (3, "实施部门", "没有名为“查无此局”的机构，请先在机构管理中建立，或核对名称。")
    ]
    assert nothing_written()


@pytest.mark.django_db
def test_units_may_share_or_lack_a_credit_code(tmp_path: Path) -> None:
    code = "11511301008778255F"
    header = [*HEADER, "dept_uscc"]
    lines = [["甲局", "一", "行政许可", "C1", code], ["乙局", "二", "行政许可", "C2", code],
             ["丙局", "三", "行政许可", "C3", ""],
             ["丁局", "四", "行政许可", "C4", "错误的代码"]]  # fmt: skip
    assert counts(load(tmp_path, sheet(*lines, header=header)))[:3] == ("done", 4, 4)
    made = dict(Organisation.objects.values_list("name", "uscc"))
    assert made == {"甲局": code, "乙局": "", "丙局": "", "丁局": ""}


@pytest.mark.django_db
def test_excel_merged_cells_and_formulas(tmp_path: Path) -> None:
    book = excel(*rows(4))
    book.active.merge_cells("A3:A4")
    book.active["B5"] = "=CONCATENATE(A5,1)"
    run = load(tmp_path, saved(book), "事项.xlsx")
    merged, formula = (
        "这里是合并单元格，请取消合并，逐行填写。",
        "单元格是公式，请改成实际的文字或数字。",
    )
    assert (3, "实施部门", merged) in reasons(run)
    assert (4, "实施部门", merged) in reasons(run)
    assert (5, "事项名称", formula) in reasons(run)
    assert nothing_written()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "文件是空的。"),
        ("a.csv", b"\x00\x01\x02binary" * 20, "这不是文本文件"),
        ("a.csv", bytes(range(128, 256)) * 40, "文字编码认不出来"),
        ("a.xlsx", b"not excel at all", "文件内容不是Excel"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版Excel"),
        ("a.xlsx", b"PK\x03\x04broken", "Excel文件已损坏"),
        ("a.csv", '事项名称,实施编码\n甲,"乙\n丙,丁\n'.encode(), "引号没有成对"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name, content, sentence) -> None:
    run = load(tmp_path, content, name)
    assert run.state == "refused"
    assert sentence in run.problems[0]["reason"]


@pytest.mark.django_db
def test_archives_and_bombs(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x")
    assert "这是压缩包" in load(tmp_path, out.getvalue(), "a.xlsx").problems[0]["reason"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (201 * 1024 * 1024))
    assert len(out.getvalue()) < 1_000_000
    assert "展开后过大" in load(tmp_path, out.getvalue(), "a.xlsx").problems[0]["reason"]


@pytest.mark.django_db
def test_the_10001st_row_breaks_and_nothing_is_written(tmp_path: Path) -> None:
    good = sheet(*rows(10_000))
    bad = "测试甲局,".encode() + b"\xff\xfe\xfa" + ",行政许可,CODE-LAST\r\n".encode()
    run = load(tmp_path, good + bad)
    assert (run.state, run.total) == ("refused", 10_001)
    assert reasons(run) == [(10_002, "", "这一行有无法识别的文字，请检查编码后重新导出。")]
    assert nothing_written()


@pytest.mark.django_db
def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    from yizhan.domain.catalogue.actions import writing

    calls = []

    def breaks(batch):
        calls.append(len(batch))
        if len(calls) == 5:
            raise RuntimeError("disk full")
        return real(batch)

    real = writing.copy_rows
    monkeypatch.setattr(writing, "copy_rows", breaks)
    with pytest.raises(RuntimeError):
        load(tmp_path, sheet(*rows(1200)))
    assert nothing_written()
    assert ImportRun.objects.get().state == "failed"


@pytest.mark.django_db
def test_drafts_and_cancelled_items_stop_a_changed_row(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows(2)))
    first, second = Item.objects.order_by("task_code")
    actions.edit_draft(first.pk, content={"hours": "x"}, by=None, at=AT)
    actions.withdraw(second.pk, reason="取消", by=None, at=AT)
    changed = [[*row] for row in rows(2)]
    changed[0][1], changed[1][1] = "新一", "新二"
    run = load(tmp_path, sheet(*changed))
    assert [reason for _, _, reason in reasons(run)] == [
        "这个事项有未发布的修改，请先发布或放弃草稿再导入。",
        "这个事项已取消，请从文件中删去这一行。",
    ]
    assert ItemVersion.objects.filter(name__in=["新一", "新二"]).count() == 0


@pytest.mark.django_db
def test_addresses_are_stable_short_and_safe(tmp_path: Path) -> None:
    load(tmp_path, sheet(*rows(300)))
    slugs = list(Item.objects.order_by("task_code").values_list("slug", flat=True))
    assert len(set(slugs)) == 300
    assert all(len(slug) == 8 and slug.isalnum() and slug.islower() or slug.isdigit()
               for slug in slugs)  # fmt: skip
    assert slugs[0] == rules.content.slug("CODE-00001")
