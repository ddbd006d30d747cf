"""Emergencies go to a person; the nature is proposed by what people say."""

from __future__ import annotations

import pytest

from yizhan.domain.hotline.understanding import nature, urgent


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("三楼着火了，冒黑烟", "119"),
        ("有人在桥上要跳楼", "危机"),
        ("我父亲晕倒没有呼吸了", "120"),
        ("门口有人持刀砍人", "110"),
        ("路口车祸撞人了", "122"),
        ("我怕他要跳楼", "危机"),
        ("有人可能要自杀，快来", "危机"),
        ("担心她想轻生", "危机"),
        ("她去年自杀过，现在又写了遗书", "危机"),
        ("怕是着火了", "119"),
        ("电梯里困住人了", "119"),
        ("孩子被困在电梯里", "119"),
        ("担心孩子溺水", "120"),
    ],
)
def test_an_emergency_is_seen(text, line):
    assert line in {called for called, _ in urgent.words(text)}


@pytest.mark.parametrize(
    "text",
    ["楼道堆杂物有火灾隐患", "为了防止火灾，建议清理楼道", "去年这里发生过火灾",
     "这里容易起火", "建议开展触电演练", "路灯坏了"],
)  # fmt: skip
def test_talk_about_danger_is_no_emergency(text):
    assert urgent.words(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("请问办理营业执照需要什么材料", "咨询"),
        ("楼下烧烤店太扰民了，我要投诉", "投诉"),
        ("举报有人在河道非法采砂", "举报"),
        ("建议在学校门口增设红绿灯", "建议"),
        ("感谢窗口工作人员热心帮助", "表扬"),
        ("家里停水两天了，请帮忙解决", "求助"),
        ("上次反映的路灯还没修，催一下", "催办"),
    ],
)
def test_the_nature_is_what_people_say_they_want(text, name):
    found = nature.propose(text)
    assert found.name == name
    assert found.words
    assert name in nature.NATURES


def test_without_any_sign_nothing_is_sure():
    found = nature.propose("北街口")
    assert (found.name, found.words, found.confident) == ("求助", (), False)
