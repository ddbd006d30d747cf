"""Drafts and publishing: immutable versions, two persons, validity, history (T10, T12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import people as cast
from tests.factories import catalogue, people
from tests.factories.catalogue import AT, REGION, content, credit_code, published, unit
from yizhan.core.flow import Refused
from yizhan.core.worktime import CHINA
from yizhan.domain.catalogue import actions, queries
from yizhan.domain.catalogue.models import Item, ItemEvent, ItemVersion

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=10)


def created(**changes) -> Item:
    organisation = unit()
    return actions.create_item(
        region=REGION, organisation=organisation,
        task_code=catalogue.task_code(organisation, 1), content=content(**changes),
        by=cast.zhou(), at=AT,
    )  # fmt: skip


def history(item: Item) -> list[tuple[str, int]]:
    return [(line.kind, line.number) for line in reversed(queries.event_lines(item))]


def test_a_new_item_is_unseen_until_another_person_publishes_it() -> None:
    item = created()
    assert queries.by_slug(REGION, item.slug) is None
    assert queries.search("测试事项许可", region=REGION).items == []
    with pytest.raises(Refused, match="没有这个职能"):
        actions.publish(item.pk, by=cast.zhou(), at=AT)
    version = actions.publish(item.pk, by=cast.wu(), at=LATER)
    assert (version.state, version.valid_from, version.published_by) == (
        "published", LATER, "吴磊",
    )  # fmt: skip
    assert queries.by_slug(REGION, item.slug).current == version
    assert [i.pk for i in queries.search("测试事项许可", region=REGION).items] == [item.pk]
    assert history(item) == [("created", 1), ("published", 1)]


def test_t12_the_last_editor_may_not_publish_even_under_another_login() -> None:
    item = created()
    both = people.official("catalogue_publisher", username="both", name="周静")
    people.post(both, "catalogue_editor")
    actions.edit_draft(item.pk, content={"hours": "全天"}, by=both, at=AT)
    with pytest.raises(Refused, match="不能是最后编辑"):
        actions.publish(item.pk, by=both, at=AT)
    person = people.person()
    first = people.staff("first", person=person)
    second = people.staff("second", person=person)
    people.post(first, "catalogue_editor")
    people.post(second, "catalogue_publisher")
    actions.edit_draft(item.pk, content={"hours": "工作日"}, by=first, at=AT)
    with pytest.raises(Refused, match="不能是最后编辑"):
        actions.publish(item.pk, by=second, at=AT)
    assert ItemVersion.objects.get(item=item).state == "draft"
    actions.publish(item.pk, by=both, at=AT)  # no longer the last editor


def test_publishing_is_refused_with_the_first_problem() -> None:
    item = created(faqs=[], conditions="")
    with pytest.raises(Refused, match="还有2处不符合发布要求，先看“受理条件”") as refusal:
        actions.publish(item.pk, by=cast.wu(), at=AT)
    assert refusal.value.field == "conditions"
    item.refresh_from_db()
    assert item.state == "draft"


def test_a_published_version_never_changes() -> None:
    version = published()
    for change in ({"name": "x"}, {"materials": []}, {"state": "draft"}, {"number": 9}):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            ItemVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk)._raw_delete("default")
    ItemVersion.objects.filter(pk=version.pk).update(state="retired", valid_to=LATER)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(valid_to=AT)


def test_history_is_append_only() -> None:
    item = created()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ItemEvent.objects.filter(item=item).update(reason="x")


def test_t10_editing_makes_a_new_version_and_leaves_the_old_one() -> None:
    old = published()
    draft = actions.edit_draft(
        old.item_id, content={"promise_amount": 3, "hours": "全天"}, by=cast.zhou(), at=LATER
    )
    assert (draft.number, draft.state, draft.promise_amount) == (2, "draft", 3)
    assert draft.materials == old.materials
    assert queries.by_slug(REGION, old.item.slug).current.promise_amount == 5
    actions.publish(old.item_id, by=cast.wu(), at=LATER)
    old.refresh_from_db()
    assert (old.state, old.valid_to, old.promise_amount) == ("retired", LATER, 5)
    assert queries.by_slug(REGION, old.item.slug).current.promise_amount == 3
    # the old version still renders and computes as it was
    assert queries.guide(old).promised_limit.text == "5个工作日"
    assert ItemVersion.objects.filter(item=old.item, state="published").count() == 1


def test_one_draft_at_a_time() -> None:
    old = published()
    first = actions.edit_draft(old.item_id, content={"hours": "a"}, by=None, at=AT)
    second = actions.edit_draft(old.item_id, content={"phone": "0371-1234567"}, by=None, at=AT)
    assert first.pk == second.pk
    assert (second.hours, second.phone) == ("a", "0371-1234567")


def test_a_draft_can_be_given_up_but_not_the_first_one() -> None:
    old = published()
    actions.edit_draft(old.item_id, content={"hours": "a"}, by=cast.zhou(), at=AT)
    actions.discard_draft(old.item_id, by=cast.zhou(), at=AT)
    assert queries.draft_of(old.item) is None
    again = actions.edit_draft(old.item_id, content={"hours": "b"}, by=cast.zhou(), at=AT)
    assert again.number == 2
    with pytest.raises(Refused, match="第一版，不能放弃"):
        actions.discard_draft(created().pk, by=cast.zhou(), at=AT)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"promise_amount": "很快"}, "promise_amount", "承诺办结时限"),
        ({"task_type": "99"}, "task_type", "事项类型"),
        ({"name": "长" * 201}, "name", "事项名称"),
        ({"materials": [{"title": "x"}]}, "materials", "申请材料"),
        ({"special_procedures": ["x"]}, "special_procedures", "特别程序"),
        ({"state": "published"}, "state", "没有这些字段"),
        ({"edited_by": None}, "edited_by", "没有这些字段"),
    ],
)
def test_wrong_content_is_refused_at_its_field(change: dict, field: str, words: str) -> None:
    old = published()
    with pytest.raises(Refused, match=words) as refusal:
        actions.edit_draft(old.item_id, content=change, by=None, at=AT)
    assert refusal.value.field == field
    assert queries.draft_of(old.item) is None


def test_a_version_can_start_later() -> None:
    item = created()
    actions.publish(item.pk, by=cast.wu(), at=AT, valid_from=LATER)
    item.refresh_from_db()
    assert (item.state, item.current) == ("draft", None)
    with pytest.raises(Refused, match="已定时发布"):
        actions.edit_draft(item.pk, content={"hours": "x"}, by=cast.zhou(), at=AT)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        ItemVersion.objects.filter(item=item).update(name="x")
    assert actions.start_scheduled(at=LATER - timedelta(seconds=1)) == 0
    assert actions.start_scheduled(at=LATER) == 1
    assert actions.start_scheduled(at=LATER) == 0
    item.refresh_from_db()
    assert (item.state, item.current.valid_from) == ("open", LATER)
    actions.edit_draft(item.pk, content={"hours": "x"}, by=cast.zhou(), at=LATER)
    with pytest.raises(Refused, match="不能早于现在"):
        actions.publish(item.pk, by=cast.wu(), at=LATER, valid_from=AT)


def test_a_scheduled_version_can_be_recalled() -> None:
    item = created()
    actions.publish(item.pk, by=cast.wu(), at=AT, valid_from=LATER)
    actions.recall(item.pk, by=cast.wu(), at=AT)
    actions.edit_draft(item.pk, content={"hours": "x"}, by=cast.zhou(), at=AT)
    assert actions.start_scheduled(at=LATER) == 0
    assert [kind for kind, _ in history(item)] == ["created", "scheduled", "recalled", "edited"]


def test_suspend_resume_withdraw() -> None:
    version = published()
    item_id, slug = version.item_id, version.item.slug
    with pytest.raises(Refused, match="请写明原因"):
        actions.suspend(item_id, reason=" ", by=cast.wu(), at=AT)
    actions.suspend(item_id, reason="系统升级", by=cast.wu(), at=AT)
    assert queries.by_slug(REGION, slug).state == "suspended"
    assert queries.search("测试事项许可", region=REGION).total == 0
    with pytest.raises(Refused, match="现在是“暂停办理”"):
        actions.suspend(item_id, reason="再次", by=cast.wu(), at=AT)
    actions.resume(item_id, reason="升级完成", by=cast.wu(), at=AT)
    assert queries.search("测试事项许可", region=REGION).total == 1
    actions.withdraw(item_id, reason="法律修改", by=cast.wu(), at=LATER)
    assert queries.by_slug(REGION, slug) is None
    version.refresh_from_db()
    assert (version.state, version.valid_to) == ("retired", LATER)
    with pytest.raises(Refused, match="事项已取消"):
        actions.edit_draft(item_id, content={"hours": "x"}, by=cast.zhou(), at=LATER)
    assert [(e.kind, e.reason) for e in reversed(queries.event_lines(version.item))] == [
        ("suspended", "系统升级"), ("resumed", "升级完成"), ("withdrawn", "法律修改"),
    ]  # fmt: skip


def test_the_planned_cancel_date_takes_an_item_off_line() -> None:
    version = published(cancel_on=date(2026, 12, 1))
    stays = published(cancel_on=date(2026, 12, 2))
    midnight = datetime(2026, 12, 1, 0, 0, tzinfo=CHINA)
    assert actions.expire(at=midnight - timedelta(minutes=1)) == 0
    assert actions.expire(at=midnight) == 1
    assert actions.expire(at=midnight) == 0
    assert queries.by_slug(REGION, version.item.slug) is None
    assert queries.by_slug(REGION, stays.item.slug) is not None


def test_codes_and_addresses_are_unique() -> None:
    version = published()
    facts = {"region": REGION, "organisation": version.item.organisation, "by": None, "at": AT}
    with pytest.raises(Refused, match="已有事项"):
        actions.create_item(task_code=version.item.task_code, content=content(), **facts)
    with pytest.raises(Refused, match="短码已被"):
        actions.create_item(task_code="另一个", content=content(), slug=version.item.slug, **facts)
    assert Item.objects.count() == 1


def test_an_editor_of_one_unit_reaches_no_other_unit() -> None:
    mine, other = unit(), unit()
    account = people.official("catalogue_editor", organisation=mine)
    own, foreign = published(organisation=mine), published(organisation=other)
    assert list(queries.editable_by(account)) == [own.item]
    actions.edit_draft(own.item_id, content={"hours": "x"}, by=account, at=AT)
    with pytest.raises(Refused, match="没有这个职能"):
        actions.edit_draft(foreign.item_id, content={"hours": "x"}, by=account, at=AT)
    assert queries.draft_of(foreign.item) is None


def test_the_code_check_uses_the_units_credit_code() -> None:
    organisation = unit(uscc=credit_code(424242))
    item = actions.create_item(
        region=REGION, organisation=organisation, by=cast.zhou(), at=AT,
        task_code=f"{credit_code(1)}4000100001000", content=content(),
    )  # fmt: skip
    with pytest.raises(Refused, match="与实施主体的统一社会信用代码"):
        actions.publish(item.pk, by=cast.wu(), at=AT)
