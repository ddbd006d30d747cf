"""The county's topics: imported whole or not at all; proposed with the words that decided."""

from __future__ import annotations

import pytest

from tests.factories import hotline
from yizhan.config.demo.hotline import topics as demo_topics
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, queries
from yizhan.domain.hotline.models import Topic

pytestmark = pytest.mark.django_db
ROWS = [
    {"code": "01", "name": "城市管理"},
    {"code": "01.01", "name": "市政设施"},
    {"code": "01.01.01", "name": "路灯", "keywords": "路灯 灯不亮"},
    {"code": "02", "name": "供水", "keywords": "停水"},
]


def test_the_same_list_again_changes_nothing() -> None:
    first = actions.import_topics(ROWS, region="410225", by=None)
    again = actions.import_topics(ROWS, region="410225", by=None)
    assert first == {"topics": 4, "new": 4, "out_of_use": 0}
    assert again == {"topics": 4, "new": 0, "out_of_use": 0}
    less = actions.import_topics(ROWS[:3], region="410225", by=None)
    assert less["out_of_use"] == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"code": "1", "name": "错"}, "第5行代码"),
        ({"code": "03", "name": ""}, "第5行名称"),
        ({"code": "01", "name": "重"}, "重复"),
        ({"code": "09.01", "name": "孤"}, "没有上级“09”"),
    ],
)
def test_a_wrong_row_stops_the_whole_import(row: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.import_topics([*ROWS, row], region="410225", by=None)
    assert not Topic.objects.exists()


def test_the_topic_is_proposed_with_the_words_that_decided() -> None:
    actions.import_topics(ROWS, region="410225", by=None)
    queries.forget_topics()
    order = hotline.received()
    assert (order.topic, order.topic_label) == ("01.01.01", "城市管理 › 市政设施 › 路灯")
    assert not order.confirmed
    assert order.proposal["topics"][0][3] == ["路灯"]
    unclear = hotline.received(text="今天停水了，路灯也不亮了。", sender="13800000011")
    assert len(unclear.proposal["topics"]) == 2
    queries.forget_topics()


def test_the_demo_countys_topics_are_whole() -> None:
    found = actions.import_topics(demo_topics(), region="410225", by=None)
    levels = list(Topic.objects.values_list("level", flat=True))
    assert found["topics"] == len(levels)
    assert [levels.count(level) for level in (1, 2, 3)] == [15, 62, 141]
    queries.forget_topics()


BRANCHES = [
    {"level1": "城市管理", "level2": "市政设施", "level3": "路灯", "keywords": "路灯"},
    {"level1": "城市管理", "level2": "市政设施", "level3": "井盖"},
    {"level1": "供水", "level2": "停水", "level3": ""},
]


def test_a_list_without_codes_keeps_the_codes_of_known_names() -> None:
    first = actions.import_branches(BRANCHES, region="410225", by=None)
    assert first == {"topics": 6, "new": 6, "out_of_use": 0}
    codes = dict(Topic.objects.values_list("name", "code"))
    assert (codes["路灯"], codes["井盖"], codes["停水"]) == ("01.01.01", "01.01.02", "02.01")
    assert Topic.objects.get(code="01.01.01").keywords == "路灯"
    more = {"level1": "城市管理", "level2": "市政设施", "level3": "护栏"}
    again = actions.import_branches([more, *BRANCHES[1:]], region="410225", by=None)
    assert again == {"topics": 6, "new": 1, "out_of_use": 1}
    codes = dict(Topic.objects.values_list("name", "code"))
    assert (codes["护栏"], codes["井盖"], codes["路灯"]) == ("01.01.03", "01.01.02", "01.01.01")
    assert not Topic.objects.get(code="01.01.01").active


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"level1": "", "level2": "乙", "level3": "丙"}, "第4行的上级分类空着"),
        ({"level1": "甲", "level2": "", "level3": "丙"}, "第4行的上级分类空着"),
        (BRANCHES[0], "第4行“城市管理›市政设施›路灯”重复"),
        ({"level1": "甲" * 61}, "第4行名称"),
    ],
)
def test_a_wrong_branch_stops_the_whole_import(row: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.import_branches([*BRANCHES, row], region="410225", by=None)
    assert not Topic.objects.exists()


def test_who_has_no_such_post_imports_nothing() -> None:
    with pytest.raises(Refused):
        actions.import_branches(BRANCHES, region="410225", by=hotline.agent())
    assert not Topic.objects.exists()
