"""The mailbox for real: Debian's dovecot holds the letters, an SMTP server takes the answers."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.domain.hotline.test_mail import LI, letter
from tests.factories.hotline import AT
from yizhan.domain.hotline import actions
from yizhan.domain.hotline.models import Order
from yizhan.domain.notices import actions as notices
from yizhan.domain.notices.adapters import get_mail
from yizhan.domain.notices.models import Notice

DOVECOT = "/usr/sbin/dovecot"
PASSWORD = "pass"  # noqa: S105 - of a server that lives for one test
CONF = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 1
mail_location = maildir:{home}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.path.exists(DOVECOT) or os.getuid() != 0,
        reason="dovecot-imapd is not installed here, or not started as root",
    ),
]


class Kept:
    """What the SMTP server took."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep it, or refuse one address for good and another for now."""
        to = envelope.rcpt_tos[0]
        if to.startswith("gone"):
            return "550 no such user"
        if to.startswith("busy"):
            return "451 try again"
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def smtp() -> Iterator[tuple[Kept, int]]:
    kept, port = Kept(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


@pytest.fixture
def dovecot() -> Iterator[int]:
    """dovecot with one user and one Maildir, in a folder of its own."""
    home = Path("/tmp") / f"yz-dovecot-{os.getpid()}"  # noqa: S108 - short: unix sockets live there
    shutil.rmtree(home, ignore_errors=True)
    for name in ("run", "mail/new", "mail/cur", "mail/tmp"):
        (home / name).mkdir(parents=True)
    port, user = free_port(), pwd.getpwnam("nobody")
    (home / "users").write_text(f"li:{{PLAIN}}{PASSWORD}\n")
    facts = {"home": home, "port": port, "uid": user.pw_uid, "gid": user.pw_gid}
    (home / "conf").write_text(CONF.format(**facts))
    for path in (home, *home.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    server = subprocess.Popen([DOVECOT, "-F", "-c", str(home / "conf")])  # noqa: S603
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            break
        time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(10)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def box(settings: Any, dovecot: int, smtp: tuple[Kept, int]) -> Kept:
    settings.MAIL_IMAP = f"imap://li@127.0.0.1:{dovecot}/INBOX"
    settings.MAIL_PASSWORD = PASSWORD
    settings.MAIL_SMTP = f"smtp://127.0.0.1:{smtp[1]}"
    settings.MAIL_FROM = "12345@lankao.example"
    settings.MAIL_ADAPTER = "yizhan.domain.hotline.adapters.mailbox.Post"
    return smtp[0]


def put(port: int, *letters: bytes) -> None:
    """Letters into the mailbox, unread."""
    with imaplib.IMAP4("127.0.0.1", port) as one:
        one.login("li", PASSWORD)
        for data in letters:
            assert one.append("INBOX", "", "", data)[0] == "OK"


def flags(port: int) -> list[bytes]:
    with imaplib.IMAP4("127.0.0.1", port) as one:
        one.login("li", PASSWORD)
        one.select("INBOX")
        return [found for found in one.fetch("1:*", "(FLAGS)")[1] if isinstance(found, bytes)]


def test_letters_are_fetched_once_and_answered(box: Kept, dovecot: int) -> None:
    put(dovecot, letter(), letter(Message_ID="<r@x>", Auto_Submitted="auto-replied"))
    assert actions.fetch_letters(region="410225", at=AT) == 2
    assert actions.fetch_letters(region="410225", at=AT) == 0
    order = Order.objects.get()
    assert notices.send_due(at=AT) == 1
    answer = box.letters[0]
    assert answer["To"] == LI
    assert answer["In-Reply-To"] == "<a1@example.org>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert order.number in answer.get_payload(decode=True).decode()


def test_a_crash_before_the_order_stands_reads_the_letter_again(
    box: Kept, dovecot: int, monkeypatch: Any
) -> None:
    """The letter is marked read only after its order stands; twice read is one order."""
    put(dovecot, letter())
    with monkeypatch.context() as broken:
        broken.setattr(actions.letters.mailbox, "_take", _killed)
        with pytest.raises(KeyboardInterrupt):
            actions.fetch_letters(region="410225", at=AT)
    assert Order.objects.count() == 1
    assert b"Seen" not in b"".join(flags(dovecot))
    assert actions.fetch_letters(region="410225", at=AT) == 1
    assert Order.objects.count() == 1
    assert Notice.objects.filter(template="hotline.letter").count() == 1


def _killed(mailbox: Any, uid: str, handle: Any) -> bool:
    """The order is written, then the process dies before the letter is marked."""
    _, answer = mailbox.uid("FETCH", uid, "(BODY.PEEK[])")
    handle(answer[0][1], 0)
    raise KeyboardInterrupt


def test_one_bad_letter_does_not_stop_the_others(box: Kept, dovecot: int, monkeypatch: Any) -> None:
    take = actions.letters.take_letter

    def fragile(raw: bytes, **more: Any) -> Any:
        if b"poison" in raw:
            raise ValueError("poison")
        return take(raw, **more)

    monkeypatch.setattr(actions.letters, "take_letter", fragile)
    put(dovecot, letter(Message_ID="<p@x>", text="poison"), letter())
    assert actions.fetch_letters(region="410225", at=AT) == 1
    assert Order.objects.count() == 1
    assert b"Flagged" in flags(dovecot)[0]


def test_what_the_server_refuses_is_given_up_or_tried_again(box: Kept) -> None:
    for who in ("gone", "busy", "li"):
        notices.queue(
            region="410225", channel="mail", person=None, address=f"{who}@example.org",
            template="hotline.letter", text="您好", key=who, at=AT,
        )  # fmt: skip
    assert notices.send_due(at=AT) == 1
    states = dict(Notice.objects.values_list("key", "state"))
    assert states == {"gone": "failed", "busy": "queued", "li": "sent"}
    assert get_mail().check()[0]


def test_a_mailbox_that_is_away_loses_nothing(settings: Any) -> None:
    settings.MAIL_IMAP = f"imap://li@127.0.0.1:{free_port()}/INBOX"
    settings.MAIL_PASSWORD = PASSWORD
    with pytest.raises(OSError, match="refused"):
        actions.fetch_letters(region="410225", at=AT)
