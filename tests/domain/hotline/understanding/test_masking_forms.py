"""Names, numbers and plates composed by chance in the many forms in which people write them."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.domain.hotline.understanding.masking import PROVINCES, STAR, mask

DIGITS = "0123456789"
WIDE = str.maketrans(DIGITS, "０１２３４５６７８９")
SPOKEN = str.maketrans(DIGITS, "零幺二三四五六七八九")
WRITTEN = str.maketrans(DIGITS, "〇一二三四五六七八九")
CHEQUE = str.maketrans(DIGITS, "零壹贰叁肆伍陆柒捌玖")
FIGURES = {figure: str(n) for row in ("零一二三四五六七八九", "〇幺两叁肆伍陆柒捌玖")
           for n, figure in enumerate(row)} | {"壹": "1", "贰": "2"}  # fmt: skip
GAPS = ("", " ", "-", "－", "—", ".", "·", "  ", " - ")
AROUND = ("", "，", "。", " ", "：", "（", "的电话", "路灯坏了，", "请回电", "三楼",
          "二单元")  # fmt: skip
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容")
GIVEN = "伟芳娜敏静丽强磊洋勇艳杰娟涛超秀霞刚桂英华玉兰建红文丹雪梅晨浩宇轩怡"
INTRODUCED = ("我叫", "我名叫", "我的名字叫", "姓名：", "姓名:", "我的名字是", "姓名是")
BEHIND = ("，", "。", "；", "（", " ", "，电话", "，家住", "\n")


def readable(text: str) -> str:
    """The digits that can still be read, in whatever letters."""
    found = []
    for letter in text:
        if letter in FIGURES:
            found.append(FIGURES[letter])
        elif unicodedata.category(letter) == "Nd":
            found.append(str(unicodedata.digit(letter)))
    return "".join(found)


@st.composite
def mobiles(draw) -> tuple[str, str]:
    """(plain digits, as somebody wrote them)."""
    number = "1" + draw(st.sampled_from("3456789")) + draw(st.text(DIGITS, min_size=9, max_size=9))
    cuts = draw(st.sampled_from([(3, 7), (3, 6), (4, 8), (5,), (2, 5, 8), ()]))
    parts = [number[a:b] for a, b in zip((0, *cuts), (*cuts, 11), strict=True)]
    form = draw(st.sampled_from([None, WIDE, SPOKEN, WRITTEN, CHEQUE]))
    if form is not None:  # all of it, or one part as it comes when somebody types on
        which = draw(st.sampled_from([None, *range(len(parts))]))
        parts = [
            part.translate(form) if which in (None, n) else part for n, part in enumerate(parts)
        ]
    written = draw(st.sampled_from(GAPS)).join(parts)
    return number, draw(st.sampled_from(["", "+86", "+86 ", "86-", "0086"])) + written


@given(
    st.lists(mobiles(), min_size=1, max_size=3), st.sampled_from(AROUND),
    st.sampled_from(["电话", "", "联系人一", "号码之二", "我"]),
)  # fmt: skip
@settings(max_examples=400)
def test_no_mobile_number_is_read_in_any_form(numbers, between, before):
    text = before + f"{between}或".join(written for _, written in numbers) + between
    shown = mask(text)
    assert mask(shown) == shown
    assert len(shown) == len(text)
    for number, _ in numbers:
        assert number[3:9] not in readable(shown)
    # of each: country code, three first and two last; and the figure of another word
    assert len(readable(shown)) <= 8 * len(numbers) + 1


@given(
    st.sampled_from(["410225", "11010519", "65010119"]), st.text(DIGITS, min_size=18, max_size=18),
    st.sampled_from([*DIGITS, "X", "x", "Ｘ"]), st.sampled_from(GAPS),
    st.sampled_from([None, WIDE]), st.sampled_from([(6, 14), (6, 10, 14), ()]),
)  # fmt: skip
def test_no_identity_number_is_read_in_any_form(area, rest, check, gap, form, cuts):
    number = (area + rest)[:17] + check
    parts = [number[a:b] for a, b in zip((0, *cuts), (*cuts, 18), strict=True)]
    written = gap.join(parts)
    shown = mask(f"身份证号{written.translate(form) if form else written}，请查。")
    assert len(readable(shown)) <= 5
    assert number[6:14] not in readable(shown)


@given(
    st.sampled_from(["010", "021", "0371", "0378", "0991"]),
    st.sampled_from(["{}-{}", "({}){}", "（{}）{}", "{} {}", "{}{}", "{}－{}", "{}—{}"]),
    st.sampled_from("2345678"), st.text(DIGITS, min_size=6, max_size=7),
    st.sampled_from(["", "转802", "-802"]), st.sampled_from([None, WIDE]),
)  # fmt: skip
def test_no_landline_is_read_in_any_form(area, form, first, rest, extension, wide):
    local = first + rest
    written = form.format(area, local)
    shown = mask(f"座机{written.translate(wide) if wide else written}{extension}打不通。")
    assert local[:-2] not in readable(shown)


@given(
    st.sampled_from([one for one in PROVINCES if one not in "使领"]), st.sampled_from(LETTERS),
    st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=6),
    st.sampled_from(["", "·", " ", "-", ".", "•"]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_no_plate_is_read_in_any_form(province, letter, tail, gap, small, wide):
    written = f"{letter}{gap}{tail}"
    written = written.lower() if small else written
    if wide:
        written = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c
                          for c in written)  # fmt: skip
    shown = mask(f"一辆白色轿车车牌{province}{written}堵在门口。")
    plain = unicodedata.normalize("NFKC", shown).upper()
    assert tail[:-1] not in plain
    assert tail[1:] not in plain
    assert shown.endswith("堵在门口。")


@given(
    st.sampled_from([*SURNAMES, *COMPOUND]), st.text(GIVEN, min_size=1, max_size=2),
    st.sampled_from(INTRODUCED), st.sampled_from(BEHIND), st.sampled_from(["", " ", "　"]),
)  # fmt: skip
def test_no_name_that_somebody_gives_is_read(surname, given_name, introduced, behind, space):
    shown = mask(f"您好，{introduced}{space}{surname}{given_name}{behind}北街的路灯坏了。")
    assert surname + given_name not in shown
    assert f"{surname[-1]}{given_name}" not in shown
    assert "北街的路灯坏了" in shown
    assert STAR in shown


@given(
    st.sampled_from([*SURNAMES, *COMPOUND]), st.text(GIVEN, min_size=1, max_size=2),
    st.sampled_from(["我是", "本人", "联系人：", "联系人", "联系人是"]),
    st.sampled_from(["，", "。", "；", "，电话13800000001", "（女）", " 电话13800000001"]),
)  # fmt: skip
def test_no_name_before_an_end_is_read(surname, given_name, introduced, behind):
    shown = mask(f"{introduced}{surname}{given_name}{behind}想问社保。")
    assert surname + given_name not in shown
    assert "想问社保" in shown


@given(st.text(alphabet="路灯坏了王伟我叫是本人138０１三-－ 豫BA1·，。", max_size=80))
def test_masking_twice_is_masking_once(text):
    once = mask(text)
    assert mask(once) == once
    assert len(once) == len(text)


@given(
    st.sampled_from([
        "{}年{}月{}日停水", "欠我{}{}{}元", "{}号楼{}单元{}室", "{}路公交{}点{}分", "工单{}{}{}",
    ]),
    st.integers(1, 2030), st.integers(1, 12), st.integers(1, 31),
)  # fmt: skip
def test_days_sums_and_addresses_stay(form, one, two, three):
    text = form.format(one, two, three)
    assert mask(text) == text


def test_a_long_text_is_masked_in_time():
    text = ("我叫王建国，电话138-1234-5678，车牌豫B12345，" + "1 2 3 4 5 6 7 8 9 0 " * 40) * 110
    assert len(text) > 50_000
    assert not re.search(r"1234-?5678", mask(text))
