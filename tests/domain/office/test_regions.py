"""Places: the public code list, whole or not at all, the same again changing nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yizhan.domain.office import actions, queries, rules
from yizhan.domain.office.models import Region
from yizhan.domain.office.shapes import BrokenFile, RegionReport

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
GOOD = (
    "code,name\n41,河南省\n4102,开封市\n410225,兰考县\n410225001,兰阳街道\n410225001002,胜利社区\n"
)


def load(text: str) -> RegionReport:
    return actions.import_regions(rules.place_rows(text), by=None, at=AT)


@pytest.mark.django_db
class TestImport:
    def test_lankao_has_1_county_22_towns_470_villages(self) -> None:
        assert actions.import_lankao(by=None, at=AT) == RegionReport(495, 0, 0)
        levels = ("county", "town", "village")
        counts = [
            Region.objects.filter(code__startswith="410225", level=level).count()
            for level in levels
        ]
        assert counts == [1, 22, 470]
        assert actions.import_lankao(by=None, at=AT) == RegionReport(0, 0, 495)

    def test_villages_of_one_name_are_told_apart_by_the_full_name(self) -> None:
        actions.import_lankao(by=None, at=AT)
        doubled = queries.doubled_names("410225")
        assert doubled["张庄村"] == 4
        found = queries.search_places("张庄村", within="410225")
        assert len(found) == 4
        assert len({place.full_name for place in found}) == 4
        full = list(Region.objects.values_list("full_name", flat=True))
        assert len(full) == len(set(full))
        assert str(queries.place("410225106")) == "河南省开封市兰考县东坝头镇"

    def test_short_and_padded_codes_are_the_same(self) -> None:
        assert load(GOOD).added == 5
        padded = "code,name,parent,level\n410225001000,兰阳街道,410225000000,town\n"
        assert load(padded) == RegionReport(0, 0, 1)
        village = queries.place("410225001002")
        assert (village.level, village.parent_id) == ("village", "410225001000")
        assert village.full_name == "河南省开封市兰考县兰阳街道胜利社区"

    def test_a_renamed_town_renames_its_villages(self) -> None:
        load(GOOD)
        assert load("代码,名称\n410225001,兰阳新街道\n") == RegionReport(0, 1, 0)
        full = Region.objects.get(code="410225001002").full_name
        assert full == "河南省开封市兰考县兰阳新街道胜利社区"

    def test_a_county_under_the_province_needs_no_city(self) -> None:
        load(GOOD)
        assert load("code,name\n419001,济源市\n").added == 1
        assert queries.place("419001").parent_id == "410000000000"

    def test_faults_are_reported_by_line_and_nothing_is_imported(self) -> None:
        text = (
            "code,name\n41,河南省\n4102,开封市\n41022,少一位\n410225,\n410225,兰考县\n"
            "410225,兰考县\n411100001,没有上级\n"
        )
        with pytest.raises(BrokenFile) as broken:
            load(text)
        lines = {problem.line: problem.sentence for problem in broken.value.problems}
        assert set(lines) == {4, 5, 7, 8}
        assert "应为2、4、6、9或12位数字" in lines[4]
        assert "名称是空的" in lines[5]
        assert "与第6行重复" in lines[7]
        assert "系统里也没有" in lines[8]
        assert not Region.objects.exists()

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("code,name\n", "没有一行数据"),
            ("a,b\n1,2\n", "表头缺少"),
            ('code,name\n"41,河南省', "不是规范的 CSV"),
            ("code,name,level\n41,河南省,town\n", "级别"),
            ("code,name,parent\n41,河南省\n4102,开封市,42\n", "上级代码42与代码4102不符"),
            ("code,name\n00,虚空\n", "应为2"),
        ],
    )
    def test_other_files_are_refused(self, text: str, sentence: str) -> None:
        with pytest.raises(BrokenFile, match=sentence):
            load(text)
        assert not Region.objects.exists()

    def test_regions_under_and_choices(self) -> None:
        actions.import_lankao(by=None, at=AT)
        assert [r.name for r in queries.regions_under("4102")] == ["兰考县"]
        assert queries.regions_under("410225").count() == 22
        choices = dict(queries.place_choices("410225"))
        assert ("410225001002", "胜利社区") in choices["兰阳街道"]
        assert sum(len(villages) for villages in choices.values()) == 470


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    rows = rules.place_rows(rules.text_of(GOOD.encode(encoding)))
    assert [row.name for row in rows][-1] == "胜利社区"


def test_a_binary_file_is_no_text() -> None:
    with pytest.raises(BrokenFile, match="不是文本"):
        rules.text_of(b"PK\x03\x04\x00\x00")
