"""The outbox: written with its cause, sent once, tried again, given up aloud."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from pytest_django import Settings

from tests import people as cast
from tests.domain.notices.conftest import NOW, PHONE, Platform
from tests.factories import people
from yizhan.core.crypto import Unsealable
from yizhan.core.flow import Refused
from yizhan.core.numbers import id_check
from yizhan.domain.notices import actions, adapters, queries, rules
from yizhan.domain.notices.models import Notice

Queue = Callable[..., Notice]
ID = "41022519491231002" + id_check("41022519491231002")
pytestmark = pytest.mark.django_db


def state(notice: Notice) -> tuple[str, int, str]:
    notice.refresh_from_db()
    return notice.state, notice.tries, notice.error


def test_the_same_key_gives_the_first_message_back(queue: Queue) -> None:
    first = queue("k")
    assert queue("k", text="另一段话") == first
    assert Notice.objects.get().text == "您的申请已收到。"
    assert queue("k", region="410224") != first, "keys are a county's own"


def test_a_message_goes_with_its_cause(queue: Queue) -> None:
    with transaction.atomic():
        queue("gone")
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0


def test_one_message_is_one_insert_for_the_caller(
    queue: Queue, django_assert_num_queries: Any
) -> None:
    with transaction.atomic(), django_assert_num_queries(4):  # savepoint, insert, read, release
        queue()


def test_what_is_due_is_sent_oldest_first_and_once(queue: Queue, platform: Platform) -> None:
    queue("b", at=NOW + timedelta(seconds=1), text="二")
    queue("a", text="一")
    later = queue("c", at=NOW + timedelta(hours=1))
    assert actions.send_due(at=NOW + timedelta(minutes=1)) == 2
    assert actions.send_due(at=NOW + timedelta(minutes=1)) == 0
    assert [sent["text"] for sent in platform.seen()["sent"]] == ["一", "二"]
    assert state(later) == ("queued", 0, "")
    first = Notice.objects.get(key="a")
    assert (first.state, first.tries, first.provider_id) == ("sent", 1, "m1")
    assert first.sent_at == NOW + timedelta(minutes=1)


def test_trouble_backs_off_and_ends_as_failed(queue: Queue, platform: Platform) -> None:
    platform.switch("down")
    notice = queue()
    at, waited = NOW, []
    for _ in range(rules.MAX_TRIES):
        assert actions.send_due(at=at) == 0
        notice.refresh_from_db()
        waited.append((notice.next_at - at).total_seconds())
        assert actions.send_due(at=notice.next_at - timedelta(seconds=1)) == 0
        at = notice.next_at
    assert waited[:-1] == [120, 300, 900, 3600, 14400, 43200, 86400]
    assert state(notice) == ("failed", 8, "短信平台回答503")
    assert platform.seen()["asked"] == 8
    assert actions.send_due(at=at + timedelta(days=30)) == 0
    assert platform.seen()["asked"] == 8


def test_a_refusal_is_final_at_once(queue: Queue, platform: Platform) -> None:
    notice = queue(text="违禁")
    assert actions.send_due(at=NOW) == 0
    assert state(notice) == ("failed", 1, "短信平台拒绝：内容含敏感词")


def test_a_carrier_that_is_away_is_not_asked_two_hundred_times(
    queue: Queue, platform: Platform
) -> None:
    platform.switch("down")
    for n in range(6):
        queue(f"k{n}")
    actions.send_due(at=NOW)
    assert platform.seen()["asked"] == actions.AWAY
    assert list(Notice.objects.order_by("id").values_list("tries", flat=True)) == [1, 1, 1, 0, 0, 0]


def test_a_poisoned_row_does_not_stop_the_others(
    queue: Queue, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    poison = [queue(f"p{n}", at=NOW - timedelta(hours=1)) for n in range(4)]
    Notice.objects.update(address_sealed=b"not sealed by us")
    good = queue("good")
    assert actions.send_due(at=NOW) == 1
    assert state(good)[0] == "sent"
    assert state(poison[0]) == ("queued", 1, "程序错误，已记入日志")
    assert str(poison[0].pk) in caplog.text
    Notice.objects.filter(key="p0").update(tries=7, next_at=NOW)
    actions.send_due(at=NOW)
    assert state(poison[0])[0] == "failed"


def test_a_row_that_kills_the_worker_is_given_up(queue: Queue, settings: Settings) -> None:
    """The try is counted before the carrier is asked: a crash costs a try, not the queue."""
    settings.SMS_ADAPTER = "tests.domain.notices.test_notices.Deadly"
    notice = queue()
    at = NOW
    for _ in range(rules.MAX_TRIES):
        with pytest.raises(SystemExit):
            actions.send_due(at=at)
        at += timedelta(days=2)
    assert state(notice) == ("queued", 8, "")
    assert actions.send_due(at=at) == 0
    assert state(notice) == ("failed", 9, "多次发送中断，请检查后重发")


class Deadly:
    """Ends the process as the kernel would."""

    def send(self, message: adapters.Message) -> str:
        raise SystemExit(9)

    def check(self) -> tuple[bool, str]:
        return True, "。"


def test_killed_after_sending_is_not_sent_twice(
    queue: Queue, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = queue()

    def killed(*_: object, **__: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_write", killed)
        with pytest.raises(SystemExit):
            actions.send_due(at=NOW)
    assert state(notice) == ("queued", 1, "")
    assert actions.send_due(at=NOW + timedelta(seconds=rules.LEASE)) == 1
    assert state(notice) == ("sent", 2, "")
    assert [sent["id"] for sent in platform.seen()["sent"]] == ["m1"]


@pytest.mark.django_db(transaction=True)
def test_many_senders_share_the_work(queue: Queue, platform: Platform) -> None:
    for n in range(40):
        queue(f"k{n}")
    sent: list[int] = []

    def work() -> None:
        sent.append(actions.send_due(at=NOW))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 40
    assert platform.seen()["asked"] == 40
    assert Notice.objects.filter(state="sent", tries=1).count() == 40


def test_the_carrier_is_never_asked_inside_a_transaction(queue: Queue) -> None:
    queue()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        actions.send_due(at=NOW)


def test_a_message_past_its_time_is_not_sent(queue: Queue, platform: Platform) -> None:
    notice = queue(expires_at=NOW + timedelta(minutes=5))
    assert actions.send_due(at=NOW + timedelta(minutes=5)) == 0
    assert state(notice) == ("failed", 1, "已过有效时间，没有发送")
    assert platform.seen()["asked"] == 0


@pytest.mark.django_db(transaction=True)
def test_an_urgent_message_wakes_the_worker_after_the_commit(queue: Queue) -> None:
    with transaction.atomic():
        queue("a", urgent=True)
        assert hints() == 0
    assert hints() == 1
    queue("b", urgent=True)
    assert hints() == 1, "one hint is enough for all"
    queue("c")
    assert hints() == 1


def hints() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [actions.SEND_TASK]
        )
        return cursor.fetchone()[0]


# ---- personal data


def one(name: str, key: str) -> Any:
    """An account that sees the messages of the county."""
    return people.official(name, username=key, name=key)


def test_a_failed_message_can_be_sent_again_by_those_in_charge(
    queue: Queue, platform: Platform
) -> None:
    notice = queue(text="违禁")
    actions.send_due(at=NOW)
    later = NOW + timedelta(hours=1)
    stranger = one("calendar_keeper", "zheng")
    with pytest.raises(Refused):
        actions.retry(notice.pk, by=stranger, at=later)
    assert queries.visible_to(stranger).count() == 0
    assert state(notice)[:2] == ("failed", 1)

    admin = one("system_admin", "feng")
    assert list(queries.stuck(admin, at=later)) == [notice]
    Notice.objects.update(text="好。")
    actions.retry(notice.pk, by=admin, at=later)
    assert state(notice) == ("queued", 0, "")
    assert actions.send_due(at=later) == 1
    assert state(notice) == ("sent", 1, "")
    with pytest.raises(Refused, match="已经发出，不能再发一次"):
        actions.retry(notice.pk, by=admin, at=later)
    assert list(queries.stuck(admin, at=later)) == []


def test_another_countys_messages_are_not_there(queue: Queue) -> None:
    notice = queue(region="410224")
    admin = one("system_admin", "feng")
    with pytest.raises(Notice.DoesNotExist):
        actions.retry(notice.pk, by=admin, at=NOW)
    assert queries.visible_to(admin).count() == 0


def test_a_citizen_sees_only_own_messages(queue: Queue) -> None:
    mine = queue("a", person=cast.li_person())
    queue("b", person=people.person())
    queue("c")
    assert list(queries.visible_to(cast.li())) == [mine]
    assert queries.visible_to(AnonymousUser()).count() == 0


def test_what_waits_is_known(queue: Queue) -> None:
    admin = one("supervisor", "qian")
    assert queries.oldest_queued("410225") is None
    queue("a")
    queue("b", at=NOW + timedelta(minutes=9))
    assert queries.oldest_queued("410225") == NOW
    keys = [n.key for n in queries.stuck(admin, at=NOW + timedelta(minutes=11))]
    assert keys == ["a"]


def table_text() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_notice::text FROM notices_notice")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_no_phone_and_no_identity_number_stands_in_the_table(
    queue: Queue, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    queue(text=f"身份证{ID}与手机{PHONE}不符，请更正。")
    platform.switch("down")
    actions.send_due(at=NOW)
    platform.switch("ok")
    actions.send_due(at=NOW + timedelta(hours=1))
    assert platform.seen()["sent"][0]["to"] == PHONE
    text = table_text()
    assert "身份证410*************" in text
    for number in (PHONE, ID, PHONE.encode().hex(), ID.encode().hex()):
        assert number not in text
        assert number not in caplog.text


def test_a_code_is_sealed_and_forgotten_once_sent(
    queue: Queue, platform: Platform, settings: Settings
) -> None:
    settings.DEMO = False
    notice = queue(text="验证码{secret}，5分钟内有效。", secret="483920")
    assert "483920" not in table_text()
    assert queries.full_text(notice) == "验证码483920，5分钟内有效。"
    actions.send_due(at=NOW)
    assert platform.seen()["sent"][0]["text"] == "验证码483920，5分钟内有效。"
    notice.refresh_from_db()
    assert notice.secret_sealed is None
    assert queries.full_text(notice) == "验证码{secret}，5分钟内有效。"


def test_the_demo_outbox_shows_what_was_sent(queue: Queue) -> None:
    queue("a", text="验证码{secret}。", secret="483920")
    actions.send_due(at=NOW)
    queue("b", at=NOW + timedelta(minutes=1))
    shown = queries.demo_outbox(limit=5)
    assert [(one.text, one.state) for one in shown] == [
        ("您的申请已收到。", "待发送"), ("验证码483920。", "已发送"),
    ]  # fmt: skip
    assert shown[0].phone == PHONE
    assert len(queries.demo_outbox(limit=1)) == 1


def test_build_saves_nothing_and_seals_the_phone() -> None:
    facts = {"region": "410225", "person": None, "template": "t", "text": "好。", "key": "k"}
    notice = actions.build(address=PHONE, at=NOW, **facts)
    assert Notice.objects.count() == 0
    assert queries.address_of(notice) == PHONE
    Notice.objects.bulk_create([notice])
    assert Notice.objects.get().state == "queued"


def test_a_sealed_phone_moved_to_another_row_does_not_open(queue: Queue) -> None:
    first, second = queue("a"), queue("b", address="13900005678")
    Notice.objects.filter(pk=first.pk).update(address_sealed=bytes(second.address_sealed))
    first.refresh_from_db()
    with pytest.raises(Unsealable):
        queries.address_of(first)
    assert queries.masked_address(first) == ""
    assert queries.masked_address(second) == "139****5678"


def test_a_long_reason_is_cut_not_refused(queue: Queue) -> None:
    """The correction notice stands on paper; its length must not stop the clerk."""
    assert queue("a", text="长" * 500).text == "长" * 500
    assert queue("b", text="长" * 501).text == "长" * 499 + "…"
    assert rules.fitting(rules.without_numbers("x" * 495 + PHONE, PHONE)).count(PHONE) == 0


def test_a_message_without_text_is_a_defect(queue: Queue) -> None:
    with pytest.raises(ValueError, match="without text"):
        queue(text="  ")
    assert Notice.objects.count() == 0


def test_numbers_that_only_look_like_identity_numbers_stay() -> None:
    text = "办件编号410225202611250001，电话0371-26999999"
    assert rules.without_numbers(text, PHONE) == text
