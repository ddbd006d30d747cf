"""`yizhan catalogue import|export`, as a county's clerk calls it; the 1,135 items of a real one."""

from __future__ import annotations

import contextlib
import csv
import json
from pathlib import Path

import pytest
from django.test import Client

from tests.domain.catalogue.sheets import rows, sheet
from tests.factories.catalogue import REGION, place
from yizhan.config.cli import main, session
from yizhan.domain.catalogue import queries, rules
from yizhan.domain.catalogue.models import Item
from yizhan.domain.office.models import Organisation

pytestmark = pytest.mark.django_db
# github.com/v-luobo/zwfw, Apache-2.0: another province's county, so every code is a local one
REAL = Path(__file__).parents[1] / "data" / "guangan-items-2025.csv"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database instead of the one the command would start."""
    monkeypatch.setattr(session, "database", contextlib.nullcontext)
    place()


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], dict]:
    code = main(["catalogue", *words])
    lines = capsys.readouterr().out.strip().splitlines()
    return code, lines, json.loads(lines[-1]) if lines else {}


def test_import_prints_what_it_did(tmp_path: Path, capsys) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(sheet(*rows(), encoding="gbk"))
    code, lines, figures = command(capsys, "import", str(file), "--dry-run")
    assert code == 0
    assert "检查通过，将新增3项、更新0项、不变0项。" in lines
    assert (figures["rows"], figures["created"], figures["dry_run"]) == (3, 3, True)
    assert not Item.objects.exists()
    code, lines, figures = command(capsys, "import", str(file))
    assert "导入完成，新增3项、更新0项、不变0项。" in lines
    assert figures == {
        "rows": 3, "created": 3, "updated": 0, "unchanged": 0, "problems": 0, "new_units": 1,
        "dry_run": False, "state": "done",
    }  # fmt: skip
    assert command(capsys, "import", str(file))[2]["unchanged"] == 3


def test_problems_end_with_code_1_and_a_line_each(tmp_path: Path, capsys) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(sheet(*rows(1), ["甲局", "", "行政许可", "C"], ["甲局", "乙", "?", "D"]))
    code, lines, figures = command(capsys, "import", str(file))
    assert code == 1
    assert "第3行，事项名称：没有填写事项名称。" in lines
    assert any(line.startswith("第4行，事项类型“?”：“?”不在可选的范围内") for line in lines)
    assert (figures["problems"], figures["created"], figures["state"]) == (2, 0, "refused")
    assert not Item.objects.exists()
    known = ("import", str(file), "--known-units")
    assert "没有名为“测试甲局”的机构" in "".join(command(capsys, *known)[1])


def test_a_missing_file_and_a_foreign_folder(tmp_path: Path, capsys) -> None:
    assert main(["catalogue", "import", str(tmp_path / "no.csv")]) == 2
    assert "找不到文件" in capsys.readouterr().err
    (tmp_path / "file").write_text("x")
    assert main(["catalogue", "export", str(tmp_path / "file" / "folder")]) == 2
    assert "写不了文件夹" in capsys.readouterr().err


def test_help_needs_no_database(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["catalogue", "import", "--help"])
    assert ended.value.code == 0
    assert "--dry-run" in capsys.readouterr().out


@pytest.mark.slow
def test_1135_real_items_come_in_by_the_countys_door_and_every_guide_opens(
    tmp_path: Path, capsys, client: Client
) -> None:
    code, lines, figures = command(capsys, "import", str(REAL))
    assert code == 0, lines
    assert (figures["rows"], figures["created"], figures["new_units"]) == (1135, 1135, 34)
    again = command(capsys, "import", str(REAL))[2]
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1135)
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        given = {row["item_code"]: row for row in csv.DictReader(file)}
    items = Item.objects.select_related("organisation", "current").defer("search")
    assert {i.task_code: (i.name, i.organisation.name) for i in items} == {
        code: (row["item_name"].strip(), row["department"]) for code, row in given.items()
    }
    for item in items:
        page = client.get(f"/items/{item.slug}/")
        assert page.status_code == 200, item.task_code
        assert "本单位尚未填写" in page.content.decode()
    assert rules.publish_problems(items[0].current)
    assert queries.search("道路", region=REGION).total > 20
    assert sum(unit.open_items for unit in queries.units(REGION)) == 1135
    codes = Organisation.objects.exclude(uscc="").values_list("uscc", flat=True)
    assert len(set(codes)) == len(codes)
    counted = command(capsys, "export", str(tmp_path))[2]
    assert counted["up_task_general_basic"] == counted["up_task_general_extend"] == 1135
    with (tmp_path / "up_task_general_basic.csv").open(encoding="utf-8", newline="") as file:
        out = {row["task_code"]: row["task_name"] for row in csv.DictReader(file)}
    assert out == {code: row["item_name"].strip() for code, row in given.items()}
