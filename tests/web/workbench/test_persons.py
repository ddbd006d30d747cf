"""Persons at the workbench: found with a purpose, merged and parted, logins released."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests import people
from tests.factories import people as make
from yizhan.domain.people.models import AccessLine, Account, Person, PersonMerge

pytestmark = pytest.mark.django_db
PURPOSE = "核对申请人身份"


def find(client: Client, number: str = people.LI_NUMBER, kind: str = "111", **more: str):
    facts = {"id_kind": kind, "id_number": number, "purpose": PURPOSE} | more
    return client.post("/work/people/", facts)


def test_found_with_a_purpose_that_the_person_reads(client: Client) -> None:
    li = people.li()
    people.enter(client, people.wang())
    page = find(client, subject="B-1")
    assert page.url == f"/work/people/{li.person_id}/"
    line = AccessLine.objects.get()
    assert (line.account, line.purpose, line.subject) == (people.wang(), PURPOSE, "B-1")
    text = client.get(page.url).text
    assert "410***********0014" in text
    assert people.LI_NUMBER not in text
    assert people.LI_PHONE not in text
    portal = people.enter(Client(), li).get("/me/").text
    assert "王芳" in portal
    assert PURPOSE in portal


def test_no_number_in_any_address(client: Client) -> None:
    people.li_person()
    people.enter(client, people.wang())
    assert client.get("/work/people/", {"id_number": people.LI_NUMBER}).status_code == 200
    assert not AccessLine.objects.exists()  # nothing is looked up by address
    assert people.LI_NUMBER not in find(client).url


def test_without_looking_the_record_is_not_there(client: Client) -> None:
    li = people.li_person()
    people.enter(client, people.wang())
    for path in ("", "release/", "merge/"):
        url = f"/work/people/{li.pk}/{path}"
        assert (client.post(url) if path else client.get(url)).status_code == 404
    page = find(client)
    assert client.get(page.url).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        assert client.get(page.url).status_code == 404
    other = people.enter(Client(), make.clerk())
    assert other.get(page.url).status_code == 404


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"number": "410225195001010015"}, "校验不符"),
        ({"number": "410225198001010010"}, "校验不符"),
        ({"purpose": ""}, "请选择查看用途"),
        ({"purpose": "好奇"}, "请从列表中选择"),
        ({"number": make.id_number(number=777)}, "没有找到"),
    ],
)
def test_faults_are_said_and_nothing_is_looked_at(
    client: Client, facts: dict[str, str], sentence: str
) -> None:
    people.li_person()
    people.enter(client, people.wang())
    page = find(client, **facts)
    assert page.status_code == 422
    assert sentence in page.text
    assert not AccessLine.objects.exists()


@pytest.mark.parametrize("who", [people.feng, people.he, people.chen, people.zheng])
def test_administrators_do_not_look_at_people(client: Client, who) -> None:
    people.li_person()
    people.enter(client, who())
    assert client.get("/work/people/").status_code == 403
    assert find(client).status_code == 403
    assert not AccessLine.objects.exists()


class TestMerge:
    def both(self) -> tuple[Person, Person]:
        second = make.person(name="李秀英", kind="414", number="E12345678", phone=people.LI_PHONE)
        return people.li_person(), second

    def merge(self, client: Client, kept: Person, absorbed: Person, reason: str = "原件核对"):
        facts = {"merge-absorbed": str(absorbed.pk), "merge-reason": reason}
        return client.post(f"/work/people/{kept.pk}/merge/", facts)

    def test_merge_and_undo(self, client: Client) -> None:
        kept, absorbed = self.both()
        login = make.citizen(person=absorbed)
        people.enter(client, people.qian())
        page = find(client)
        assert "并入这份记录" in client.get(page.url).text
        assert self.merge(client, kept, absorbed).url == page.url
        login.refresh_from_db()
        assert login.person == kept
        made = PersonMerge.objects.get()
        assert "撤销合并" in client.get("/work/people/").text
        assert client.post(f"/work/people/merges/{made.pk}/undo/").url == "/work/people/"
        login.refresh_from_db()
        assert login.person == absorbed
        page = client.post(f"/work/people/merges/{made.pk}/undo/")
        assert page.status_code == 409
        assert "已经撤销过" in page.text

    def test_a_record_that_is_no_candidate_is_refused(self, client: Client) -> None:
        kept, _ = self.both()
        stranger = make.person(name="王小明")
        people.enter(client, people.qian())
        find(client)
        page = self.merge(client, kept, stranger)
        assert page.status_code == 422
        assert "请从列表中选择" in page.text
        assert not PersonMerge.objects.exists()

    def test_not_without_a_reason(self, client: Client) -> None:
        kept, absorbed = self.both()
        people.enter(client, people.qian())
        find(client)
        page = self.merge(client, kept, absorbed, reason="")
        assert page.status_code == 422
        assert "请填写理由" in page.text
        assert not PersonMerge.objects.exists()

    def test_a_clerk_does_not_merge_or_undo(self, client: Client) -> None:
        kept, absorbed = self.both()
        supervisor = people.enter(Client(), people.qian())
        people.enter(client, people.wang())
        find(client)
        page = self.merge(client, kept, absorbed)
        assert page.status_code == 409
        assert "效能监督人员" in page.text
        assert not PersonMerge.objects.exists()
        find(supervisor)
        self.merge(supervisor, kept, absorbed)
        made = PersonMerge.objects.get()
        assert client.post(f"/work/people/merges/{made.pk}/undo/").status_code == 404
        made.refresh_from_db()
        assert made.undone_at is None


class TestRelease:
    def release(self, client: Client, person: Person, reason: str):
        return client.post(f"/work/people/{person.pk}/release/", {"release-reason": reason})

    def test_the_clerk_releases_a_login_with_a_reason(self, client: Client) -> None:
        li = people.li()
        people.enter(client, people.wang())
        find(client)
        assert self.release(client, li.person, "").status_code == 422
        assert self.release(client, li.person, "手机丢失").status_code == 302
        assert Account.objects.get(pk=li.pk).person is None

    def test_a_supervisor_does_not(self, client: Client) -> None:
        li = people.li()
        people.enter(client, people.qian())
        find(client)
        page = self.release(client, li.person, "手机丢失")
        assert page.status_code == 409
        assert "综合窗口人员" in page.text
        assert Account.objects.get(pk=li.pk).person is not None
