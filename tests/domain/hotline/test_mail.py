"""Letters as they really arrive: broken, machine-written, in old encodings, too large, twice."""

from __future__ import annotations

import base64
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.factories import files, hotline
from tests.factories.hotline import AT
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.adapters import mail
from yizhan.domain.hotline.models import Message, Order
from yizhan.domain.notices.models import Notice

LI = "li@example.org"
TEXT = "胜利社区门口的路灯坏了一个多星期，希望尽快修一下。"


def letter(**changes: Any) -> bytes:
    """A plain letter of Li's, unless changed; a header given as None is left out."""
    facts = {
        "From": f"李秀英 <{LI}>", "To": "12345@lankao.example", "Subject": "路灯坏了",
        "Message-ID": "<a1@example.org>", "Date": "Wed, 25 Nov 2026 09:00:00 +0800",
    }  # fmt: skip
    facts |= {name.replace("_", "-"): value for name, value in changes.items() if name != "text"}
    made = EmailMessage()
    for name, value in facts.items():
        if value is not None:
            made[name] = value
    made.set_content(changes.get("text", TEXT))
    return bytes(made)


def raw(head: str, body: bytes) -> bytes:
    """A letter byte by byte, as broken programs send it."""
    return head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body


def take(data: bytes, **more: Any) -> Message | None:
    return actions.take_letter(data, region="410225", at=more.pop("at", AT), **more)


def told() -> list[str]:
    found = Notice.objects.filter(template="hotline.letter").order_by("created_at", "id")
    return [notice.text for notice in found]


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("gb2312", "gb2312"), ("gb18030", "GBK"), ("big5", "big5"), ("utf-8", "utf-8"),
     ("gb18030", ""), ("utf-8", ""), ("gb18030", "utf-8"), ("utf-8", "x-unknown"),
     ("gb18030", "gb2312")],
)  # fmt: skip
def test_old_and_wrong_encodings_are_read(charset: str, declared: str) -> None:
    text = "㛃" + TEXT if charset == "gb18030" and declared == "gb2312" else TEXT
    if charset == "big5":
        text = "門口的路燈壞了"
    kind = f"Content-Type: text/plain; charset={declared}" if declared else "X-None: 1"
    head = f"From: {LI}\nSubject: =?{charset}?b?{base64.b64encode(text.encode(charset)).decode()}?="
    found = mail.read(raw(f"{head}\n{kind}", text.encode(charset)))
    assert found.text == text
    assert found.subject == text


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\xff\xfe", b"no header at all", b"From: \r\n\r\n",
        b"Subject: =?utf-8?b?!!!?=\r\n\r\nx",
        raw(f"From: {LI}\nContent-Type: multipart/mixed; boundary=", b"--\r\nx"),
        raw(f"From: {LI}\nContent-Transfer-Encoding: base64", b"%%%not base64%%%"),
        raw(f"From: {LI}\nContent-Type: multipart/mixed; boundary=b", b"--b\r\n--b\r\n--b--"),
        raw(f"From: {LI}\nContent-Type: text/plain; charset*=utf-8''%zz", b"x"),
        raw(f"From: {LI}\nDate: yesterday\nReferences: <<<>>>", b"x"),
        raw("From: <>, a b c", b"x" * 2_000_000),
        b"From: a@b.c\r\n" * 5000 + b"\r\nx",
    ],
)  # fmt: skip
def test_nothing_breaks_the_reader(data: bytes) -> None:
    found = mail.read(data)
    assert found.message_id
    assert mail.read(data).message_id == found.message_id


def test_a_letter_without_an_id_gets_one_from_its_content() -> None:
    one, other = letter(Message_ID=None), letter(Message_ID=None, text="别的事情")
    assert mail.read(one).message_id == mail.read(one).message_id
    assert mail.read(one).message_id != mail.read(other).message_id


def test_what_a_letter_quotes_is_not_said_again() -> None:
    said = f"还没有修好。\n\n------------------ 原始邮件 ------------------\n{TEXT}"
    assert mail.read(letter(text=said)).text == "还没有修好。"
    assert mail.read(letter(text=f"> {TEXT}")).text == f"> {TEXT}"


