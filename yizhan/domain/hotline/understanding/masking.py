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
_GAP = r"[\s\-—－–·•・.]{0,3}"  # what people put between the digits
_DIGIT = r"[0-9０-９]"
# a digit in figures, in words, as it is spoken on the phone, or as it is written on cheques
_ANY = r"[0-9０-９零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

_IDENTITY = re.compile(
    rf"(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{17}}[0-9０-９xXｘＸ](?!{_DIGIT})"
    rf"|(?<!{_DIGIT})(?:{_DIGIT}{_GAP}){{14}}{_DIGIT}(?!{_DIGIT})"
)
_MOBILE = re.compile(
    # a figure in words before or behind may be of another word: 联系人一138…, …5678三楼
    rf"(?<!{_DIGIT})(?:(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?"
    rf"[1１一幺壹]{_GAP}[3-9３-９三四五六七八九叁肆伍陆柒捌玖]"
    rf"(?:[\s\-—－–·•・.、，,]{{0,3}}{_ANY}){{9}}(?!{_DIGIT})"
)
_MOBILES = re.compile(r"(?<!\d)(?:1[3-9]\d{9}){1,4}(?!\d)")  # also run together
_LANDLINE = re.compile(
    rf"(?<!{_DIGIT})[(（]?[0０](?:[1１2２]{_DIGIT}|[3-9３-９]{_DIGIT}{{2}})[)）]?{_GAP}"
    rf"[2-8２-８]{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{4}}(?!{_DIGIT})"
)
_LOCAL = re.compile(
    rf"((?:电话|座机|联系方式|号码|致电|拨打)[是为：:\s]{{0,3}})([2-8２-８]{_DIGIT}{{6,7}})(?!{_DIGIT})"
)
_ACCOUNT = re.compile(  # of a messenger
    r"((?:[Qq]{2}|微信|[Ww][Xx])(?:号码?|是|为|[：:\s]){0,3})([A-Za-z0-9_][A-Za-z0-9_-]{4,19})"
)
_CARD = re.compile(rf"(?<!{_DIGIT})[4-6４-６２2]{_DIGIT}(?:{_GAP}{_DIGIT}){{14,17}}(?!{_DIGIT})")
_PLATE = re.compile(
    rf"[{PROVINCES}][A-Za-zＡ-Ｚａ-ｚ]{_GAP}(?:[A-Za-z0-9０-９Ａ-Ｚａ-ｚ]{_GAP}){{4,5}}"
    rf"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ挂学警港澳]"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|尉迟|公孙|夏侯|令狐|皇甫|慕容|端木|司徒|南宫|长孙|宇文|轩辕|申屠|太史|淳于|单于|"
    "鲜于|闻人|澹台|公冶|宗政|濮阳|钟离|呼延|赫连"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛"
    "禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌"
    "霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲"
    "邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白"
    "怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温"
    "别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾"
    "敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅缑亢况郈有琴肖闫付覃代阳"
)
_LONG = r"[一-鿿]{1,8}(?:·[一-鿿]{1,8})+"  # Uighur, Tibetan and other names with a dot
_NAMED = re.compile(  # "my name is": whatever stands there is a name
    r"(我叫|我名叫|我的名字(?:叫|是)|姓名(?:叫|是|为)[：:]?|姓名[：:]|本人姓名(?:是|为)?[：:]?)\s*"
    rf"(?![了他她它你您过来不到人车])({_LONG}|(?:{_COMPOUND})[一-鿿]{{1,2}}|[一-鿿]{{2,3}})"
)
_PERHAPS = re.compile(  # "I am …": a name only with a surname before it and an end behind it
    rf"(我是|本人|联系人[是为：:]?|业主)\s*({_LONG}|(?:{_COMPOUND})[一-鿿]{{1,2}}"
    rf"|[{_SURNAMES}][一-鿿]{{1,2}})"
    r"(?=[，。,.；;、！!：:\s（(]|的|住|家住|$|电话|手机|身份证|系)"
)
# words that begin like a name
_NOT_NAMES = frozenset((
    "于是", "居住", "家住", "家庭", "户口", "有关", "经常", "应该", "成年", "向您", "双方", "广大",
    "都是", "从事", "相关", "能否", "全家", "时常", "国家", "通过", "向政", "平时", "单身", "连续",
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
    if match[2][:2] in _NOT_NAMES:
        return match[0]
    kept = match[0][: match.start(2) - match.start() + 1]
    return kept + "".join(letter if letter == "·" else STAR for letter in match[2][1:])


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_MAIL, _keep(1, 0)),
    (_MOBILES, _keep(3, 2)),
    (_IDENTITY, _keep(3, 2)),
    (_CARD, _keep(0, 4)),
    (_MOBILE, _keep(3, 2)),
    (_LANDLINE, _keep(0, 2)),
    (_LOCAL, _local),
    (_ACCOUNT, _local),
    (_PLATE, _keep(2, 1)),
    (_NAMED, _name),
    (_PERHAPS, _name),
)
