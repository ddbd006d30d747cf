"""The demo county: founded once, whole, honest in its trails, and never outside a demonstration."""

from datetime import datetime

import pytest
from django.conf import settings as live

from yizhan.config import demo as fixtures
from yizhan.config.cli import demo
from yizhan.core import tracked
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import flow
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import rules
from yizhan.domain.catalogue.models import Item
from yizhan.domain.hotline.models import Order
from yizhan.domain.office.models import Hall, Organisation, Region, Window
from yizhan.domain.people.choices import Function
from yizhan.domain.people.models import Account, Person, Post

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 14, 0, tzinfo=CHINA)


def figures():
    models = (Region, Organisation, Hall, Window, Item, Person, Account, Post, Case)
    return {model.__name__: model.objects.count() for model in models}


def test_the_county_is_made_once():
    assert demo.seed(AT)
    once = figures()
    assert not demo.seed(AT)
    assert figures() == once
    assert (once["Region"], once["Organisation"], once["Item"], once["Hall"]) == (495, 26, 30, 3)
    assert Window.objects.filter(hall__name="兰考县政务服务中心").count() == 36
    assert once["Case"] == len(fixtures.county()["cases"])


def test_every_item_passes_the_publish_check_and_every_duty_is_held():
    demo.found(AT)
    for item in Item.objects.select_related("current__item__organisation"):
        assert rules.publish_problems(item.current) == [], item.slug
    held = set(Post.objects.values_list("function", flat=True))
    assert held == set(Function.values) - {Function.HELPER}  # errands come with a later issue


def test_cases_live_in_every_kind_of_state_with_whole_trails():
    demo.seed(AT)
    states = set(Case.objects.values_list("state", flat=True))
    assert {"submitted", "received", "correction", "accepted", "special", "delivering"} <= states
    assert {"closed", "withdrawn", "not_needed"} <= states
    for case in Case.objects.all():
        assert list(tracked.broken(case)) == []
        assert case.closed_at or case.clocks.filter(stopped_at=None).exists(), case.number
        assert case.trail_at <= AT
    assert not states - set(flow.CASE.labels)


def test_work_orders_stand_in_every_kind_of_state_with_whole_trails():
    demo.seed(AT)
    orders = list(Order.objects.all())
    states = {order.state for order in orders}
    assert {"received", "dispatching", "to_sign", "handling", "parked"} <= states
    assert {"reviewing", "calling", "closed"} <= states
    assert len(orders) >= 40
    for order in orders:
        assert list(tracked.broken(order)) == []
        assert order.closed_at or order.due_at, order.number
        assert order.trail_at <= AT


def test_a_county_of_its_own_is_left_alone():
    place = Region.objects.create(code="410225000000", level="county", name="兰考县")
    Organisation.objects.create(
        region="410225", place=place, code="X", name="真实单位", short_name="单位"
    )
    assert not demo.seed(AT)
    assert figures()["Account"] == figures()["Case"] == 0


def test_known_passwords_exist_only_in_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="YIZHAN_DEMO"):
        demo.found(AT)
    assert Account.objects.count() == 0


def test_the_printed_accounts_are_real():
    demo.found(AT)
    printed = "\n".join(demo.ACCOUNTS)
    staff = Account.objects.filter(kind="staff")
    assert staff.count() == 17
    for account in staff:
        assert f"  {account.username}  {account.display_name}" in printed
        assert account.check_password(fixtures.PASSWORD)
    assert live.DEMO
