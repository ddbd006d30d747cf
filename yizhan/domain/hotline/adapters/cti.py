"""What a telephone system tells: four events, whichever system it is.

{"event": "ring" | "answer" | "hangup" | "recording", "call": id, "number": caller's or "",
 "line": dialled, "agent": agent's number, "at": ISO time with zone, "recording": address}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from yizhan.core.flow import Refused

EVENTS = ("ring", "answer", "hangup", "recording")
WITHHELD = ("anonymous", "unknown", "unavailable", "restricted", "withheld")
AHEAD = timedelta(minutes=5)  # how far a telephone system's clock may be before ours


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of one call; `number` empty = withheld."""

    event: str
    call: str
    number: str
    line: str
    agent: str
    at: datetime
    recording: str


class _Shape(msgspec.Struct):
    event: str
    call: str
    at: datetime
    number: str = ""
    line: str = ""
    agent: str = ""
    recording: str = ""


def read(body: bytes, *, at: datetime) -> CallEvent:
    """Raises Refused with the field that is wrong."""
    try:
        given = msgspec.json.decode(body, type=_Shape)
    except msgspec.MsgspecError:
        raise Refused("来电事件的格式不对，请对照接口文档。") from None
    if given.event not in EVENTS:
        raise Refused("来电事件只能是 ring、answer、hangup、recording。", field="event")
    if not re.fullmatch(r"[0-9A-Za-z@._:-]{1,120}", given.call):
        raise Refused("来电事件要有通话编号（120个字符以内）。", field="call")
    if given.at.tzinfo is None:
        raise Refused("来电事件的时间要带时区，例如2026-11-25T09:00:00+08:00。", field="at")
    if given.at > at + AHEAD:
        raise Refused("来电事件的时间在将来，请校准电话系统的时钟。", field="at")
    if given.event == "recording" and urlsplit(given.recording).scheme not in ("https", "http"):
        raise Refused("录音地址要以https://开头。", field="recording")
    return CallEvent(given.event, given.call, number(given.number), given.line[:20],
                     given.agent[:40], given.at, given.recording[:500])  # fmt: skip


def number(given: str) -> str:
    """A caller's number as people write it: from a SIP address, without +86; empty = withheld."""
    text = re.sub(r"^.*?<?sips?:", "", given.strip())
    text = re.split(r"[@;>]", text)[0].strip()
    if text.lower() in WITHHELD:
        return ""
    digits = re.sub(r"[\s()-]", "", text)
    digits = re.sub(r"^(?:\+|00)86(?=\d{5,})", "", digits)
    if re.fullmatch(r"0?1[3-9]\d{9}", digits):
        return digits[-11:]
    return digits if re.fullmatch(r"\+?\d{3,20}", digits) else ""
