"""The hotline's mailbox: letters are fetched by IMAP and leave by SMTP.

Settings MAIL_IMAP (`imaps://user@host:993/INBOX`), MAIL_SMTP (`smtps://user@host:465`, or
`smtp://…:587` which must offer STARTTLS beyond loopback), MAIL_FROM, MAIL_PASSWORD. A letter is
marked read only after its order stands in the database; killed in between, it is read again and is
the same message. One that our program cannot take is flagged for a person and left alone.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

from yizhan.domain.notices.adapters import Message, Never, NotNow

TIMEOUT = 20
LARGEST = 60 * 1024 * 1024  # of a whole letter; above, only its head and first text are read
FIRST = 512 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ADDRESS = re.compile(r"[^@\s<>,;\"\r\n]+@[^@\s<>,;\"\r\n]+")
log = logging.getLogger(__name__)


def fetch(handle: Callable[[bytes, int], object], *, limit: int = 200) -> int:
    """Give every unread letter to `handle(bytes, full size)`, oldest first; how many were taken.

    Raises OSError or imaplib.IMAP4.error when the mailbox is away.
    """
    place = urlsplit(str(settings.MAIL_IMAP))
    box = _open(place)
    taken = 0
    try:
        box.login(unquote(place.username or ""), str(settings.MAIL_PASSWORD))
        status, _ = box.select(unquote(place.path.strip("/")) or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error("no such folder")
        _, found = box.uid("SEARCH", "UNSEEN", "UNFLAGGED")
        for uid in (found[0] or b"").split()[:limit]:
            taken += _take(box, uid.decode(), handle)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()
    return taken


def _open(place: SplitResult) -> imaplib.IMAP4:
    host = place.hostname or ""
    if place.scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, place.port or 993, ssl_context=context, timeout=TIMEOUT)
    box = imaplib.IMAP4(host, place.port or 143, timeout=TIMEOUT)
    if host not in LOOPBACK:
        box.starttls(ssl.create_default_context())
    return box


def _take(box: imaplib.IMAP4, uid: str, handle: Callable[[bytes, int], object]) -> bool:
    _, sizes = box.uid("FETCH", uid, "(RFC822.SIZE)")
    size = int((re.search(rb"RFC822\.SIZE (\d+)", _joined(sizes)) or [b"0", b"0"])[1])
    part = "(BODY.PEEK[])" if size <= LARGEST else f"(BODY.PEEK[]<0.{FIRST}>)"
    _, answer = box.uid("FETCH", uid, part)
    raw = next((bytes(item[1]) for item in answer if isinstance(item, tuple)), b"")
    try:
        handle(raw, size)
    except Exception as defect:  # one letter must not stop the others; its kind is logged
        log.error("letter uid %s was not taken: %s", uid, type(defect).__name__)
        box.uid("STORE", uid, "+FLAGS", r"(\Flagged)")
        return False
    box.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return True


def _joined(answer: list[object]) -> bytes:
    return b" ".join(item if isinstance(item, bytes) else bytes(item[0])  # type: ignore[index]
                     for item in answer if item)  # fmt: skip


def message_id_of(key: str) -> str:
    """The Message-ID of an outgoing letter: the same row is the same letter, however often sent."""
    domain = str(settings.MAIL_FROM).rpartition("@")[2] or "localhost"
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}"


class Post:
    """The carrier of letters, for notices."""

    def send(self, message: Message) -> str:
        """The Message-ID. Raises NotNow or Never."""
        if not ADDRESS.fullmatch(message.address):
            raise Never("收件地址不是邮箱地址")
        letter = self._letter(message)
        try:
            with self._connect() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            code = next(iter(refusal.recipients.values()))[0]
            raise (Never if code >= 500 else NotNow)(f"收件地址被邮件服务器拒绝：{code}") from None
        except smtplib.SMTPDataError as refusal:
            sentence = f"邮件服务器拒绝内容：{refusal.smtp_code}"
            raise (Never if refusal.smtp_code >= 500 else NotNow)(sentence) from None
        except (OSError, smtplib.SMTPException):
            raise NotNow("连不上邮件服务器") from None
        return str(letter["Message-ID"]).strip("<>")[:80]

    def check(self) -> tuple[bool, str]:
        """Settings complete and the server answers."""
        missing = [name for name in ("MAIL_SMTP", "MAIL_FROM") if not getattr(settings, name)]
        if missing:
            return False, f"邮件没有配置完整，缺少：{'、'.join(missing)}。"
        try:
            with self._connect() as server:
                server.noop()
        except (OSError, smtplib.SMTPException):
            return False, "邮件服务器现在连不上。"
        return True, "邮件服务器可以连接。"

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"] = str(settings.MAIL_FROM), message.address
        letter["Subject"] = f"{settings.COUNTY_NAME}12345热线 {message.subject}".strip()
        letter["Date"] = formatdate()
        letter["Message-ID"] = f"<{message_id_of(message.key)}>"
        if message.answers:
            letter["In-Reply-To"] = letter["References"] = f"<{message.answers}>"
        # RFC 3834: no machine may answer this, and ours never answers one that says so
        letter["Auto-Submitted"] = "auto-replied" if message.answers else "auto-generated"
        letter.set_content(message.text, charset="utf-8")
        return letter

    def _connect(self) -> smtplib.SMTP:
        place = urlsplit(str(settings.MAIL_SMTP))
        host, context = place.hostname or "", ssl.create_default_context()
        if place.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, place.port or 465, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(host, place.port or 587, timeout=TIMEOUT)
            if host not in LOOPBACK:
                server.starttls(context=context)
        if place.username:
            server.login(unquote(place.username), str(settings.MAIL_PASSWORD))
        return server
