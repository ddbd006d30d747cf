"""Drafts: they outlive sessions, devices and versions, and are nobody else's."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import people as cast
from tests.factories import people as made
from tests.web.portal.applying import (
    HTMX,
    WISH,
    begin,
    complete,
    fill,
    hand_in,
    more_fields,
    text,
    upload,
    version,
)
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.choices import ItemState

pytestmark = pytest.mark.django_db


@pytest.fixture
def item_version():
    return version()


def test_an_expired_session_loses_nothing(client: Client, item_version):
    """The draft is on the server; after login the same address goes on; one case comes of it."""
    draft = complete(client, item_version)
    client.logout()
    client.cookies.clear()
    response = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    assert response["Location"] == f"/login/?next=/drafts/{draft.pk}/submit/"
    assert not Case.objects.exists()
    cast.enter(client, cast.li())
    back = client.get(f"/drafts/{draft.pk}/submit/", follow=True)
    assert back.status_code == 200
    assert "确认提交" in text(back)
    client.post(f"/drafts/{draft.pk}/submit/", WISH)
    assert Case.objects.count() == 1


def test_a_part_of_a_page_without_login_sends_the_whole_page_to_the_login(client, item_version):
    draft = begin(client, item_version)
    client.cookies.clear()
    headers = {**HTMX, "HX-Current-URL": f"http://testserver/drafts/{draft.pk}/"}
    response = client.post(f"/drafts/{draft.pk}/save/", {"area": "1"}, headers=headers)
    assert response["HX-Redirect"] == f"/login/?next=/drafts/{draft.pk}/"
    assert response.content == b""


def test_another_device_goes_on_where_the_first_stopped(client: Client, item_version):
    draft = begin(client, item_version)
    fill(client, draft)
    phone = Client()
    cast.enter(phone, cast.li())
    said = text(phone.get("/my/"))
    assert f'href="/drafts/{draft.pk}/"' in said
    assert 'value="88"' in text(phone.get(f"/drafts/{draft.pk}/"))
    again = text(phone.get(f"/apply/{item_version.item.slug}/?q-married=no"))
    assert "您有一份没交的申请" in again


def test_an_item_withdrawn_while_filling_keeps_the_words(client: Client, item_version):
    draft = complete(client, item_version)
    item_version.item.state = ItemState.WITHDRAWN
    item_version.item.save()
    said = text(client.get(f"/drafts/{draft.pk}/"))
    assert "已经取消办理，不能再提交" in said
    assert 'value="88"' in said
    refused = client.post(f"/drafts/{draft.pk}/submit/", WISH)
    assert refused.status_code == 422
    assert "已经取消办理" in text(refused)
    assert not Case.objects.exists()


def test_an_item_changed_while_filling_is_carried_over(client: Client, item_version):
    """Trap T10."""
    draft = complete(client, item_version)
    fields = [f for f in more_fields() if f["key"] != "day"]
    item_id, at = item_version.item_id, timezone.now()
    actions.edit_draft(item_id, content={"fields": fields}, by=cast.zhou(), at=at)
    actions.publish(item_id, by=cast.wu(), at=at)
    page = text(client.get(f"/drafts/{draft.pk}/"))
    assert "这个事项的要求更新了" in page
    assert client.post(f"/drafts/{draft.pk}/submit/", WISH).status_code == 422
    moved = client.post(f"/drafts/{draft.pk}/carry/", follow=True)
    assert "原来填写的内容都带过来了" in text(moved)
    assert 'value="88"' in text(moved)
    assert "已上传1页" in text(moved)


def test_a_draft_is_thrown_away_only_after_asking(client: Client, item_version):
    draft = begin(client, item_version)
    assert "不能恢复" in text(client.get(f"/drafts/{draft.pk}/discard/"))
    assert Draft.objects.count() == 1
    client.post(f"/drafts/{draft.pk}/discard/")
    assert Draft.objects.count() == 0


def test_a_draft_is_nobody_elses(client: Client, item_version):
    draft = begin(client, item_version)
    hand_in(client, draft)
    draft.refresh_from_db()
    file_id = draft.materials["form"][0]
    stranger = Client()
    cast.enter(stranger, made.citizen(phone="13800000088"))
    base = f"/drafts/{draft.pk}/"
    for path in ("", "review/", "discard/", f"files/{file_id}/"):
        assert stranger.get(base + path).status_code == 404, path
    for path in ("save/", "submit/", "carry/", "discard/", "materials/form/",
                 "materials/form/arrange/"):  # fmt: skip
        assert stranger.post(base + path, {"files": upload()}).status_code == 404, path
    assert client.get(f"{base}files/{file_id}/").status_code == 200
