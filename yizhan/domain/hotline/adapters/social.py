"""What microblog and WeChat servers post: one message each, XML there, JSON here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from yizhan.core.flow import Refused

LARGEST = 256 * 1024
ITEM = re.compile(r"<(\w+)>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Post:
    """A person's message; `sender` is the platform's own name for them, not a phone number."""

    message_id: str
    sender: str
    text: str
    occurred_at: datetime
    name: str = ""


class _Weibo(msgspec.Struct):
    id: str
    sender: str
    text: str
    at: datetime
    name: str = ""


def weibo(body: bytes) -> Post:
    """{"id", "sender", "text", "at", "name"}. Raises Refused."""
    try:
        given = msgspec.json.decode(body, type=_Weibo)
    except msgspec.MsgspecError:
        raise Refused("微博消息的格式不对，请对照接口文档。") from None
    if not given.id or not given.sender or given.at.tzinfo is None:
        raise Refused("微博消息要有编号、发送人和带时区的时间。")
    return Post(given.id[:150], given.sender[:150], given.text, given.at, given.name[:60])


def wechat(body: bytes) -> Post | None:
    """WeChat's plain XML; None for what is no text of a person (events, pictures without words).

    Read without an XML parser: the format is flat, and no entity can be declared here.
    """
    if len(body) > LARGEST:
        raise Refused("微信消息太长，没有接收。")
    text = body.decode("utf-8", "replace")
    found = {name: cdata or plain for name, cdata, plain in ITEM.findall(text)}
    if found.get("MsgType") == "voice" and found.get("Recognition"):
        found |= {"MsgType": "text", "Content": found["Recognition"]}
    if "MsgType" not in found:
        raise Refused("微信消息的格式不对，请对照公众平台文档。")
    if found["MsgType"] != "text":
        return None
    when, who, number = (found.get(k, "") for k in ("CreateTime", "FromUserName", "MsgId"))
    if not (when.isdigit() and len(when) <= 11 and who and number):
        raise Refused("微信消息缺少编号、发送人或者时间。")
    moment = datetime.fromtimestamp(int(when), UTC)
    return Post(number[:150], who[:150], found.get("Content", ""), moment)
