"""The page of messages that did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people as cast
from tests.factories import people
from yizhan.domain.notices import actions
from yizhan.domain.notices.models import Notice

pytestmark = pytest.mark.django_db
PHONE, TEXT = "13912345678", "您的居住证已办好。"


def message(key: str, *, at: datetime, state: str = "failed", region: str = "410225") -> Notice:
    notice = actions.queue(
        region=region, person=None, address=PHONE, template="granted", text=TEXT, at=at, key=key,
        subject=f"C-{key}",
    )  # fmt: skip
    Notice.objects.filter(pk=notice.pk).update(state=state, error="短信平台回答503", tries=8)
    return notice


@pytest.fixture
def admin(client: Client) -> Client:
    return cast.enter(client, people.official("system_admin", username="feng", name="冯涛"))


def test_failed_and_late_messages_are_listed_without_text_and_phone(admin: Client) -> None:
    now = timezone.now()
    message("failed", at=now)
    message("late", at=now - timedelta(minutes=11), state="queued")
    message("fresh", at=now, state="queued")
    message("sent", at=now - timedelta(hours=1), state="sent")
    message("elsewhere", at=now, region="410224")
    page = admin.get("/work/notices/").content.decode()
    keys = ("failed", "late", "fresh", "sent", "elsewhere")
    assert [key for key in keys if f"C-{key}" in page] == ["failed", "late"]
    assert "139****5678" in page
    assert PHONE not in page
    assert TEXT not in page
    assert "短信平台回答503" in page


def test_one_click_sends_again(admin: Client) -> None:
    notice = message("a", at=timezone.now())
    url = f"/work/notices/{notice.pk}/retry/"
    answer = admin.post(url, follow=True)
    assert answer.redirect_chain == [("/work/notices/", 302)]
    assert "已重新排队" in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == ("queued", 0)
    assert admin.get(url).status_code == 405


def test_the_fragment_is_the_list_of_the_page(admin: Client) -> None:
    notice = message("a", at=timezone.now())
    message("b", at=timezone.now())
    answer = admin.post(f"/work/notices/{notice.pk}/retry/", headers={"HX-Request": "true"})
    fragment = answer.content.decode()
    assert answer.status_code == 200
    assert fragment.lstrip().startswith('<div id="list"')
    assert "C-b" in fragment
    assert "C-a" not in fragment


def test_what_was_sent_meanwhile_is_refused_on_the_same_page(admin: Client) -> None:
    notice = message("a", at=timezone.now(), state="sent")
    answer = admin.post(f"/work/notices/{notice.pk}/retry/")
    assert answer.status_code == 409
    assert "已经发出，不能再发一次" in answer.content.decode()


def test_another_countys_message_is_not_there(admin: Client) -> None:
    notice = message("a", at=timezone.now(), region="410224")
    assert admin.post(f"/work/notices/{notice.pk}/retry/").status_code == 404
    notice.refresh_from_db()
    assert notice.state == "failed"


@pytest.mark.parametrize("function", ["window_clerk", "security_admin", "audit_admin"])
def test_others_have_no_such_page(client: Client, function: str) -> None:
    notice = message("a", at=timezone.now())
    cast.enter(client, people.official(function, username="x", name="某人"))
    assert client.get("/work/notices/").status_code == 403
    assert client.post(f"/work/notices/{notice.pk}/retry/").status_code in (404, 409)
    notice.refresh_from_db()
    assert notice.state == "failed"
