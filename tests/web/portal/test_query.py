"""Asking by number and code: no login, no personal data, not too often."""

import pytest
from django.test import Client

from tests import people as cast
from tests.factories import cases as made
from tests.factories import office
from tests.web.portal.applying import text
from yizhan.domain.cases import actions
from yizhan.web.ui import throttle

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    office.calendar_year(2026)
    return made.accepted()


def ask(client: Client, case, path: str = "/query/", **changes: str):
    return client.post(path, {"number": case.number, "code": case.query_code, **changes})


@pytest.mark.parametrize("path", ["/query/", "/kiosk/query/"])
def test_the_right_pair_shows_state_and_timeline_without_a_person(client: Client, case, path):
    said = text(ask(client, case, path))
    for fact in ("已受理（审查中）", "承诺时限：2026年12月2日（周三）前", "提交", "受理"):
        assert fact in said, fact
    for secret in ("李秀英", cast.LI_NUMBER, cast.LI_PHONE, "王芳", "410***"):
        assert secret not in said, secret


def test_people_copy_codes_with_blanks_and_small_letters(client: Client, case):
    code = case.query_code.lower()
    typed = {"number": f" {case.number.lower()} ", "code": f"{code[:5]} {code[5:]}"}
    assert "已受理" in text(ask(client, case, **typed))


@pytest.mark.parametrize(
    "changes", [{"code": "AAAAAAAAAA"}, {"number": "410225X"}, {"code": "\x00"}, {"code": "🙂"}]
)
def test_wrong_pairs_get_one_and_the_same_sentence(client: Client, case, changes):
    response = ask(client, case, **changes)
    assert response.status_code == 422
    assert 'id="answer-title"' not in text(response)


def test_wrong_number_and_wrong_code_cannot_be_told_apart(client: Client, case):
    one = text(ask(client, case, code="AAAAAAAAAA"))
    other = text(ask(client, case, number="X1"))
    assert "没有查到，请核对办件编号和查询码。" in one
    assert "没有查到，请核对办件编号和查询码。" in other


def test_empty_fields_are_named(client: Client):
    response = client.post("/query/", {})
    assert response.status_code == 422
    assert "请填写办件编号" in text(response)
    assert "请填写查询码" in text(response)


def test_five_tries_a_minute_for_a_number_from_anywhere(client: Client, case):
    for n in range(throttle.PER_MINUTE):
        ask(client, case, code="AAAAAAAAAA", REMOTE_ADDR=f"10.0.0.{n}")
    refused = client.post(
        "/query/", {"number": case.number, "code": case.query_code}, REMOTE_ADDR="10.0.0.99"
    )
    assert refused.status_code == 429
    assert "查询太频繁了" in text(refused)
    assert 'id="answer-title"' not in text(refused)


def test_five_tries_a_minute_for_a_caller_over_all_numbers(client: Client, case):
    for n in range(throttle.PER_MINUTE):
        client.post("/query/", {"number": f"X{n}", "code": "AAAAAAAAAA"})
    assert ask(client, case).status_code == 429


def test_a_case_that_waits_for_its_applicant_says_where_to_go(client: Client):
    office.calendar_year(2026)
    case = made.received()
    actions.ask_correction(case.pk, defects={"form": "请签名。"}, by=cast.wang(), at=made.AT)
    said = text(ask(client, case))
    assert "单位请您补正" in said
    assert "请签名" not in said
