"""Nothing by which a caller could be found stays readable, however it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.domain.hotline.understanding.masking import STAR, mask

DIGITS = "0123456789"
LONG_NUMBER = re.compile(r"[0-9０-９](?:[\s\-—－·.]{0,2}[0-9０-９]){6}")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("我叫张三丰，电话13812345678", ["张三丰", "13812345678", "345678"]),
        ("打 138-1234-5678 或 +86 139 0000 1111 都行", ["1234-5678", "0000 1111"]),
        ("１３８１２３４５６７８", ["３４５６７８"]),
        ("座机0371-26990000，另一个(010)62345678", ["26990000", "62345678"]),
        ("电话：6987654", ["69876"]),
        ("身份证410225195001010014", ["19500101", "0100"]),
        ("老身份证 410225500101001", ["500101001"]),
        ("身份证 4102 2519 5001 0100 1X", ["2519 5001"]),
        ("车牌豫B12345和豫AD12345", ["B12345", "AD12345", "1234"]),
        ("幺三八一二三四五六七八", ["一二三四五"]),
        ("一三八-一二三四-五六七八", ["一二三四", "五六七"]),
        ("壹叁捌壹贰叁肆伍陆柒捌", ["壹贰叁肆伍"]),
        ("138一二三四5678", ["一二三四", "5678"]),
        ("1 3812345678", ["12345"]),
        ("1381234567813987654321", ["12345678", "98765"]),
        ("我是王建国，想问社保", ["王建国", "建国"]),
        ("我叫欧阳娜娜，", ["欧阳娜", "娜娜"]),
        ("我叫张三丰想问社保", ["张三丰", "三丰"]),
        ("我叫阿依古丽·买买提，", ["依古丽", "买买提"]),
        ("业主李伟，电话见上", ["李伟"]),
        ("卡号6222 0212 3456 7890 123", ["0212 3456"]),
        ("邮箱 zhang.san@example.com", ["zhang.san", "example.com"]),
        ("本人李秀英，家住北街", ["李秀英"]),
        ("加微信号：wangfang_88，QQ 123456789", ["wangfang", "1234567"]),
        ("电话138 1234 5678三楼有人，联系人一13912345678", ["1234", "345678"]),
        ("0086-138-1234-5678", ["1234-56"]),
        ("姓名是王丹，车牌豫B•12345", ["王丹", "12345"]),
        ("姓名：王芳，联系人赵敏电话", ["王芳", "赵敏"]),
    ],
)
def test_what_is_personal_is_hidden(text, hidden):
    shown = mask(text)
    for part in hidden:
        assert part not in shown
    assert STAR in shown
    assert mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "人民路128号3号楼1202室", "2026年11月25日10:30开始停水", "拖欠工资35000元", "限速60公里",
        "本人购买的房子漏水", "我们小区有1200户", "农用三轮车挡路", "12345热线很好", "热线110和119",
        "京东快递", "编号41022520261125000587已经办结", "我是阳光小区业主，楼道灯坏了",
        "我叫了救护车还没有来", "本人居住在北街", "我是一名教师", "三八妇女节活动",
        "微信公众号查不到", "请加QQ群",
    ],
)  # fmt: skip
def test_what_is_needed_to_find_the_matter_stays(text):
    assert mask(text) == text


@given(
    st.text(alphabet="路灯坏了，。 请", max_size=20),
    st.sampled_from("3456789"),
    st.text(alphabet="0123456789", min_size=9, max_size=9),
    st.sampled_from(["", " ", "-", "－"]),
    st.text(alphabet="路灯坏了，。 请", max_size=20),
)
def test_no_mobile_number_survives(before, second, rest, gap, after):
    digits = f"1{second}{rest}"
    number = f"{digits[:3]}{gap}{digits[3:7]}{gap}{digits[7:]}"
    shown = mask(f"{before}{number}{after}")
    assert not LONG_NUMBER.search(shown)
    assert len(shown) == len(before) + len(number) + len(after)


@given(
    st.text(alphabet=DIGITS, min_size=17, max_size=17), st.sampled_from([*DIGITS, "X", "x"]),
    st.sampled_from(["", " ", "-"]),
)  # fmt: skip
def test_no_identity_number_survives(body, check, gap):
    number = gap.join([body[:6], body[6:14], body[14:] + check])
    shown = mask(f"身份证{number}。")
    assert sum(letter in DIGITS for letter in shown) <= 5
    assert len(shown) == len(number) + 4


@given(
    st.sampled_from(["010", "0371", "（0378）"]), st.text(alphabet=DIGITS, min_size=7, max_size=7)
)
def test_no_landline_survives(area, rest):
    shown = mask(f"座机{area}-2{rest}。")
    assert sum(letter in DIGITS for letter in shown) <= 2


@given(st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=6))
def test_no_plate_survives(tail):
    shown = mask(f"车牌豫B{tail}停在门口")
    assert tail[:-1] not in shown
    assert shown.startswith("车牌豫B" + STAR)
