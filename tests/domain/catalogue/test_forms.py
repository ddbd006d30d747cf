"""Forms: schema, conditions, typed values, sentences, facts filled on the server (T7, T8)."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from tests.factories import catalogue
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.choices import FieldKind
from yizhan.domain.catalogue.models import ItemVersion

TODAY = date(2026, 11, 25)
FACTS = {"person.name": "李秀英", "person.id_number": "410225195001010014",
         "person.phone": "13800000001"}  # fmt: skip
FORM = {"name": "李秀英", "id_number": "410225195001010014", "phone": "13800000001", "area": "88.5"}


def version(**changes) -> ItemVersion:
    return ItemVersion(**catalogue.content(**changes))


def field(kind: str, **more) -> ItemVersion:
    return version(fields=[{"key": "x", "label": "测试项", "kind": kind, **more}])


def wrong(form: ItemVersion, value, answers=None) -> str:
    return rules.validate_form(form, answers or {}, {"x": value}, today=TODAY).get("x", "")


def test_the_schema_is_valid_2020_12_for_every_kind() -> None:
    options = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
    every = [
        {"key": f"f_{kind}", "label": kind, "kind": kind, "options": options, "help": "说明"}
        for kind in FieldKind.values
    ]
    schema = rules.schema(version(fields=every))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["f_choice"]["enum"] == ["a", "b"]
    assert set(schema["required"]) == {f"f_{kind}" for kind in FieldKind.values}


def test_a_conditional_field_is_not_required_by_the_whole_schema() -> None:
    schema = rules.schema(version())
    assert schema["required"] == ["name", "id_number", "phone", "area"]
    assert schema["properties"]["spouse"]["x-when"] == 'answers.married == "yes"'


def test_a_condition_shows_and_requires_a_field() -> None:
    form = version()
    assert rules.validate_form(form, {"married": "no"}, FORM, today=TODAY) == {}
    assert rules.validate_form(form, {"married": "yes"}, FORM, today=TODAY) == {
        "spouse": "请填写配偶姓名。"
    }
    keys = [f.key for f in rules.visible_fields(form, {"married": "yes"}, {})]
    assert keys == ["name", "id_number", "phone", "area", "spouse", "remark"]


def test_the_value_of_a_hidden_field_shows_no_other_one() -> None:
    form = version(
        questions=[],
        fields=[
            {"key": "a", "label": "甲", "kind": "yes"},
            {"key": "b", "label": "乙", "kind": "text", "when": "data.a"},
            {"key": "c", "label": "丙", "kind": "text", "when": 'data.b == "x"'},
        ],
    )
    stale = {"a": "no", "b": "x", "c": "1"}
    assert [f.key for f in rules.visible_fields(form, {}, stale)] == ["a"]
    assert rules.clean_form(form, {}, stale, {})[0] == {"a": False}


@pytest.mark.parametrize(
    ("kind", "more", "value", "sentence"),
    [
        ("text", {}, "", "请填写测试项。"),
        ("text", {"max_length": 3}, "四个字的", "最多3个字，现在是4个字。"),
        ("number", {}, "十", "请填写数字。"),
        ("number", {"minimum": 1}, "0", "不能小于1。"),
        ("number", {"maximum": 9999}, "10000", "不能大于9999。"),
        ("money", {}, "12.345", "请填写金额，单位元，最多两位小数。"),
        ("money", {"maximum": 500000}, "500000.01", "不能大于500000元。"),
        ("date", {}, "2026-02-30", "请填写实际存在的日期，例如2026-11-25。"),
        ("choice", {"options": [{"value": "a", "label": "甲"}]}, "z", "请从列出的选项中选一项。"),
        ("choices", {"options": [{"value": "a", "label": "甲"}]}, [], "请选择测试项。"),
        ("yes", {}, "或许", "请选择“是”或“否”。"),
        (
            "id_number",
            {},
            "41022519500101001",
            "身份证号应为18位：前17位是数字，最后一位是数字或X。",
        ),
        ("id_number", {}, "410225195001010015", "身份证号最后一位校验不符，请逐位核对是否输错。"),
        ("id_number", {}, "410225203001010011", "身份证号中的出生日期不对，请核对第7至14位。"),
        ("uscc", {}, "914102250000000001", "统一社会信用代码最后一位校验不符，请逐位核对。"),
        ("phone", {}, "12345", "手机号应为1开头的11位数字。"),
        ("place", {}, "410225", "请选择到村（社区）为止的五级区划。"),
    ],
)
def test_every_mistake_has_its_own_sentence(kind, more, value, sentence) -> None:
    assert wrong(field(kind, **more), value) == sentence


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("number", "１２.５", 12.5),
        ("number", "1,200", 1200),
        ("money", "￥1,000.50元", "1000.50"),
        ("date", "2026年1月5日", "2026-01-05"),
        ("date", "20260105", "2026-01-05"),
        ("yes", "否", False),
        ("id_number", " 4102 2519 5001 0100 14 ", "410225195001010014"),
        ("phone", "+86 138-0000-0001", "13800000001"),
        ("text", "  兰考 ", "兰考"),
    ],
)
def test_values_are_read_as_people_type_them(kind, typed, stored) -> None:
    form = field(kind)
    data, provenance = rules.clean_form(form, {}, {"x": typed}, {})
    assert data == {"x": stored}
    assert provenance == {"x": "applicant"}
    assert wrong(form, typed) == ""


def test_t8_a_locked_fact_never_travels_through_the_client() -> None:
    forged = {**FORM, "name": "王假冒", "id_number": "110101199001010015"}
    data, provenance = rules.clean_form(version(), {}, forged, FACTS)
    assert (data["name"], data["id_number"]) == ("李秀英", "410225195001010014")
    assert provenance["name"] == "person.name"
    absent = {"area": "88"}
    assert rules.clean_form(version(), {}, absent, FACTS)[0]["name"] == "李秀英"


def test_t7_without_the_register_the_applicants_words_are_taken_and_marked() -> None:
    data, provenance = rules.clean_form(version(), {}, FORM, {})
    assert data["name"] == "李秀英"
    assert provenance["name"] == "applicant"


def test_a_changed_prefill_is_the_applicants() -> None:
    data, provenance = rules.clean_form(version(), {}, {**FORM, "phone": "13900000002"}, FACTS)
    assert (data["phone"], provenance["phone"]) == ("13900000002", "applicant")
    _, provenance = rules.clean_form(version(), {}, FORM, FACTS)
    assert provenance["phone"] == "person.phone"
    assert rules.source_words("person.phone") == "您登记的手机号"


def test_prefill_shows_facts_and_where_they_come_from() -> None:
    data, provenance = rules.prefilled(version(), FACTS)
    assert data == {"name": "李秀英", "id_number": "410225195001010014", "phone": "13800000001"}
    assert provenance["id_number"] == "person.id_number"


def test_unknown_keys_are_dropped() -> None:
    data, _ = rules.clean_form(version(), {}, {**FORM, "evil": "1", "spouse": "隐藏"}, FACTS)
    assert set(data) == {"name", "id_number", "phone", "area"}
