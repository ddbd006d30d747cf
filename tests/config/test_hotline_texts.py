"""Synthetic messages: the same for the same seed, of every kind, and understood as a county's."""

from __future__ import annotations

import csv
from collections import Counter
from importlib import resources

from yizhan.config.demo.hotline import topics
from yizhan.config.demo.hotline_texts import CHANNELS, URGE, compose
from yizhan.domain.hotline.choices import Nature
from yizhan.domain.hotline.queries.topics import Named, by_keywords
from yizhan.domain.hotline.understanding import urgent

DAY = compose(7, 1200)


def test_a_seed_gives_the_same_day_and_another_seed_another():
    assert compose(7, 1200) == DAY
    assert compose(7, 50) == DAY[:50]
    assert compose(8, 1200) != DAY


def test_a_day_holds_every_kind_of_message():
    assert len({one.text for one in DAY}) > 1100
    assert {one.nature for one in DAY} == set(Nature.values)
    assert {one.channel for one in DAY} <= {channel.value for channel in CHANNELS}
    voices = Counter(one.matter for one in DAY if one.matter)
    assert len(voices) == 10
    assert min(voices.values()) >= 10
    assert 10 <= sum(one.urgent for one in DAY) <= 50
    assert any(not one.phone for one in DAY)
    assert any(not one.name for one in DAY)


def test_topics_and_places_are_the_countys_own():
    known = {row["code"] for row in topics() if row["code"].count(".") == 2}
    assert {one.topic_code for one in DAY} == known
    fixture = resources.files("yizhan.domain.office") / "fixtures" / "lankao-regions.csv"
    lines = fixture.read_text(encoding="utf-8-sig").splitlines()
    places = {row["code"] for row in csv.DictReader(lines)}
    assert {one.place_code for one in DAY} - {""} <= places
    assert all("{" not in one.text and "}" not in one.text for one in DAY)


def test_a_danger_is_always_seen_and_nothing_else_is_taken_for_one():
    for one in DAY:
        assert bool(urgent.words(one.text)) == one.urgent, one.text


def test_who_asks_again_has_the_number_of_his_first_message():
    day = compose(3, 400, urging=0.1)
    again = [n for n, one in enumerate(day) if one.nature == URGE]
    assert 20 <= len(again) <= 60
    for n in again:
        assert any(
            one.phone == day[n].phone and one.nature != URGE for one in day[:n]
        ), day[n]  # fmt: skip


def test_the_keywords_of_the_topics_find_most_of_them_before_any_model():
    known = [
        Named(row["code"], row["name"], row["name"], row["code"].count(".") + 1,
              tuple(row["keywords"].split()))
        for row in topics()
    ]  # fmt: skip
    found = [[guess.code for guess in by_keywords(one.text, known)] for one in DAY]
    first = sum(codes[:1] == [one.topic_code] for codes, one in zip(found, DAY, strict=True))
    third = sum(one.topic_code in codes for codes, one in zip(found, DAY, strict=True))
    assert first / len(DAY) > 0.78
    assert third / len(DAY) > 0.86
