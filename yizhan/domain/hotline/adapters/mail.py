"""A letter as it lies in the mailbox, read with patience: whatever arrives, sense is made of it.

Loops are stopped by what a machine's letter says of itself (RFC 3834, RFC 3464): such a letter is
kept as seen and never answered. The sender's own words decide about an order number, and the door
(`actions.intake`) checks that they may.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

LARGEST_FILE = 20 * 1024 * 1024
LONGEST = 50_000
# What Chinese mail programs write, in the order in which a wrong guess is noticed.
GUESSES = ("utf-8", "gb18030", "big5")
CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "hz"}
QUOTED = re.compile(
    r"^(?:-{2,} ?(?:原始邮件|Original Message|转发邮件信息|回复的原邮件).*|On .+ wrote:|"
    r"在.{4,60}写道[:：]|发件人[:：].+|From: .+)$",
    re.MULTILINE,
)
TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]{0,2000}>", re.DOTALL | re.I)
BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]{0,200}>", re.I)
NUMBER = re.compile(r"(?<![0-9A-Za-z-])[A-Z]{1,4}[0-9]{2,}(?:-?[0-9A-Z]+){1,4}(?![0-9A-Za-z-])")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that carries bytes; `problem` is the sentence why it was not kept."""

    name: str
    content: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What was understood."""

    message_id: str
    sender: str
    name: str
    subject: str
    text: str
    thread: tuple[str, ...]
    sent_at: datetime | None
    attachments: tuple[Attachment, ...]
    automatic: str  # why no answer may go out; empty for a person's letter

    @property
    def quoted_number(self) -> str:
        """An order number in subject or text; whose it is decides the door."""
        found = NUMBER.search(self.subject) or NUMBER.search(self.text)
        return found[0] if found else ""

    @property
    def problems(self) -> list[str]:
        """The sentences about attachments that were not kept."""
        return [part.problem for part in self.attachments if part.problem]


def read(raw: bytes) -> Letter:
    """Any bytes make a letter; a letter without Message-ID gets one from its content."""
    parsed = message_from_bytes(raw)
    name, sender = _from(parsed)
    bodies, attachments = _parts(parsed)
    text = own_words("\n".join(bodies))
    return Letter(
        message_id=_message_id(parsed, raw), sender=sender, name=name[:60],
        subject=_header(parsed, "Subject")[:200], text=text, thread=_thread(parsed),
        sent_at=_date(parsed), attachments=tuple(attachments),
        automatic=_automatic(parsed, sender),
    )  # fmt: skip


def own_words(text: str) -> str:
    """The text without what it quotes; a letter that only quotes keeps all of it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    above = QUOTED.split(text, maxsplit=1)[0]
    kept = "\n".join(line for line in above.splitlines() if not line.startswith(">")).strip()
    return kept or text.strip()


def _from(parsed: Message) -> tuple[str, str]:
    pairs = getaddresses([_header(parsed, "From")])
    for name, address in pairs:
        if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            return name, address.lower()[:200]
    return "", ""


def _header(parsed: Message, name: str) -> str:
    """Decoded, on one line; undeclared bytes are guessed."""
    raw = parsed.get(name)
    if raw is None:
        return ""
    try:
        pieces = decode_header(raw)
    except ValueError:  # an encoded word that is none
        pieces = [(str(raw), None)]
    text = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            piece = piece.encode("utf-8", "surrogateescape")
        text += decode(piece, charset or "")
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip()


def decode(data: bytes, charset: str) -> str:
    """By the declared charset if it fits, else by the first that does, else with marks."""
    charset = charset.strip("\"' ").lower()
    for guess in (CHINESE.get(charset, charset), *GUESSES):
        try:
            return data.decode(codecs.lookup(guess).name) if guess else _unnamed()
        except (LookupError, UnicodeError):
            continue
    # one broken byte must not turn a Chinese letter into marks: take what loses least
    return min((data.decode(guess, "replace") for guess in GUESSES), key=lambda t: t.count("�"))


def _unnamed() -> str:
    raise LookupError


def _parts(parsed: Message) -> tuple[list[str], list[Attachment]]:
    plain: list[str] = []
    rich: list[str] = []
    files: list[Attachment] = []
    for part in _leaves(parsed):
        kind, name = part.get_content_type(), _file_name(part)
        content = _bytes(part)
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(_attachment(name or f"附件{len(files) + 1}", kind, content))
        elif kind == "text/html":
            rich.append(_without_tags(decode(content, _charset(part))))
        else:
            plain.append(decode(content, _charset(part)))
    return [text for text in plain if text.strip()] or rich, files


def _leaves(parsed: Message) -> Iterator[Message]:
    """Parts without parts; a forwarded letter counts as what it holds, a report as none."""
    for part in parsed.walk():
        if not part.is_multipart() and part.get_content_type() not in (
            "message/delivery-status", "text/rfc822-headers",
        ):  # fmt: skip
            yield part


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):  # a transfer encoding that is none
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    try:
        found = part.get_param("charset") or ""
    except (ValueError, LookupError):
        return ""
    return found if isinstance(found, str) else str(found[2])


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError):
        return "附件"
    if "=?" not in name and name.isascii():
        return name
    shell = Message()
    shell["N"] = name.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape")
    return _header(shell, "N")


def _attachment(name: str, kind: str, content: bytes) -> Attachment:
    if len(content) > LARGEST_FILE:
        size = f"{len(content) / 1024 / 1024:.0f}"
        return Attachment(name, b"", f"附件“{name}”有{size}MB，超过20MB，没有收下。请压缩后再发，"
                          "或者送到窗口。")  # fmt: skip
    if name.lower() == "winmail.dat" or kind == "application/ms-tnef":
        return Attachment(name, b"", "附件“winmail.dat”只有Outlook能打开，没有收下。请用纯文本格式"
                          "重发，附件用照片或PDF。")  # fmt: skip
    if not content:
        return Attachment(name, b"", f"附件“{name}”是空的，没有收下。请重新发送。")
    return Attachment(name, content)


def _without_tags(text: str) -> str:
    return html.unescape(TAG.sub("", BREAK.sub("\n", text)))


def _message_id(parsed: Message, raw: bytes) -> str:
    found = re.search(r"<([^<>\s]{1,190})>", _header(parsed, "Message-ID"))
    if found:
        return found[1]
    return f"no-id-{hashlib.sha256(raw).hexdigest()[:32]}"


def _thread(parsed: Message) -> tuple[str, ...]:
    """What it answers, nearest first."""
    said = _header(parsed, "In-Reply-To") + " " + _header(parsed, "References")
    ids = re.findall(r"<([^<>\s]{1,190})>", said)
    return tuple(dict.fromkeys([*ids[:1], *reversed(ids)]))[:20]


def _date(parsed: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(parsed, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else None


def _automatic(parsed: Message, sender: str) -> str:
    """Why nobody is behind this letter."""
    said = _header(parsed, "Auto-Submitted").lower().split(";")[0].strip()
    if said not in ("", "no"):
        return f"自动邮件（Auto-Submitted: {said[:40]}）"
    if _header(parsed, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return "群发邮件（Precedence）"
    if parsed.get("X-Autoreply") or parsed.get("X-Autorespond") or parsed.get("List-Id"):
        return "自动答复或者邮件列表"
    if _header(parsed, "Return-Path") == "<>" or parsed.get_content_type() == "multipart/report":
        return "退信"
    if not sender or sender.split("@")[0] in ("mailer-daemon", "postmaster", "noreply", "no-reply"):
        return "没有人在看的发件地址"
    return ""
