"""A day's messages of our own making: nobody told these to a hotline, no number is anybody's.

The sentences stand in hotline/situations.txt (one voice) and hotline/voices.txt (many voices about
one matter, and dangers to life). Their places are the county's own; everything else is chance.
"""

from __future__ import annotations

import csv
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from yizhan.domain.hotline.choices import Channel, Nature

VOICES = 0.22  # of a day speak about what others speak about too
DANGERS = 0.02
NAMELESS = 0.15  # give no name
WITHHELD = 0.04  # show no number
URGE = "urge"  # 催办 is no nature of an order; it belongs to an open one
CHANNELS = {
    Channel.PHONE: 70, Channel.WEB: 8, Channel.WECHAT: 7, Channel.SMS: 5, Channel.APP: 4,
    Channel.MAIL: 3, Channel.VISIT: 2, Channel.LETTER: 1,
}  # fmt: skip
NUMBERS = "1990000{:04d}"  # the demo county's own; citizens with an account have the first hundred
_NATURES = {nature.label: nature.value for nature in Nature}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国海燕志红文丹宁雪梅"
_SLOTS = {
    "w": (
        "村东头", "小学门口", "广场西边", "卫生室旁边", "十字路口", "桥头", "集市南头",
        "幼儿园对面", "村委会后面", "车站旁边", "河堤下面", "菜市场里", "老粮库那边",
        "新修的那条路上", "公园北门", "银行旁边", "中学后街", "加油站对面", "{}号楼前", "{}组那边",
    ),
    "s": ("三天", "五天", "一个星期", "十来天", "半个月", "快一个月", "两个月", "小半年"),
    "d": (
        "早上六点", "昨天晚上", "夜里十一点", "凌晨两点", "中午", "傍晚", "天不亮", "周末", "半夜",
        "下午放学的时候", "后半夜",
    ),
    "n": ("两", "三", "四", "五", "六", "七", "八"),
    "m": ("80", "150", "300", "460", "800", "1200", "2600", "5000", "8600", "12000", "36000"),
}  # fmt: skip
_HARM = (
    "邻居们都有意见", "老人和孩子最受罪", "我们反映过，一直没有人来", "已经影响正常生活了",
    "拍了照片可以提供", "不是我一家这样", "社区说不归他们管", "我在外面打工，是家里人说的",
    "这个情况村里都知道", "每天都要从那里过", "之前也有人说过", "家里条件也不好",
)  # fmt: skip
_WISH = {
    "求助": ("请尽快派人处理。", "希望有人来看看。", "麻烦帮忙解决一下。", "拜托了。", "急等。"),
    "投诉": ("请查一查给个说法。", "要求处理并回复我。", "希望有关部门管一管。", "我要投诉。"),
    "举报": ("请依法查处。", "请不要透露我的电话。", "希望尽快去查。", "请核实。"),
    "建议": ("希望能考虑。", "供你们参考。", "谢谢。", "盼着能落实。"),
    "咨询": ("请告诉我，谢谢。", "麻烦回复一下。", "谢谢。", "请解答。"),
    "表扬": ("特此表扬。", "请转告他们。", "谢谢你们。"),
}  # fmt: skip
_OPENING = {
    Channel.PHONE: ("你好，", "喂你好，我想说个事，", "我反映一下，", "您好，", ""),
    Channel.SMS: ("", "", "12345你好，"),
    Channel.LETTER: ("尊敬的领导：您好。", "各位领导好，"),
    Channel.MAIL: ("您好，", "领导好，"),
}
_PLAIN = ("", "", "您好，", "反映一个问题，")


