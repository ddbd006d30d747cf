"""Whom a text must not show: phone, identity and plate numbers, and names people give themselves.

What is hidden keeps its first and last characters where a caller may want to recognise it, and its
length, so that a text stays readable. 个人信息保护法 art. 51; nobody outside the handling unit sees
more (国办函〔2025〕66号).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

STAR = "＊"  # full width: a line of text keeps its length, and no markup reads it as its own
_GAP = r"[\s\-—－·.]{0,2}"  # what people put between the digits
_DIGIT = r"[0-9０-９]"
_SPOKEN = "零〇一二三四五六七八九幺两"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

_IDENTITY = re.compile(
    rf"(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{17}}[0-9０-９xXｘＸ](?!{_DIGIT})"
    rf"|(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{14}}{_DIGIT}(?!{_DIGIT})"
)
_MOBILE = re.compile(
    rf"(?<!{_DIGIT})(?:[+＋]?[8８][6６]{_GAP})?[1１][3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})"
)
_LANDLINE = re.compile(
    rf"(?<!{_DIGIT})[(（]?[0０](?:[1１2２]{_DIGIT}|[3-9３-９]{_DIGIT}{{2}})[)）]?{_GAP}"
    rf"[2-8２-８]{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{4}}(?!{_DIGIT})"
)
_LOCAL = re.compile(
    rf"((?:电话|座机|联系方式|号码|致电|拨打)[是为：:\s]{{0,3}})([2-8２-８]{_DIGIT}{{6,7}})(?!{_DIGIT})"
)
_SAID = re.compile(
    rf"(?<![{_SPOKEN}])[幺一][三四五六七八九](?:[、，,\s]?[{_SPOKEN}]){{9}}(?![{_SPOKEN}])"
)
_CARD = re.compile(rf"(?<!{_DIGIT})[4-6４-６２2]{_DIGIT}(?:{_GAP}{_DIGIT}){{14,17}}(?!{_DIGIT})")
_PLATE = re.compile(
    rf"[{PROVINCES}][A-Za-zＡ-Ｚａ-ｚ]{_GAP}(?:[A-Za-z0-9０-９Ａ-Ｚａ-ｚ]{_GAP}){{4,5}}"
    rf"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ挂学警港澳]"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NAME = re.compile(
    r"(我叫|我名叫|我的名字(?:叫|是)|本人姓名(?:是|为)?[：:]?|姓名[：:]|我是业主|联系人[：:]?|本人)"
    r"([一-鿿]{2,3}?)(?=[，。,.；;、！!：:\s（(]|的|住|家住|是|，|$|电话|手机|身份证|系)"
)
# words after 本人 or 联系人 that are no name
_NOT_NAMES = frozenset((
    "购买", "居住", "家住", "于是", "认为", "希望", "要求", "现在", "多次", "已经", "在此", "发现",
    "反映", "投诉", "实名", "所有", "电话", "手机", "名下", "系统", "家庭", "一家", "户口", "身份",
    "业主", "村民", "居民", "职工", "退休",
))  # fmt: skip


def mask(text: str) -> str:
    """The text with personal data hidden; masking twice changes nothing more."""
    for pattern, hide in _RULES:
        text = pattern.sub(hide, text)
    return text


def _keep(first: int, last: int) -> Callable[[re.Match[str]], str]:
    def hide(match: re.Match[str]) -> str:
        whole = match[0]
        shown = [n for n, letter in enumerate(whole) if _counts(letter)]
        kept = set(shown[:first] + (shown[-last:] if last else []))
        return "".join(
            STAR if n in shown and n not in kept else letter for n, letter in enumerate(whole)
        )

    return hide


def _counts(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"


def _local(match: re.Match[str]) -> str:
    return match[1] + STAR * (len(match[2]) - 2) + match[2][-2:]


def _name(match: re.Match[str]) -> str:
    if match[2][:2] in _NOT_NAMES or match[2] in _NOT_NAMES:
        return match[0]
    return match[1] + match[2][0] + STAR * (len(match[2]) - 1)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_MAIL, _keep(1, 0)),
    (_IDENTITY, _keep(3, 2)),
    (_CARD, _keep(0, 4)),
    (_MOBILE, _keep(3, 2)),
    (_LANDLINE, _keep(0, 2)),
    (_SAID, _keep(2, 0)),
    (_LOCAL, _local),
    (_PLATE, _keep(2, 1)),
    (_NAME, _name),
)
