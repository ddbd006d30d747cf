"""Functions: who gives them, who may not, how far they reach, how quickly they end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.factories import office
from tests.factories import people as make
from yizhan.core.flow import Refused
from yizhan.domain.people import actions, queries, rules
from yizhan.domain.people.choices import ADMINISTRATORS, Function
from yizhan.domain.people.models import Account, AccountEvent, Post

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def grant(account: Account, function: str = "handler", *, by: Account, **facts) -> Post:
    return actions.grant_post(
        account.pk, **{"function": function, "scope": "410225"} | facts, by=by, at=AT
    )


def again(account: Account) -> Account:
    """As the next request loads it."""
    return Account.objects.get(pk=account.pk)


def test_given_by_the_security_administrator_and_written_down() -> None:
    unit, account = office.organisation(), make.staff()
    grant(account, by=people.he(), organisation=unit)
    account = again(account)
    assert queries.has_function(account, "handler", organisation=unit)
    assert not queries.has_function(account, "handler", organisation=office.organisation())
    assert not queries.has_function(account, "approver", organisation=unit)
    event = AccountEvent.objects.get(kind="post_granted")
    assert event.data == {"function": "handler", "scope": "410225", "unit": unit.code}
    assert event.by == people.he()


@pytest.mark.parametrize("granter", [f for f in Function.values if f != "security_admin"])
@pytest.mark.parametrize("function", ["handler", "security_admin", "system_admin", "audit_admin"])
def test_nobody_else_gives_functions(granter: str, function: str) -> None:
    account = make.staff()
    with pytest.raises(Refused, match="安全管理员"):
        grant(account, function, by=make.official(granter))
    assert not account.posts.exists()


@pytest.mark.parametrize("function", Function.values)
def test_nobody_gives_himself_anything(function: str) -> None:
    he = people.he()
    with pytest.raises(Refused, match="不能给自己"):
        grant(he, function, by=he)
    assert he.posts.count() == 1


def test_not_to_ones_other_account_either() -> None:
    he, second = people.he(), make.staff(person=people.li_person())
    Account.objects.filter(pk=he.pk).update(person=people.li_person())
    with pytest.raises(Refused, match="另一个账号"):
        grant(second, by=again(he))
    assert not second.posts.exists()


@pytest.mark.parametrize("first", ADMINISTRATORS)
@pytest.mark.parametrize("second", ADMINISTRATORS)
def test_three_administrators_are_three_accounts(first: str, second: str) -> None:
    account = make.official(first)
    with pytest.raises(Refused):
        grant(account, second, by=people.he())
    with pytest.raises(IntegrityError), transaction.atomic():  # the table itself says no
        Post.objects.create(account=account, function=second, scope="41", valid_from=AT)
    assert account.posts.count() == 1


def test_three_administrators_are_three_people_not_only_accounts() -> None:
    li = people.li_person()
    make.post(make.staff(person=li), "system_admin")
    with pytest.raises(Refused, match="三个人"):
        grant(make.staff(person=li), "audit_admin", by=people.he())


def test_administrators_do_no_business() -> None:
    with pytest.raises(Refused, match="不能兼任业务职能"):
        grant(people.feng(), "handler", by=people.he())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"scope": "410226"}, "scope"),
        ({"scope": "41"}, "scope"),
        ({"scope": "abc"}, "scope"),
        ({"function": "king"}, "function"),
    ],
)
def test_only_inside_ones_own_scope(facts: dict[str, str], field: str) -> None:
    account = make.staff()
    with pytest.raises(Refused) as refusal:
        grant(account, by=people.he(), **facts)
    assert refusal.value.field == field
    assert not account.posts.exists()


def test_citizens_and_disabled_accounts_get_none() -> None:
    for account in (make.citizen(), make.staff(is_active=False)):
        with pytest.raises(Refused, match="启用中的工作人员"):
            grant(account, by=people.he())


def test_twice_the_same_is_refused() -> None:
    account = make.staff()
    grant(account, by=people.he())
    with pytest.raises(Refused, match="已经有这项职能"):
        grant(account, by=people.he())
    assert account.posts.count() == 1


def test_a_post_that_is_ended_is_gone_with_the_next_request() -> None:
    wang = people.wang()
    post = wang.posts.get()
    assert queries.has_function(again(wang), "window_clerk")
    with pytest.raises(Refused, match="安全管理员"):
        actions.end_post(post.pk, by=people.feng(), at=AT)
    actions.end_post(post.pk, by=people.he(), at=AT)
    actions.end_post(post.pk, by=people.he(), at=AT)
    assert not queries.has_function(again(wang), "window_clerk")
    with pytest.raises(Refused, match="综合窗口人员"):
        rules.needs(again(wang), "window_clerk")
    assert AccountEvent.objects.filter(kind="post_ended").count() == 1
    actions.grant_post(wang.pk, function="window_clerk", scope="410225", by=people.he(), at=AT)
    assert queries.has_function(again(wang), "window_clerk")


def test_nobody_ends_his_own() -> None:
    he = people.he()
    with pytest.raises(Refused, match="自己"):
        actions.end_post(he.posts.get().pk, by=he, at=AT)


def test_a_disabled_account_has_no_function() -> None:
    wang = people.wang()
    actions.set_active(wang.pk, active=False, by=people.feng(), at=AT)
    assert not queries.has_function(again(wang), "window_clerk")
    with pytest.raises(Refused, match="自己"):
        actions.set_active(people.feng().pk, active=False, by=people.feng(), at=AT)


@pytest.mark.parametrize(
    ("scope", "reaches"),
    [("41", True), ("410225", True), ("410226", False), ("410225001002", True)],
)
def test_a_scope_is_a_prefix_of_the_place(scope: str, reaches: bool) -> None:
    unit = office.organisation(place=office.village("410225001002"))
    account = make.official("helper", scope=scope)
    assert queries.has_function(account, "helper", organisation=unit) is reaches


def test_a_village_post_does_not_reach_the_county() -> None:
    account = make.official("helper", scope="410225001002")
    assert not queries.has_function(account, "helper", organisation=office.organisation())


def test_citizens_hold_nothing_and_nobody_holds_nothing() -> None:
    assert not queries.has_function(people.li(), "window_clerk")
    assert not queries.has_function(None, "window_clerk")


def test_posts_are_read_once_per_request(django_assert_num_queries) -> None:
    account = again(people.wang())
    with django_assert_num_queries(1):
        for _ in range(5):
            queries.has_function(account, "window_clerk")


def test_the_first_three_are_appointed_once() -> None:
    first, second = make.staff(), make.staff()
    for account, function in ((first, "system_admin"), (second, "security_admin")):
        actions.appoint_first_administrator(account.pk, scope="410225", function=function, at=AT)
    with pytest.raises(Refused, match="三个人"):
        actions.appoint_first_administrator(first.pk, scope="410225", function="audit_admin", at=AT)
    with pytest.raises(Refused, match="已经有这类管理员"):
        actions.appoint_first_administrator(
            make.staff().pk, scope="410225", function="system_admin", at=AT
        )


class TestCreate:
    def create(self, by: Account, **facts: str) -> Account:
        given = {
            "region": "410225", "username": "xin.ren", "display_name": "新人",
            "password": "hai-tang-hua-kai",
        }  # fmt: skip
        return actions.create_staff(**given | facts, by=by, at=AT)

    def test_the_system_administrator_makes_an_account_that_can_do_nothing(self) -> None:
        account = self.create(people.feng())
        assert account.check_password("hai-tang-hua-kai")
        assert not account.posts.exists()
        assert AccountEvent.objects.get(kind="created").by == people.feng()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"username": "新人"}, "username"),
            ({"username": "wang"}, "username"),
            ({"password": "1234567890"}, "password"),
            ({"display_name": "1"}, "name"),
            ({"region": "410226"}, "region"),
        ],
    )
    def test_faults_are_refused(self, facts: dict[str, str], field: str) -> None:
        people.wang()
        feng, before = people.feng(), Account.objects.count()
        with pytest.raises(Refused) as refusal:
            self.create(feng, **facts)
        assert refusal.value.field == field
        assert Account.objects.count() == before

    @pytest.mark.parametrize("who", [people.he, people.chen, people.wang])
    def test_others_make_none(self, who) -> None:
        with pytest.raises(Refused, match="系统管理员"):
            self.create(who())


def test_what_each_administrator_sees() -> None:
    people.wang()
    make.official("handler", username="far", scope="410226")
    Account.objects.filter(username="far").update(region="410226")
    for who in (people.feng, people.he, people.chen):
        names = set(queries.staff(who()).values_list("username", flat=True))
        assert "wang" in names
        assert "far" not in names
    assert not queries.staff(people.wang())
    assert not queries.account_events(people.feng())
    assert not queries.access_lines(people.he())
