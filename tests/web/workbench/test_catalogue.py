"""Catalogue pages: door, list, editing all fields and lists, check, difference, publishing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import people as cast
from tests.factories import catalogue, people
from yizhan.domain.catalogue import actions, queries
from yizhan.domain.catalogue.models import Item, ItemVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(client: Client) -> Client:
    return cast.enter(client, cast.zhou())


@pytest.fixture
def wu() -> Client:
    return cast.enter(Client(), cast.wu())


def text(response) -> str:
    return response.content.decode()


def at(item: Item, rest: str = "") -> str:
    return f"/work/catalogue/{item.pk}/{rest}"


def posted(client: Client, item: Item, **changes) -> dict:
    """The edit form as the browser would send it back."""
    form = client.get(at(item, "edit/")).context["form"]
    fields = {}
    for bound in form:
        value = bound.value()
        if value not in (None, ""):
            fields[bound.name] = value
    return fields | changes


def test_only_editors_and_publishers_come_in(client: Client) -> None:
    version = catalogue.published()
    cast.enter(client, cast.wang())
    for url in ("/work/catalogue/", "/work/catalogue/new/", "/work/catalogue/import/",
                at(version.item), at(version.item, "edit/")):  # fmt: skip
        assert client.get(url).status_code == 403, url


def test_a_stranger_of_another_unit_finds_nothing(client: Client) -> None:
    mine, other = catalogue.published(name="本单位事项"), catalogue.published(name="外单位事项")
    editor = people.official("catalogue_editor", organisation=mine.item.organisation)
    cast.enter(client, editor)
    page = text(client.get("/work/catalogue/"))
    assert "本单位事项" in page
    assert "外单位事项" not in page
    for rest in ("", "edit/", "check/", "versions/1/", "difference/1/1/", "edit/materials/",
                 "edit/materials/0/"):  # fmt: skip
        assert client.get(at(mine.item, rest)).status_code == 200, rest
        assert client.get(at(other.item, rest)).status_code == 404, rest
    assert client.post(at(other.item, "act/discard/")).status_code == 404
    assert client.get(f"/work/catalogue/{uuid4()}/").status_code == 404
    assert client.get("/work/catalogue/import/").status_code == 403  # needs the whole county


def test_the_list_finds_filters_and_does_not_grow_in_queries(zhou: Client) -> None:
    catalogue.published(name="契税申报")
    with CaptureQueriesContext(connection) as few:
        zhou.get("/work/catalogue/")
    for n in range(8):
        catalogue.drafted(name=f"草稿事项{n}")
    with CaptureQueriesContext(connection) as many:
        page = text(zhou.get("/work/catalogue/"))
    assert len(many) == len(few)
    assert page.count("有草稿</span>") == 8
    assert "草稿事项" not in text(zhou.get("/work/catalogue/?q=契税"))
    assert "契税申报" not in text(zhou.get("/work/catalogue/?state=drafting"))
    assert "没有符合条件的事项" in text(zhou.get("/work/catalogue/?q=没有&state=open"))


def test_a_new_item_is_made_and_its_form_opens(zhou: Client) -> None:
    office = catalogue.unit()
    wrong = zhou.post("/work/catalogue/new/", {"organisation": office.pk, "name": "甲"})
    assert wrong.status_code == 422
    assert "请填写实施编码。" in text(wrong)
    fields = {"organisation": office.pk, "name": "甲", "task_code": "地方-1"}
    answer = zhou.post("/work/catalogue/new/", fields)
    item = Item.objects.get(task_code="地方-1")
    assert answer.url == at(item, "edit/")
    assert zhou.get(answer.url).status_code == 200
    again = zhou.post("/work/catalogue/new/", fields)
    assert again.status_code == 422
    assert "这个实施编码已有事项" in text(again)


def test_saving_makes_a_draft_and_leaves_the_published_words(zhou: Client) -> None:
    version = catalogue.published()
    fields = posted(zhou, version.item, promise_amount="3", hours="全年无休")
    assert zhou.post(at(version.item, "edit/"), fields).status_code == 302
    draft = queries.draft_of(version.item)
    assert (draft.number, draft.promise_amount, draft.hours) == (2, 3, "全年无休")
    changed = {"promise_amount", "hours"}
    for field in ItemVersion._meta.concrete_fields:
        if field.name in {"id", "number", "state", "origin", *changed} or "_at" in field.name:
            continue
        if field.name in ("valid_from", "published_by", "created_by", "edited_by"):
            continue
        assert getattr(draft, field.name) == getattr(version, field.name), field.name
    version.refresh_from_db()
    assert version.promise_amount == 5


def test_nothing_changed_makes_no_draft(zhou: Client) -> None:
    version = catalogue.published()
    answer = zhou.post(at(version.item, "edit/"), posted(zhou, version.item), follow=True)
    assert "没有改动。" in text(answer)
    assert queries.draft_of(version.item) is None


def test_a_mistake_stands_beside_its_field_and_the_rest_is_kept(zhou: Client) -> None:
    version = catalogue.published()
    fields = posted(zhou, version.item, promise_amount="很快", hours="保留下来的时间")
    answer = zhou.post(at(version.item, "edit/"), fields)
    assert answer.status_code == 422
    assert "承诺办结时限：应填整数。" in text(answer)
    assert "保留下来的时间" in text(answer)
    assert queries.draft_of(version.item) is None


def test_what_an_import_left_open_stays_open_until_it_is_written(zhou: Client) -> None:
    version = catalogue.published(unwritten=["visits", "charged"])
    form = zhou.get(at(version.item, "edit/")).context["form"]
    assert form["visits"].value() == ""
    zhou.post(at(version.item, "edit/"), posted(zhou, version.item, visits="0"))
    draft = queries.draft_of(version.item)
    assert (draft.visits, draft.unwritten) == (0, ["charged"])


def test_a_list_is_edited_entry_by_entry(zhou: Client) -> None:
    version = catalogue.published()
    url = at(version.item, "edit/materials/")
    page = text(zhou.get(url))
    assert page.index("测试事项申请表") < page.index("结婚证")
    form = zhou.get(f"{url}2/").context["form"]
    fields = {b.name: b.value() for b in form if b.value() not in (None, False)}
    assert (fields["name"], fields["when"]) == ("结婚证", 'answers.married == "yes"')
    zhou.post(f"{url}2/", {**fields, "copies": "2"})
    assert queries.draft_of(version.item).materials[2]["copies"] == 2
    zhou.post(f"{url}4/", {"key": "deed", "name": "购房合同", "need": "1", "form": "3",
                           "source": "10", "originals": "1", "copies": "0",
                           "defer_days": "0"})  # fmt: skip
    zhou.post(url, {"up": "4"})
    zhou.post(url, {"drop": "0"})
    names = [m["name"] for m in queries.draft_of(version.item).materials]
    assert names == ["居民身份证", "结婚证", "购房合同", "房屋现状照片"]
    assert zhou.get(f"{url}9/").status_code == 404
    assert zhou.get(at(version.item, "edit/secrets/")).status_code == 404


@pytest.mark.parametrize(
    "name", ["materials", "fees", "steps", "faqs", "situations", "questions", "fields"]
)
def test_every_list_has_its_form_and_survives_a_round_trip(zhou: Client, name: str) -> None:
    version = catalogue.published(
        charged=True, fee_basis="某法",
        fees=[{"name": "工本费", "standard": "10元", "basis": "某法", "reducible": True}],
        situations=[{"code": "01", "name": "甲", "overrides": {"promise_amount": 2}}],
    )  # fmt: skip
    url = at(version.item, f"edit/{name}/")
    before = getattr(version, name)[0]
    form = zhou.get(f"{url}0/").context["form"]
    fields = {b.name: b.value() for b in form if b.value() not in (None, False, "")}
    assert zhou.post(f"{url}0/", fields).status_code == 302
    after = getattr(queries.draft_of(version.item), name)[0]
    assert {k: v for k, v in after.items() if k in before} == before
    blank = zhou.post(f"{url}0/", {"sent": "1"})
    assert blank.status_code == 422


def test_the_check_page_names_field_and_reason(zhou: Client) -> None:
    version = catalogue.drafted(conditions="", materials=[
        {"key": "a", "name": "其他材料", "basis": catalogue.LAW}])  # fmt: skip
    page = text(zhou.get(at(version.item, "check/")))
    assert "还有2处不符合发布要求" in page
    assert "请填写受理条件。" in page
    assert "“其他材料”是兜底条款" in page
    assert "edit/#field-materials" in page
    complete = catalogue.drafted()
    assert "全部符合发布要求" in text(zhou.get(at(complete.item, "check/")))


def test_the_difference_is_shown_in_words(zhou: Client) -> None:
    version = catalogue.published()
    materials = [*catalogue.materials()[:3]]
    actions.edit_draft(
        version.item_id, content={"online": False, "materials": materials}, by=None,
        at=catalogue.AT,
    )  # fmt: skip
    page = text(zhou.get(at(version.item, "difference/1/2/")))
    assert "是否网办" in page
    assert "申请材料：房屋现状照片" in page
    assert "删除" in page
    assert zhou.get(at(version.item, "difference/1/9/")).status_code == 404


def test_a_publisher_publishes_what_an_editor_wrote(zhou: Client, wu: Client) -> None:
    item = catalogue.drafted().item
    zhou.post(at(item, "edit/"), posted(zhou, item, hours="工作日"))
    assert "发布这一版" not in text(zhou.get(at(item)))
    assert zhou.post(at(item, "act/publish/"), {"valid_from": ""}).status_code == 409
    assert "发布这一版" in text(wu.get(at(item)))
    answer = wu.post(at(item, "act/publish/"), {"valid_from": ""}, follow=True)
    assert "已发布。" in text(answer)
    item.refresh_from_db()
    assert item.state == "open"
    assert wu.get(at(item, "act/publish/")).status_code == 405
    assert wu.post(at(item, "act/explode/")).status_code == 404


def test_t12_who_edited_last_sees_why_he_cannot_publish(client: Client) -> None:
    both = people.official("catalogue_publisher", username="both", name="周静")
    people.post(both, "catalogue_editor")
    cast.enter(client, both)
    item = catalogue.drafted().item
    client.post(at(item, "edit/"), posted(client, item, hours="工作日"))
    assert "要由另一位发布人员发布" in text(client.get(at(item)))
    refused = client.post(at(item, "act/publish/"), {"valid_from": ""})
    assert refused.status_code == 409
    assert "发布人不能是最后编辑这一版的人" in text(refused)
    item.refresh_from_db()
    assert item.state == "draft"


def test_publishing_with_problems_answers_409_on_the_same_page(wu: Client) -> None:
    item = catalogue.drafted(faqs=[]).item
    refused = wu.post(at(item, "act/publish/"), {"valid_from": ""})
    assert refused.status_code == 409
    assert "还有1处不符合发布要求，先看“常见问题”" in text(refused)
    wrong = wu.post(at(item, "act/publish/"), {"valid_from": "明天"})
    assert wrong.status_code == 422
    assert "请填写实际存在的时间" in text(wrong)


def test_suspending_needs_a_reason_and_stands_in_the_history(wu: Client) -> None:
    item = catalogue.published().item
    assert wu.post(at(item, "act/suspend/"), {"reason": ""}).status_code == 422
    wu.post(at(item, "act/suspend/"), {"reason": "系统升级维护"})
    page = text(wu.get(at(item)))
    assert "系统升级维护" in page
    assert "恢复办理" in page
    wu.post(at(item, "act/withdraw/"), {"reason": "法律修改"})
    item.refresh_from_db()
    assert item.state == "withdrawn"
    assert "取消事项" not in text(wu.get(at(item)))
