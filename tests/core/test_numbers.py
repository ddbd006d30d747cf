"""Numbers that prove themselves: public vectors and the traps of domain.md §4.5."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.core import numbers
from yizhan.core.flow import Refused

TODAY = date(2026, 11, 25)


def test_public_vectors():
    assert numbers.id_check("36042619910101007") == "1"
    assert numbers.uscc_check("91110000600037341") == "L"
    assert numbers.id_number("410225199003071230", today=TODAY).born_on == date(1990, 3, 7)


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("11100000000013338W01111430000006122244L20230000403001", "U"),
        ("11100000MB03271699022340100000000016001", "9"),
        ("11100000000013338W00911330105002500287C2025052201002", "0"),
    ],
)
def test_real_certificate_identifiers(body, check):
    assert numbers.certificate_check(body) == check


def test_a_certificate_serial_with_other_characters_is_refused():
    with pytest.raises(ValueError, match="substring"):
        numbers.certificate_check("11100000000013338W0111143_0001")


@pytest.mark.parametrize(
    "text",
    [
        "41022519500101001" + numbers.id_check("41022519500101001"),  # born before the code 410225
        "81000019880101001" + numbers.id_check("81000019880101001"),  # Hong Kong resident
        "82000019880101001" + numbers.id_check("82000019880101001"),  # Macau resident
        "83000019880101001" + numbers.id_check("83000019880101001"),  # Taiwan resident
        "91101119800101001" + numbers.id_check("91101119800101001"),  # foreign resident, 2023 card
        " ４１０２２５－19900307 1230 ",  # full-width, blanks, hyphens
    ],
)
def test_accepted_identity_numbers(text):
    assert len(numbers.id_number(text, today=TODAY).text) == 18


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("410225900307123", "15位旧号码"),
        ("410225199003071231", "最后一位校验不符"),
        ("410225199002301234", "出生日期不存在"),
        ("410225203003071230", "出生日期不对"),
        ("41022519900307123", "应为18位"),
        ("41022519900307123A", "应为18位"),
    ],
)
def test_refused_identity_numbers_say_what_to_correct(text, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        numbers.id_number(text, today=TODAY)
    assert refusal.value.field == "id_number"


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(position, shift):
    good = "410225199003071230"
    wrong = str((int(good[position]) + shift) % 10)
    with pytest.raises(Refused):
        numbers.id_number(good[:position] + wrong + good[position + 1 :], today=TODAY)


@pytest.mark.parametrize("body", ["N2410225MF0000001", "Y1410225MF0000002", "91410225MA9999999"])
def test_credit_codes_of_every_register_are_accepted(body):
    code = body + numbers.uscc_check(body)
    assert numbers.credit_code(code.lower()) == code


def test_a_wrong_credit_code_says_what_to_correct():
    with pytest.raises(Refused, match="校验不符"):
        numbers.credit_code("91110000600037341M")
    with pytest.raises(Refused, match="18位"):
        numbers.credit_code("9111000060003734I0")


def test_uuid7_keys_sort_by_time_and_carry_version_and_variant():
    keys = [numbers.uuid7() for _ in range(2000)]
    assert len(set(keys)) == 2000
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {"specified in RFC 4122"}
    assert [key.int >> 80 for key in keys] == sorted(key.int >> 80 for key in keys)


def test_query_codes_hold_no_character_that_is_misread():
    codes = {numbers.query_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("01OIL")


def test_masked_hides_the_middle():
    assert numbers.masked("410225199003071230", head=3, tail=4) == "410***********1230"
    assert numbers.masked("123", head=3, tail=4) == "123"
