"""The demonstration's phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from yizhan.domain.notices import actions

pytestmark = pytest.mark.django_db


def code() -> None:
    actions.queue(
        region="410225", person=None, address="13800000001", template="code_login", key="k",
        text="登录验证码：{secret}。", secret="483920", at=datetime(2026, 11, 25, tzinfo=UTC),
    )  # fmt: skip


def test_the_code_is_shown_to_whoever_tries_the_demo(client: Client) -> None:
    code()
    page = client.get("/demo/outbox/").content.decode()
    assert "登录验证码：483920。" in page
    assert "13800000001" in page
    assert "演示系统，不是政府网站" in page


def test_the_refreshed_part_is_the_part_of_the_page(client: Client) -> None:
    code()
    page = client.get("/demo/outbox/").content.decode()
    part = client.get("/demo/outbox/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip() in page
    assert "<html" not in part


def test_a_real_installation_has_no_such_page(client: Client, settings: Settings) -> None:
    code()
    settings.DEMO = False
    answer = client.get("/demo/outbox/")
    assert answer.status_code == 404
    assert "483920" not in answer.content.decode()
