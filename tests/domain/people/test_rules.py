"""Documents, names and separated duties. No database."""

from datetime import date

import pytest

from tests.factories.people import id_number
from yizhan.core.flow import Refused
from yizhan.core.numbers import id_check
from yizhan.domain.people import rules
from yizhan.domain.people.choices import IdKind

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("kind", "typed", "stored_kind", "stored"),
    [
        ("111", "410225195001010014", "111", "410225195001010014"),  # before the county's code
        ("111", " 4102 2519 5001 0100 14 ", "111", "410225195001010014"),
        ("111", "４１０２２５１９５００１０１００１４", "111", "410225195001010014"),
        ("112", "410225195001010014", "111", "410225195001010014"),
        ("113", "410225195001010014", "111", "410225195001010014"),
        ("414", "e12345678", "414", "E12345678"),
        ("516", "H1234567800", "516", "H12345678"),
        ("516", "m12345678", "516", "M12345678"),
        ("511", "12345678", "511", "12345678"),
        ("511", "1234567890A", "511", "1234567890A"),
        ("553", "USA110088010112", "553", "USA110088010112"),
        ("114", "军字第1234567号", "114", "军字第1234567号"),
        ("133", "士字第1234567号", "133", "士字第1234567号"),
    ],
)
def test_documents_are_stored_in_one_way(
    kind: str, typed: str, stored_kind: str, stored: str
) -> None:
    found = rules.document(kind, typed, today=TODAY)
    assert (found.kind, found.number) == (stored_kind, stored)


@pytest.mark.parametrize(
    ("place", "kind"), [("810000", "810"), ("820000", "810"), ("830000", "810"), ("911124", "553")]
)
@pytest.mark.parametrize("chosen", ["111", "810", "553"])
def test_residents_from_elsewhere_are_recognised(place: str, kind: str, chosen: str) -> None:
    number = id_number("19800101", place=place)
    found = rules.document(chosen, number, today=TODAY)
    assert (found.kind, found.born_on) == (kind, date(1980, 1, 1))


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("111", "410225500101001", "15位旧号码"),
        ("111", "410225195001010015", "校验不符"),
        ("111", "410225195002300019", "出生日期不存在"),
        ("111", "4102251950010100", "18位"),
        ("111", "", "请填写证件号码"),
        ("999", "1", "选择证件类型"),
        ("414", "护照", "护照号码应为"),
        ("516", "X12345678", "H或M开头"),
        ("511", "1234567", "8位数字"),
        ("553", "USA1100881301123", "18位"),
        ("553", "USA110088130112", "出生日期不存在"),
        ("553", "410225195001010014", "居民身份证号码"),
        ("810", "410225195001010014", "居民身份证号码"),
        ("114", "?", "军官证号码"),
    ],
)
def test_wrong_documents_are_refused_in_a_sentence(kind: str, typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        rules.document(kind, typed, today=TODAY)
    assert refusal.value.field in ("id_number", "id_kind")


def test_every_kind_of_document_has_a_rule() -> None:
    for kind in IdKind.values:
        with pytest.raises(Refused):
            rules.document(kind, "!", today=TODAY)


def test_nobody_is_born_tomorrow() -> None:
    body = "41022520261126001"
    with pytest.raises(Refused, match="出生日期不对"):
        rules.document("111", body + id_check(body), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("李秀英", "李秀英"),
        (" 李 秀 英 ", "李秀英"),
        ("𠮷田", "𠮷田"),
        ("䶮飞", "䶮飞"),
        ("阿不都热合曼•买买提", "阿不都热合曼·买买提"),
        ("卓玛．央金", "卓玛·央金"),
        ("Jean-Pierre  O'Brien", "Jean-Pierre O'Brien"),
        ("José Ñandú", "José Ñandú"),
    ],
)
def test_real_names_are_taken(typed: str, stored: str) -> None:
    assert rules.person_name(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "李", "李1英", "李😀英", "<b>李英</b>", "李\x00英", "李\ue000英"]
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.person_name(typed)
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("91", "2"), ("93", "2"), ("12", "3"), ("11", "5"), ("51", "4"), ("N2", "6"), ("Y1", "6")],
)
def test_the_kind_of_a_legal_person_is_in_its_code(code: str, kind: str) -> None:
    assert rules.legal_kind(code + "4102250000000000") == kind


@pytest.mark.parametrize(
    ("function", "held", "allowed"),
    [
        ("system_admin", [], True),
        ("system_admin", ["security_admin"], False),
        ("audit_admin", ["system_admin"], False),
        ("audit_admin", ["handler"], False),
        ("handler", ["audit_admin"], False),
        ("handler", ["approver", "window_clerk"], True),
    ],
)
def test_duties_that_must_be_apart(function: str, held: list[str], allowed: bool) -> None:
    if allowed:
        rules.separate(function, held)
    else:
        with pytest.raises(Refused) as refusal:
            rules.separate(function, held)
        assert refusal.value.field == "function"