@pytest.mark.django_db
def test_a_letter_is_one_order_however_often_it_is_read() -> None:
    first, again = take(letter()), take(letter())
    assert first == again
    order = Order.objects.get()
    assert (order.channel, order.caller_name, order.title) == ("mail", "李秀英", "路灯坏了")
    assert queries.sender_of(order) == LI
    assert len(told()) == 1
    assert order.number in told()[0]
    notice = Notice.objects.get(template="hotline.letter")
    assert (notice.channel, notice.answers) == ("mail", "a1@example.org")


@pytest.mark.django_db
def test_an_answer_joins_by_thread_or_number_and_a_stranger_does_not() -> None:
    first = take(letter())
    assert first is not None
    number = first.order.number
    by_thread = take(letter(Message_ID="<a2@x>", In_Reply_To="<a1@example.org>", text="补充：东门"))
    by_number = take(letter(Message_ID="<a3@x>", Subject=f"Re: {number}", text="再补充：第二盏"))
    stranger = take(letter(Message_ID="<e1@x>", From="eve@evil.org", Subject=f"Re: {number}"))
    assert by_thread is not None
    assert by_number is not None
    assert stranger is not None
    assert by_thread.order == by_number.order == first.order
    assert stranger.order != first.order


@pytest.mark.django_db
@pytest.mark.parametrize(
    "marks",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"},
        {"List_Id": "<l.example.org>"}, {"Return_Path": "<>"}, {"From": "mailer-daemon@x.org"},
        {"From": "noreply@x.org"},
    ],
)  # fmt: skip
def test_what_a_machine_wrote_is_never_answered(marks: dict[str, str]) -> None:
    assert take(letter(**marks)) is None
    assert not Order.objects.exists()
    assert told() == []


@pytest.mark.django_db
def test_a_bounce_is_no_order() -> None:
    body = b"--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n--b--"
    head = "From: x@mx.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b"
    assert take(raw(head, body)) is None
    assert told() == []


@pytest.mark.django_db
def test_two_machines_that_hide_it_do_not_talk_all_night() -> None:
    for number in range(40):
        take(letter(Message_ID=f"<loop-{number}@x>"), at=AT + timedelta(minutes=number))
    assert len(told()) <= 6


def with_file(name: str, content: bytes, kind: str = "image/jpeg") -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = LI, "路灯坏了", f"<f-{len(content)}@x>"
    made.set_content(TEXT)
    main, _, sub = kind.partition("/")
    made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return bytes(made)


@pytest.mark.django_db
def test_attachments_are_kept_or_refused_with_a_sentence(settings: Any, tmp_path: Any) -> None:
    settings.FILES_FOLDER = tmp_path
    take(with_file("灯.jpg", files.picture()))
    assert Order.objects.get().files.count() == 1
    for name, content, sentence in (
        ("winmail.dat", b"x" * 99, "Outlook"), ("大.jpg", b"x" * 30_000_000, "超过20MB"),
        ("坏.exe", files.program(), "没有收下"),
    ):  # fmt: skip
        take(with_file(name, content))
        assert sentence in told()[-1]
        assert name in told()[-1]
    assert Order.objects.count() == 4


@pytest.mark.django_db
def test_an_empty_letter_is_answered_with_what_to_write() -> None:
    assert take(letter(Subject="", text="")) is None
    assert not Order.objects.exists()
    assert "没有收到诉求内容" in told()[-1]


@pytest.mark.django_db
def test_who_wrote_a_letter_is_answered_by_letter() -> None:
    message = take(letter())
    assert message is not None
    unit = hotline.unit()
    order = actions.accept(message.order.pk, by=hotline.agent(), at=AT)
    hotline.dispatched(order, unit)
    notice = Notice.objects.get(template="hotline.dispatched")
    assert notice.channel == "mail"


@pytest.mark.django_db
def test_a_letter_of_the_future_or_the_past_is_received_now() -> None:
    message = take(letter(Date="Wed, 25 Nov 2099 09:00:00 +0800"))
    assert message is not None
    assert message.occurred_at == AT
    assert message.order.received_at == AT
