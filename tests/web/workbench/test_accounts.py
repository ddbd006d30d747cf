"""Accounts and functions: each administrator his part, everybody else nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import people
from tests.factories import office
from tests.factories import people as make
from yizhan.domain.people.models import Account, Post

pytestmark = pytest.mark.django_db
NEW = {"username": "xin.ren", "display_name": "新人", "password": "hai-tang-hua-kai"}


def test_the_list_shows_posts_and_missing_factors(client: Client) -> None:
    unit = office.organisation(short_name="税务局")
    people.sun(unit)
    text = people.enter(client, people.chen()).get("/work/accounts/").text
    for word in ("孙强", "审查人员（税务局）", "未绑定"):
        assert word in text
    assert "建立账号" not in text
    assert "孙强" not in client.get("/work/accounts/", {"q": "王"}).text


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries) -> None:
    for _ in range(30):
        make.clerk()
    people.enter(client, people.feng())
    with django_assert_max_num_queries(12):
        client.get("/work/accounts/")


@pytest.mark.parametrize("who", [people.wang, people.qian, people.zheng])
def test_others_have_no_business_here(client: Client, who) -> None:
    target = people.feng()
    people.enter(client, who())
    assert client.get("/work/accounts/").status_code == 403
    assert client.get("/work/accounts/new/").status_code == 403
    for path in ("", "grant/", "active/", "reset/", "posts/1/end/"):
        url = f"/work/accounts/{target.pk}/{path}"
        assert (client.post(url) if path else client.get(url)).status_code == 404
    assert Post.objects.filter(valid_to=None).count() == 2


def test_an_account_of_another_county_is_not_there(client: Client) -> None:
    far = make.staff("far", region="410226")
    people.enter(client, people.he())
    assert client.get(f"/work/accounts/{far.pk}/").status_code == 404
    page = client.post(
        f"/work/accounts/{far.pk}/grant/", {"function": "handler", "scope": "410225"}
    )
    assert page.status_code == 404
    assert not far.posts.exists()


def test_system_makes_security_grants_and_it_works_at_once(client: Client) -> None:
    people.enter(client, people.feng())
    page = client.post("/work/accounts/new/", NEW)
    account = Account.objects.get(username="xin.ren")
    assert page.url == f"/work/accounts/{account.pk}/"
    assert "授予职能</h2>" not in client.get(page.url).text
    security, newcomer = Client(), Client()
    people.enter(security, people.he())
    people.enter(newcomer, account)
    assert newcomer.get("/work/calendar/").status_code == 403
    facts = {"function": "calendar_keeper", "scope": "410225"}
    assert security.post(f"{page.url}grant/", facts).url == page.url
    assert newcomer.get("/work/calendar/").status_code == 200
    post = account.posts.get()
    assert "收回" in security.get(page.url).text
    security.post(f"{page.url}posts/{post.pk}/end/")
    assert newcomer.get("/work/calendar/").status_code == 403
    assert "已收回的职能" in security.get(page.url).text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"username": "新人"}, "登录名应为"),
        ({"username": "feng"}, "已经有人使用"),
        ({"password": "12345"}, "10"),
        ({"display_name": ""}, "请填写姓名"),
    ],
)
def test_faults_are_said_and_the_rest_kept(
    client: Client, facts: dict[str, str], sentence: str
) -> None:
    people.enter(client, people.feng())
    before = Account.objects.count()
    page = client.post("/work/accounts/new/", NEW | facts)
    assert page.status_code == 422
    assert sentence in page.text
    kept = (NEW | facts)["display_name"] or (NEW | facts)["username"]
    assert f'value="{kept}"' in page.text
    assert NEW["password"] not in page.text
    assert Account.objects.count() == before


@pytest.mark.parametrize("who", [people.he, people.chen])
def test_only_the_system_administrator_makes_accounts(client: Client, who) -> None:
    people.enter(client, who())
    assert client.post("/work/accounts/new/", NEW).status_code == 403
    assert not Account.objects.filter(username="xin.ren").exists()


@pytest.mark.parametrize("who", [people.feng, people.chen])
def test_only_the_security_administrator_grants_and_ends(client: Client, who) -> None:
    wang = people.wang()
    people.enter(client, who())
    page = client.post(
        f"/work/accounts/{wang.pk}/grant/", {"function": "handler", "scope": "410225"}
    )
    assert page.status_code == 409
    assert "安全管理员" in page.text
    page = client.post(f"/work/accounts/{wang.pk}/posts/{wang.posts.get().pk}/end/")
    assert page.status_code == 409
    assert wang.posts.filter(valid_to=None).count() == 1


@pytest.mark.parametrize("function", ["handler", "system_admin", "audit_admin", "security_admin"])
def test_nobody_grants_to_himself(client: Client, function: str) -> None:
    he = people.he()
    people.enter(client, he)
    assert "授予职能</h2>" not in client.get(f"/work/accounts/{he.pk}/").text
    page = client.post(f"/work/accounts/{he.pk}/grant/", {"function": function, "scope": "410225"})
    assert page.status_code == 409
    assert "不能给自己授予职能" in page.text
    assert he.posts.count() == 1


def test_a_unit_of_another_county_is_no_choice(client: Client) -> None:
    wang, far = people.wang(), office.organisation(region="410226")
    people.enter(client, people.he())
    page = client.post(
        f"/work/accounts/{wang.pk}/grant/",
        {"function": "handler", "scope": "410225", "organisation": far.pk},
    )
    assert page.status_code == 422
    assert "请从列表中选择单位" in page.text
    assert wang.posts.count() == 1


def test_a_post_of_somebody_else_is_not_ended_through_this_account(client: Client) -> None:
    wang, qian = people.wang(), people.qian()
    people.enter(client, people.he())
    page = client.post(f"/work/accounts/{wang.pk}/posts/{qian.posts.get().pk}/end/")
    assert page.status_code == 404
    assert qian.posts.filter(valid_to=None).count() == 1


def test_disabled_is_out_with_the_next_request(client: Client) -> None:
    zheng, system = people.zheng(), Client()
    people.enter(client, zheng)
    people.enter(system, people.feng())
    assert client.get("/work/calendar/").status_code == 200
    system.post(f"/work/accounts/{zheng.pk}/active/", {"active": "no"})
    assert client.get("/work/calendar/").status_code == 302
    page = system.post(f"/work/accounts/{people.feng().pk}/active/", {"active": "no"})
    assert page.status_code == 409
    assert people.feng().is_active
