"""Login and linking through a foreign provider, from the link on the page to the session."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from tests import people
from tests.foreign_provider import foreign_provider
from yizhan.domain.people.models import Account, OidcIdentity

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with foreign_provider() as issuer:
        yield issuer


@pytest.fixture
def configured(provider: str, settings) -> str:
    settings.OIDC_ISSUER = provider
    settings.OIDC_CLIENT_ID = "yizhan"
    settings.OIDC_CLIENT_SECRET = "s" * 32
    return provider


def at_the_provider(client: Client, subject: str = "li", target: str = "") -> dict[str, str]:
    """Leave, say yes there, and what the browser then brings back."""
    left = client.get("/oidc/start/", {"next": target} if target else {})
    assert left.status_code == 302
    answer = httpx.post(left.url, data={"sub": subject}, trust_env=False)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    return {key: values[0] for key, values in back.items()}


def test_the_page_offers_it_only_when_it_works(client: Client, configured: str, settings) -> None:
    assert "用统一身份认证平台登录" in client.get("/login/").text
    settings.OIDC_ISSUER = ""
    page = client.get("/login/").text
    assert "用统一身份认证平台登录" not in page
    assert "还没有接通统一身份认证平台" in page
    refused = client.get("/oidc/start/", follow=True)
    assert "统一身份认证登录没有开通" in refused.text


def test_login_makes_one_account_for_one_subject(client: Client, configured: str) -> None:
    page = client.get("/oidc/callback/", at_the_provider(client, target="/me/"))
    assert (page.status_code, page.url) == (302, "/me/")
    assert client.get("/me/").status_code == 200
    client.post("/logout/")
    client.get("/oidc/callback/", at_the_provider(client))
    identity = OidcIdentity.objects.get()
    assert (identity.issuer, identity.subject) == (configured, "li")
    assert Account.objects.count() == 1
    other = Client()
    other.get("/oidc/callback/", at_the_provider(other, "zhang"))
    assert Account.objects.count() == 2


def test_the_session_key_changes(client: Client, configured: str) -> None:
    back = at_the_provider(client)
    before = client.cookies["yz_portal"].value
    client.get("/oidc/callback/", back)
    assert client.cookies["yz_portal"].value != before


def test_linked_to_who_is_logged_in(client: Client, configured: str) -> None:
    li = people.li()
    people.enter(client, li)
    page = client.get("/oidc/callback/", at_the_provider(client), follow=True)
    assert "已绑定" in page.text
    assert OidcIdentity.objects.get().account == li


def test_an_answer_without_a_question_opens_nothing(client: Client, configured: str) -> None:
    back = at_the_provider(client)
    victim = Client()  # somebody is sent to the attacker's return address
    page = victim.get("/oidc/callback/", back, follow=True)
    assert "没有成功" in page.text
    assert victim.get("/me/").status_code == 302
    assert not Account.objects.exists()


def test_logged_in_meanwhile_it_links_nothing(client: Client, configured: str) -> None:
    back = at_the_provider(client)
    kept = Session.objects.get(pk=client.cookies["yz_portal"].value).get_decoded()["oidc"]
    people.enter(client, people.li())
    session = SessionStore(client.cookies["yz_portal"].value)
    session["oidc"] = kept  # begun as nobody, ended as Li
    session.save()
    page = client.get("/oidc/callback/", back, follow=True)
    assert "没有成功" in page.text
    assert not OidcIdentity.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"state": "x"}, {"code": "x"}, {"error": "access_denied"}, {"code": ""}]
)
def test_a_changed_or_refused_return_opens_nothing(
    client: Client, configured: str, changed: dict[str, str]
) -> None:
    page = client.get("/oidc/callback/", at_the_provider(client) | changed, follow=True)
    assert "没有成功" in page.text
    assert client.get("/me/").status_code == 302
    assert not Account.objects.exists()


def test_the_same_return_twice_is_refused(client: Client, configured: str) -> None:
    back = at_the_provider(client)
    client.get("/oidc/callback/", back)
    client.post("/logout/")
    client.get("/oidc/callback/", back)
    assert client.get("/me/").status_code == 302


def test_it_sends_nobody_to_another_site(client: Client, configured: str) -> None:
    back = at_the_provider(client, target="https://evil.example/")
    assert client.get("/oidc/callback/", back).url == "/my/"