@dataclass(frozen=True, slots=True)
class SyntheticMessage:
    """One message with what a person would make of it.

    `nature` is a value of choices.Nature, or "urge" for a caller who asks after his earlier message
    (same phone). `matter` names what many speak of, else empty. `phone` is empty when withheld.
    """

    text: str
    nature: str
    topic_code: str
    channel: str
    place_code: str
    phone: str
    name: str
    matter: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence with slots, and what it is about."""

    sentence: str
    nature: str
    topic: str
    place: str = ""
    matter: str = ""
    urgent: bool = False


def compose(seed: int, count: int, *, urging: float = 0.0) -> list[SyntheticMessage]:
    """`count` messages; the same seed gives the same ones.

    All matters of many voices and all kinds of sentences come before any comes twice. `urging` is
    the share of messages in which somebody asks after what he said before.
    """
    chance = random.Random(seed)  # noqa: S311 - a day to rehearse with, not a secret
    told = _lines("situations.txt", _situations), _lines("voices.txt", _voices)
    dangers = [one for one in told[1] if one.urgent]
    voices = [one for one in told[1] if not one.urgent]
    singles = _endless(told[0], chance)
    many, danger = _endless(voices, chance), _endless(dangers, chance)
    found: list[SyntheticMessage] = []
    for _ in range(count):
        draw = chance.random()
        earlier = [one for one in found[-200:] if one.phone and not one.urgent]
        if earlier and draw > 1 - urging:
            found.append(_urge(chance.choice(earlier), chance))
            continue
        source = danger if draw < DANGERS else many if draw < DANGERS + VOICES else singles
        found.append(_message(source(), chance))
    return found


def _endless(pool: list[_Told], chance: random.Random) -> Callable[[], _Told]:
    """Draw without putting back; shuffled anew when all were drawn."""
    left: deque[_Told] = deque()

    def draw() -> _Told:
        if not left:
            left.extend(chance.sample(pool, len(pool)))
        return left.popleft()

    return draw


def _message(told: _Told, chance: random.Random) -> SyntheticMessage:
    channel = chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    if told.urgent:
        channel = Channel.PHONE
    place, name_of_place = _place(told, chance)
    phone = "" if chance.random() < WITHHELD else NUMBERS.format(chance.randint(100, 9999))
    known = chance.random() >= NAMELESS and not (told.nature == "举报" and chance.random() < 0.5)
    name = _name(chance) if known else ""
    text = _text(told, name_of_place, channel, chance)
    if name and channel in (Channel.LETTER, Channel.MAIL, Channel.SMS) and phone:
        text += f"我叫{name}，电话{phone}。"
    return SyntheticMessage(
        text, _NATURES[told.nature], told.topic, channel.value, place, phone, name, told.matter,
        told.urgent,
    )  # fmt: skip


def _text(told: _Told, place: str, channel: Channel, chance: random.Random) -> str:
    sentence = told.sentence
    while "{" in sentence:  # a place may itself ask for a number
        sentence = _filled(sentence, chance)
    if told.urgent:
        return (
            f"{place}{sentence}。" if told.sentence.startswith("{w}") else f"{sentence}。{place}。"
        )
    opening = chance.choice(_OPENING.get(channel, _PLAIN))
    if place and told.sentence.startswith("{w}"):
        sentence = place + sentence
    elif place:
        opening += chance.choice((f"我是{place}的，", f"我住{place}，", f"{place}这边，"))
    harm = "" if told.nature in ("咨询", "表扬", "建议") else chance.choice(("", *_HARM))
    wish = chance.choice(_WISH[told.nature]) if chance.random() < 0.8 else ""
    mark = "？" if sentence.startswith(("请问", "想问", "咨询")) else "。"
    return f"{opening}{sentence}{'，' + harm if harm else ''}{mark}{wish}"


def _filled(sentence: str, chance: random.Random) -> str:
    begin = sentence.index("{")
    slot = sentence[begin + 1 : sentence.index("}", begin)]
    value = chance.choice(_SLOTS[slot])
    if "{}" in value:
        value = value.format(chance.randint(1, 12))
    return sentence[:begin] + value + sentence[begin + len(slot) + 2 :]


def _place(told: _Told, chance: random.Random) -> tuple[str, str]:
    """(code, words). A matter's own place stands in its sentences; three in ten name none."""
    if told.matter:
        return (told.place if chance.random() < 0.7 else "", "")
    if not told.urgent and chance.random() < 0.3:
        return "", ""
    code, words = chance.choice(_places())
    return code, words


def _urge(earlier: SyntheticMessage, chance: random.Random) -> SyntheticMessage:
    about = earlier.text.strip("，。？").split("，")[-1][:20]
    said = chance.choice((
        "催办一下，上次反映的事还没有人联系我",
        "前几天反映过，到现在没有解决，请催一下",
        f"我来催一催，就是那个“{about}”，已经反映过了还没有处理",
    ))  # fmt: skip
    return replace(earlier, text=f"{said}。", nature=URGE)


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))


@cache
def _places() -> list[tuple[str, str]]:
    """Villages and communities with the town before their name, since names come twice."""
    fixture = resources.files("yizhan.domain.office") / "fixtures" / "lankao-regions.csv"
    rows = list(csv.DictReader(fixture.read_text(encoding="utf-8-sig").splitlines()))
    towns = {row["code"][:9]: row["name"] for row in rows if row["code"].endswith("000")}
    return [
        (row["code"], towns[row["code"][:9]] + row["name"])
        for row in rows
        if not row["code"].endswith("000")
    ]


def _lines(file: str, read: Callable[[list[str]], list[_Told]]) -> list[_Told]:
    folder = resources.files("yizhan.config.demo") / "hotline"
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return read([line for line in lines if line and not line.startswith("#")])


def _situations(lines: list[str]) -> list[_Told]:
    parts = (line.split(" ", 2) for line in lines)
    return [_Told(sentence, nature, topic) for topic, nature, sentence in parts]


def _voices(lines: list[str]) -> list[_Told]:
    found: list[_Told] = []
    about = _Told("", "求助", "")
    for line in lines:
        if line.startswith("= "):
            matter, place, topic, nature = line[2:].split(" | ")
            about = _Told("", nature, topic, place, matter)
        elif line.startswith("! "):
            about = _Told("", "求助", line.split(" ")[2], urgent=True)
        else:
            found.append(replace(about, sentence=line))
    return found
