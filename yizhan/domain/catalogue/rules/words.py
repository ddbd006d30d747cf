"""Words of search: text → lexemes of the index, and question → tsquery. No parser, no dictionary.

Lexemes (weight): single characters and pairs of the name (A), of aliases, topics, unit (B), of
other guide words (C); `p:` the sound and `i:` the initials of the name and aliases from each
character on, so that a prefix query finds any word inside a name. The vector is written as a
literal and does not depend on the locale or parser of the server.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MAX_SOUND = 16  # letters of a sound lexeme; longer questions are cut to it
MAX_INITIALS = 8
MAX_QUESTION = 40  # characters of a question that are looked at
_CJK = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U000323af]+")
_CHUNK = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U000323af]+|[a-z0-9]+")
# said around the wish, never part of an item's name
_FILLER = re.compile(
    r"我想要?|我要|想要|如何|怎么样?|怎样|哪里|去哪儿?|在哪儿?|需要什么|什么|一下|请问|咨询"
    r"|申请办理|办理|[的了吗呢么啊吧]"
)
# what people say → what the law says; searched beside the words themselves
FOLK = {
    "身份证": "居民身份证", "房产证": "不动产权证", "房本": "不动产权证", "低保": "最低生活保障",
    "驾照": "驾驶证", "开店": "营业执照", "上户口": "出生登记", "准生证": "生育登记",
    "老年证": "老年人优待证", "残疾证": "残疾人证", "社保卡": "社会保障卡", "下岗": "失业登记",
    "结婚证": "结婚登记", "离婚证": "离婚登记", "公积金": "住房公积金", "医保": "医疗保险",
}  # fmt: skip


def normal(text: str) -> str:
    """Half-width, lower-case, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def chunks(text: str) -> list[str]:
    """Runs of Chinese characters, and runs of letters and digits."""
    return _CHUNK.findall(normal(text))


def grams(text: str) -> list[str]:
    """Pairs of neighbouring characters (a lone character as it is), and Latin words."""
    found: dict[str, None] = {}
    for chunk in chunks(text):
        if not _CJK.fullmatch(chunk) or len(chunk) == 1:
            found[chunk[:60]] = None
            continue
        for place in range(len(chunk) - 1):
            found[chunk[place : place + 2]] = None
    return list(found)


@functools.cache
def _pinyin() -> Any:
    # inline: 13 MB that a process pays at its first index or sound question. The phrase table (45
    # MB more) is loaded by `with_phrases` where the index is written, not by every page.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    return importlib.import_module("pypinyin")


@functools.cache
def with_phrases() -> None:
    """Let 银行 sound yinhang and 重庆 chongqing: for whoever writes the index."""
    module = _pinyin()
    table = importlib.import_module("pypinyin.phrases_dict")
    module.load_phrases_dict(table.phrases_dict)


def syllables(text: str) -> list[str]:
    """The sound of each character; what has none is left out."""
    cjk = "".join(_CJK.findall(normal(text)))
    return [s for s in _pinyin().lazy_pinyin(cjk) if s.isascii() and s.isalpha()]


@functools.lru_cache(maxsize=512)
def sounds(text: str) -> tuple[str, ...]:
    """`p:` and `i:` lexemes of a text, from each of its characters on."""
    spoken = syllables(text)
    found: list[str] = []
    for place in range(len(spoken)):
        rest = spoken[place : place + MAX_INITIALS]
        found.append("p:" + "".join(rest)[:MAX_SOUND])
        found.append("i:" + "".join(s[0] for s in rest))
    return tuple(found)


def vector(*, name: str, aliases: str, near: str, body: str) -> str:
    """The literal of a tsvector: name (A), aliases and what is near (B), other words (C)."""
    with_phrases()
    weights: dict[str, str] = {}
    for letter, text in (("A", name), ("B", aliases), ("B", near), ("C", body)):
        for lexeme in grams(text):
            weights.setdefault(lexeme, letter)
    for character in dict.fromkeys("".join(chunks(name))):
        weights.setdefault(character, "A")
    for alias in [name, *re.split(r"[、，,;；\s]+", aliases)[:6]]:
        for lexeme in sounds(alias[:60]):
            weights.setdefault(lexeme, "B")
    return " ".join(f"{_quoted(lexeme)}:1{letter}" for lexeme, letter in weights.items())


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _and(lexemes: Iterable[str]) -> str:
    return " & ".join(_quoted(lexeme) for lexeme in lexemes)


def question(text: str) -> str:
    """The wish itself: filler words out, at most 40 characters; all of it when nothing is left."""
    plain = re.sub(r"\s+", " ", normal(text))[: MAX_QUESTION * 2]
    bare = _FILLER.sub(" ", plain).strip()
    return (bare if chunks(bare) else plain)[:MAX_QUESTION]


def exact_query(wish: str) -> str:
    """All of the wish: each Chinese run by its pairs, each Latin run as word, sound or initials."""
    return " & ".join(_exact(chunk) for chunk in chunks(wish))


def _exact(chunk: str) -> str:
    if _CJK.fullmatch(chunk):
        meant = [chunk, *(chunk.replace(said, law) for said, law in FOLK.items() if said in chunk)]
        return "(" + " | ".join(f"({_and(grams(one))})" for one in meant) + ")"
    if chunk.isalpha():
        sound, initials = _quoted("p:" + chunk[:MAX_SOUND]), _quoted("i:" + chunk[:MAX_INITIALS])
        return f"({_quoted(chunk)} | {sound}:* | {initials}:*)"
    return _quoted(chunk)


def typo_query(wish: str) -> str:
    """One wrong character in one of the runs, everything else as it is; empty for short wishes.

    The characters around the wrong one must stand in the name, the other pairs as usual.
    """
    found = []
    parts = chunks(wish)
    for place, chunk in enumerate(parts):
        if not _CJK.fullmatch(chunk) or len(chunk) < 3:
            continue
        rest = [_exact(other) for n, other in enumerate(parts) if n != place]
        for wrong in range(len(chunk)):
            left, right = chunk[:wrong], chunk[wrong + 1 :]
            kept = [gram for side in (left, right) if side for gram in grams(side)]
            found.append("(" + " & ".join([_and(kept), *rest]) + ")")
    return " | ".join(dict.fromkeys(found))


def sound_query(wish: str) -> str:
    """What sounds the same: 契水 finds 契税."""
    spoken = [syllables(chunk) for chunk in chunks(wish) if _CJK.fullmatch(chunk)]
    parts = ["".join(s)[:MAX_SOUND] for s in spoken if len(s) > 1]
    return " & ".join(f"{_quoted('p:' + part)}:*" for part in parts)


def loose_query(wish: str) -> tuple[str, list[str]]:
    """Any of the pairs, and the pairs, so that the caller can ask for a share of them."""
    pairs = grams(wish)[:12]
    return " | ".join(_quoted(gram) for gram in pairs), pairs
