"""Pages for what went wrong: each says what happened and what to do next, without a database."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.test import Client, RequestFactory

from yizhan.web.ui import errors


def ask(site: str = "portal"):
    request = RequestFactory().get("/")
    request.site = site
    return request


@pytest.mark.parametrize("status", sorted(errors.EXPLANATIONS))
def test_every_page_says_what_happened_and_what_to_do(status):
    response = errors.explain(ask(), status)
    text = response.content.decode()
    said = errors.EXPLANATIONS[status]
    assert response.status_code == status
    assert '<html lang="zh-Hans">' in text
    assert f"<h1>{said.title}</h1>" in text
    assert said.happened in text
    assert said.next_step in text
    assert '<p role="alert">' in text
    assert "演示系统，不是政府网站" in text
    assert 'href="/"' in text
    assert not re.search(r"<script|style=|<style", text)


def test_the_codes_people_meet_are_all_there():
    assert sorted(errors.EXPLANATIONS) == [400, 403, 404, 409, 413, 429, 500]


def test_a_clerk_is_led_back_to_the_workbench():
    assert 'href="/work/"' in errors.not_found(ask("workbench")).content.decode()


def test_machines_get_the_same_sentences_as_json():
    response = errors.not_found(ask("gateway"))
    assert response.status_code == 404
    body = json.loads(response.content)
    assert body["status"] == 404
    assert body["title"] == "没有找到"


def test_an_expired_page_comforts():
    response = errors.csrf_failure(ask())
    text = response.content.decode()
    assert response.status_code == 403
    assert "页面停留太久" in text
    assert "返回即可，已填内容已保存为草稿" in text


@pytest.mark.parametrize("trouble", [RequestDataTooBig("x"), TooManyFilesSent("x")])
def test_too_much_is_said_as_too_much(trouble):
    assert errors.bad_request(ask(), trouble).status_code == 413


def test_anything_else_is_a_bad_request():
    assert errors.bad_request(ask(), ValueError("x")).status_code == 400


def test_a_locked_login_says_for_how_long():
    response = errors.locked_out(ask())
    assert response.status_code == 429
    assert "15 分钟后再试" in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_our_page(client: Client):
    client.raise_request_exception = False
    response = client.get("/no/such/page/")
    assert response.status_code in (302, 404)
    if response.status_code == 404:
        assert "没有找到" in response.content.decode()


def test_a_wrong_form_token_is_our_page():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/healthz/", {"a": "1"})
    assert response.status_code == 403
    assert "页面停留太久" in response.content.decode()


def test_health_is_honest_when_the_database_is_gone(monkeypatch):
    from django.db import DatabaseError

    from yizhan.web.ui import health

    class Gone:
        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Gone())
    response = health.healthz(RequestFactory().get("/healthz/"))
    assert response.status_code == 503
    assert response.content == b"database\n"


@pytest.mark.django_db
def test_security_headers_are_on_every_answer(client: Client):
    response = client.get("/healthz/")
    assert response.content == b"ok\n"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
