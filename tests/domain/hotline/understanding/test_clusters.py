"""Many voices about one matter are one topic; two matters of one place are two."""

from __future__ import annotations

import csv
import gzip
import re

import pytest

from tests.domain.hotline.understanding.test_model import DATA, needs_data
from yizhan.config.demo.hotline_texts import compose
from yizhan.domain.hotline.understanding import clusters
from yizhan.domain.hotline.understanding.clusters import Message, find

DUST = [
    "丽水新城小区附近建搅拌站，噪音扰民", "投诉丽水新城小区旁边的搅拌站，粉尘污染严重",
    "丽水新城小区附近的搅拌站何时搬走", "丽水新城小区门口的搅拌站半夜还在施工",
]  # fmt: skip
PARKING = ["金桂苑开发商捆绑销售车位", "投诉金桂苑捆绑销售车位", "金桂苑捆绑销售车位合法吗"]
ALONE = ["某幼儿园收费上涨", "北街路灯坏了", "咨询养老保险怎么补缴", "公交首末班时间"]


def messages() -> list[Message]:
    texts = [*DUST, *PARKING, *ALONE]
    return [Message(str(number), text, text) for number, text in enumerate(texts)]


def test_voices_about_one_matter_are_together():
    groups = [set(one.ids) for one in find(messages())]
    assert {"0", "1", "2", "3"} in groups
    assert {"4", "5", "6"} in groups


def test_a_topic_is_named_by_its_most_typical_message():
    largest = find(messages())[0]
    assert largest.name in DUST
    assert len(largest.ids) == len(DUST)
    assert find(messages()) == find(messages())


def test_few_messages_make_no_topic():
    assert find([]) == []
    assert find(messages()[:1]) == []
    assert all(len(one.ids) >= 4 for one in find(messages(), fewest=4))
    assert find([Message("1", "", ""), Message("2", "", "")], fewest=3) == []


def test_too_many_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(clusters, "MOST", 3)
    with pytest.raises(ValueError, match="缩短时间范围"):
        find(messages())


@needs_data
@pytest.mark.slow
def test_the_great_matters_of_real_messages_are_found_whole():
    """Two matters that a reader finds by two words each; no group swallows a twentieth."""
    with gzip.open(DATA / "messages-unlabelled.csv.gz", "rt", encoding="utf-8", newline="") as file:
        csv.field_size_limit(10_000_000)
        rows = list(csv.DictReader(file))
    found = find([Message(row["id"], row["title"], row["text"]) for row in rows])
    assert max(len(one.ids) for one in found) < len(rows) / 20
    for place, matter in ((r"伊景园|广铁", r"车位|捆绑"), (r"丽发新城", r"搅拌")):
        known = {
            row["id"] for row in rows
            if re.search(place, row["title"] + row["text"])
            and re.search(matter, row["title"] + row["text"])
        }  # fmt: skip
        best = max(found, key=lambda one: len(known & set(one.ids)))
        shared = len(known & set(best.ids))
        assert 2 * shared / (len(known) + len(best.ids)) > 0.85


def test_a_wish_in_the_same_words_is_no_matter():
    things = ["体育馆", "地铁西站", "图书馆新馆", "自来水净化", "四医院院区", "校园食堂监管"]
    told = [f"请A市加快{thing}力度刻不容缓" for thing in things]
    texts = [*told, *ALONE]
    found = find([Message(str(number), text, "") for number, text in enumerate(texts)])
    assert max((len(one.ids) for one in found), default=1) < 3


def test_another_place_or_topic_speaks_against():
    """Nearly the same words from one village are one matter, from two towns they are two."""
    told = ["村头路灯坏了，老人晚上出门摔了一跤", "路灯坏了，放学的孩子看不见路边水沟"]

    def together(places: list[str], topics: list[str]) -> bool:
        asked = [Message(str(n), "", told[n], places[n], topics[n]) for n in (0, 1)]
        others = [Message(str(n + 9), "", one.text) for n, one in enumerate(compose(1, 200))]
        return any({"0", "1"} <= set(one.ids) for one in find([*asked, *others]))

    here, there, lamp, fee = "410225101201", "410225106207", "01.01.01", "03.01.01"
    assert together([here, here], [lamp, lamp])
    assert not together([here, there], [lamp, lamp])
    assert together(["", ""], [lamp, lamp])
    assert not together(["", ""], [lamp, fee])


def test_the_matters_of_a_synthetic_day_are_found():
    """600 messages, ten matters of many voices among them, each with its place and topic."""
    day = compose(5, 600)
    found = find(
        [
            Message(str(n), one.text[:20], one.text, one.place_code, one.topic_code)
            for n, one in enumerate(day)
        ],
        fewest=3,
    )
    for matter in {one.matter for one in day if one.matter}:
        mine = {str(n) for n, one in enumerate(day) if one.matter == matter}
        best = max(found, key=lambda one: len(mine & set(one.ids)))
        assert mine <= set(best.ids)
        assert len(best.ids) <= len(mine) + 2


def test_what_is_too_much_for_one_table_is_cut_more_finely(monkeypatch):
    whole = {frozenset(one.ids) for one in find(messages())}
    monkeypatch.setattr(clusters, "DENSE", 3)
    cut = [set(one.ids) for one in find(messages())]
    assert all(any(part <= one for one in whole) for part in cut)
    assert cut
