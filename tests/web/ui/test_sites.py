"""One session and one CSRF secret per site; who must log in where; how large a request may be."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory

from yizhan.web.ui.middleware import LoginRequiredMiddleware, client_ip, site_of
from yizhan.web.ui.sessions import SESSION_COOKIES, SiteCsrfMiddleware, SiteSessionMiddleware

PLACES = {"portal": "/apply/", "workbench": "/work/", "kiosk": "/kiosk/", "gateway": "/api/v1/"}


def ask(site: str, **cookies: str):
    request = RequestFactory().get(PLACES[site])
    request.COOKIES.update(cookies)
    request.site = site
    return request


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("/", "portal"),
        ("/search/", "portal"),
        ("/work/", "workbench"),
        ("/work/cases/", "workbench"),
        ("/workshop/", "portal"),
        ("/kiosk/", "kiosk"),
        ("/api/", "gateway"),
        ("/apiary/", "portal"),
        ("", "portal"),
    ],
)
def test_the_path_names_the_site(path, site):
    assert site_of(path) == site


@pytest.mark.django_db
@pytest.mark.parametrize("site", PLACES)
def test_a_session_is_kept_under_the_name_and_path_of_its_site(site):
    def remember(request):
        request.session["seen"] = site
        return HttpResponse("ok")

    response = SiteSessionMiddleware(remember)(ask(site))
    assert list(response.cookies) == [SESSION_COOKIES[site]]
    morsel = response.cookies[SESSION_COOKIES[site]]
    assert morsel["path"] == django_settings.SITES[site]
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "Lax"
    assert SessionStore(morsel.value)["seen"] == site


@pytest.mark.django_db
def test_the_session_of_one_site_is_nothing_on_another():
    store = SessionStore()
    store["who"] = "citizen"
    store.save()
    seen = {}

    def look(request):
        seen[request.site] = request.session.get("who")
        return HttpResponse("ok")

    middleware = SiteSessionMiddleware(look)
    for site in PLACES:
        middleware(ask(site, yz_portal=store.session_key))
    assert seen == {"portal": "citizen", "workbench": None, "kiosk": None, "gateway": None}


@pytest.mark.django_db
def test_a_session_that_was_emptied_takes_its_cookie_away():
    store = SessionStore()
    store["who"] = "clerk"
    store.save()

    def leave(request):
        request.session.flush()
        return HttpResponse("bye")

    response = SiteSessionMiddleware(leave)(ask("workbench", yz_work=store.session_key))
    morsel = response.cookies["yz_work"]
    assert morsel.value == ""
    assert morsel["max-age"] == 0
    assert morsel["path"] == "/work/"


def test_each_site_has_its_own_csrf_secret():
    from django.middleware.csrf import get_token

    tokens = {}

    def form(request):
        tokens[request.site] = get_token(request)
        return HttpResponse("form")

    middleware = SiteCsrfMiddleware(form)
    cookies = {}
    for site in ("portal", "workbench"):
        response = middleware(ask(site))
        cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
        assert response.cookies[f"yz_csrf_{site}"]["path"] == django_settings.SITES[site]
    assert set(cookies) == {"yz_csrf_portal", "yz_csrf_workbench"}
    assert cookies["yz_csrf_portal"] != cookies["yz_csrf_workbench"]


@pytest.mark.parametrize("site", ["portal", "workbench"])
def test_the_token_of_a_site_opens_that_site_only(site):
    from django.middleware.csrf import get_token

    secret = {}

    def form(request):
        return HttpResponse(get_token(request))

    middleware = SiteCsrfMiddleware(form)
    for name in ("portal", "workbench"):
        response = middleware(ask(name))
        secret[name] = (response.cookies[f"yz_csrf_{name}"].value, response.content.decode())

    def post(cookie_of: str, token_of: str) -> bool:
        request = RequestFactory().post(PLACES[site], {"csrfmiddlewaretoken": secret[token_of][1]})
        request.COOKIES = {f"yz_csrf_{cookie_of}": secret[cookie_of][0]}
        request.site = site
        middleware.process_request(request)
        return middleware.process_view(request, form, (), {}) is None

    other = "workbench" if site == "portal" else "portal"
    assert post(site, site)
    assert not post(site, other)
    assert not post(other, other)


# ---- login


@pytest.mark.parametrize(
    ("site", "door"),
    [("portal", "/login/?next=/apply/"), ("workbench", "/work/login/?next=/work/")],
)
def test_strangers_are_led_to_the_door_of_the_site(site, door):
    middleware = LoginRequiredMiddleware(lambda request: HttpResponse())
    response = middleware.handle_no_permission(ask(site), lambda request: None)
    assert response.status_code == 302
    assert response["Location"] == door


def test_machines_get_an_answer_they_understand():
    middleware = LoginRequiredMiddleware(lambda request: HttpResponse())
    response = middleware.handle_no_permission(ask("gateway"), lambda request: None)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/json"


# ---- size


@pytest.mark.django_db
def test_a_body_that_says_it_is_too_large_is_not_read(client: Client, settings):
    settings.MAX_REQUEST_BYTES = 1000
    response = client.post("/healthz/", b"x" * 1001, content_type="text/plain")
    assert response.status_code == 413
    text = response.content.decode()
    assert "内容太大" in text
    assert "草稿不受影响" in text
    assert "分几次上传" in text


def test_a_length_that_is_no_number_is_refused(client: Client):
    response = client.get("/healthz/", CONTENT_LENGTH="12abc")
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "127.0.0.1"),
    ],
)
def test_the_address_of_a_caller_cannot_be_made_up(settings, proxies, forwarded, found):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert client_ip(request) == found
