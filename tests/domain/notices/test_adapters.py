"""One contract for every carrier; then what only a network can do."""

from __future__ import annotations

import time

import httpx
import pytest
from pytest_django import Settings

from tests.domain.notices.conftest import PHONE, Platform
from yizhan.domain.notices.adapters import Message, Never, NotNow, Sms, get_sms, http

LOCAL = "yizhan.domain.notices.adapters.local.Outbox"


def message(key: str = "410225:k", address: str = PHONE, text: str = "您的申请已收到。") -> Message:
    return Message(key=key, address=address, text=text, template="received")


@pytest.fixture(params=["local", "http"])
def carrier(request: pytest.FixtureRequest, platform: Platform, settings: Settings) -> Sms:
    if request.param == "local":
        settings.SMS_ADAPTER = LOCAL
    return get_sms()


def test_a_message_gets_the_carriers_number(carrier: Sms) -> None:
    number = carrier.send(message())
    assert 0 < len(number) <= 80


def test_the_same_key_is_the_same_message(carrier: Sms) -> None:
    assert carrier.send(message("410225:a")) == carrier.send(message("410225:a"))


def test_another_key_is_another_message(carrier: Sms) -> None:
    assert carrier.send(message("410225:a")) != carrier.send(message("410225:b"))


@pytest.mark.parametrize("address", ["", "110", "138000012345", "+8613800001234", "abc"])
def test_a_wrong_number_is_refused_for_good(carrier: Sms, address: str) -> None:
    with pytest.raises(Never, match="号码"):
        carrier.send(message(address=address))


def test_check_says_it_works(carrier: Sms) -> None:
    works, sentence = carrier.check()
    assert works
    assert sentence.endswith("。")


# ---- the network


def test_the_message_arrives_once_and_whole(platform: Platform) -> None:
    for _ in range(3):
        assert get_sms().send(message(text="您好，“居住证”已办好。")) == "m1"
    seen = platform.seen()
    assert seen["asked"] == 3
    assert seen["sent"] == [{"id": "m1", "to": PHONE, "text": "您好，“居住证”已办好。"}]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("down", "回答503"),
        ("busy", "回答429"),
        ("locked", "回答403"),
        ("moved", "回答302"),
        ("gone", "连不上"),
        ("wrong", "没有消息编号"),
        ("huge", "太长"),
    ],
)
def test_trouble_means_not_now(platform: Platform, mode: str, words: str) -> None:
    platform.switch(mode)
    with pytest.raises(NotNow, match=words):
        get_sms().send(message())


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_slowness_ends_at_our_limit(
    platform: Platform, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.5))
    monkeypatch.setattr(http, "DEADLINE", 0.9)
    platform.switch(mode)
    began = time.monotonic()
    with pytest.raises(NotNow, match="没有及时回答"):
        get_sms().send(message())
    assert time.monotonic() - began < 2


def test_a_lost_answer_is_asked_again_without_a_second_message(platform: Platform) -> None:
    platform.switch("lost")
    with pytest.raises(NotNow):
        get_sms().send(message("410225:lost"))
    number = get_sms().send(message("410225:lost"))
    assert [sent["id"] for sent in platform.seen()["sent"]] == [number]


def test_nobody_there_means_not_now(platform: Platform, settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:1"
    with pytest.raises(NotNow, match="连不上"):
        get_sms().send(message())


def test_forbidden_text_is_refused_with_the_platforms_reason(platform: Platform) -> None:
    with pytest.raises(Never, match="内容含敏感词"):
        get_sms().send(message(text="违禁"))


def test_a_wrong_secret_is_our_fault_not_the_messages(
    platform: Platform, settings: Settings
) -> None:
    settings.SMS_SECRET = "x" * 32
    with pytest.raises(NotNow, match="回答401"):
        get_sms().send(message())
    assert get_sms().check() == (False, "短信平台现在不可用：回答401。")
    assert platform.seen()["sent"] == []


def test_check_names_what_is_missing(platform: Platform, settings: Settings) -> None:
    settings.SMS_APP = settings.SMS_SECRET = ""
    works, sentence = get_sms().check()
    assert (works, sentence) == (False, "短信平台没有配置完整，缺少：SMS_APP、SMS_SECRET。")


def test_check_wants_an_encrypted_connection(platform: Platform, settings: Settings) -> None:
    settings.SMS_URL = "http://sms.example"
    works, sentence = get_sms().check()
    assert not works
    assert "https" in sentence


def test_check_says_that_the_platform_is_down(platform: Platform) -> None:
    platform.switch("down")
    assert get_sms().check() == (False, "短信平台现在不可用：回答503。")


def test_a_real_office_is_told_that_nothing_leaves(settings: Settings) -> None:
    settings.SMS_ADAPTER, settings.DEMO = LOCAL, False
    works, sentence = get_sms().check()
    assert not works
    assert "不会发到手机" in sentence
