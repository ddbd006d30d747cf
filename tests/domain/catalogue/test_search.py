"""Search: two-character words, single characters, sound, initials, one wrong character, filters."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.catalogue import REGION, published, unit
from yizhan.config.bench import items as volume
from yizhan.domain.catalogue import actions, queries
from yizhan.domain.catalogue.rules import words

pytestmark = pytest.mark.django_db
NAMES = ("契税申报", "居民身份证补领", "营业执照变更登记", "食品经营许可证核发", "老年人优待证办理",
         "银行账户许可", "占用挖掘城市道路审批", "税务登记", "出生登记")  # fmt: skip


@pytest.fixture
def county() -> None:
    tax = unit("兰考县税务局", short_name="税务局")
    for name in NAMES:
        served, legal = (["2"], ["准入准营"]) if "营业" in name else (["1"], [])
        published(
            name=name, organisation=tax if "税" in name else None, served=served,
            person_topics=[] if legal else ["社会保障"], legal_topics=legal,
            aliases="敬老卡、老年卡" if "老年" in name else "", materials=[], situations=[],
        )  # fmt: skip


def names(text: str, **filters) -> list[str]:
    return [item.name for item in queries.search(text, region=REGION, **filters).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("契税", "契税申报"),
        ("税", "契税申报"),
        ("身份证", "居民身份证补领"),
        ("我要补领身份证", "居民身份证补领"),  # words in another order
        ("qishui", "契税申报"),
        ("QiShui", "契税申报"),
        ("qs", "契税申报"),
        ("yyzz", "营业执照变更登记"),
        ("shenfenzheng", "居民身份证补领"),
        ("yinhang", "银行账户许可"),  # not yinxing
        ("契水", "契税申报"),  # same sound
        ("营业直照", "营业执照变更登记"),
        ("营亚执照", "营业执照变更登记"),
        ("食品经菅许可证", "食品经营许可证核发"),  # looks alike, sounds different
        ("契税申极", "契税申报"),
        ("老年卡", "老年人优待证办理"),  # alias
        ("laonianka", "老年人优待证办理"),
        ("老年证", "老年人优待证办理"),  # folk word
        ("开店", "营业执照变更登记"),
        ("税务局 契税", "契税申报"),
        ("请问怎么办理营业执照", "营业执照变更登记"),
        ("ＱＳ", "契税申报"),
    ],
)
def test_it_finds(county: None, text: str, first: str) -> None:
    assert names(text)[:1] == [first]


def test_it_says_how_it_found(county: None) -> None:
    assert queries.search("契税", region=REGION).corrected == ""
    assert "读音相同" in queries.search("契水", region=REGION).corrected
    assert "可能有一个字不同" in queries.search("契税申极", region=REGION).corrected


def test_nothing_is_nothing(county: None) -> None:
    for text in ("", "  ", "？！", "飞碟着陆", "'; drop table", "\\", "飞'碟:*&|!("):
        found = queries.search(text, region=REGION)
        assert (found.items, found.total) == ([], 0)


def test_the_exact_name_is_first_then_the_most_used(county: None) -> None:
    exact, used, rare = (published(name=name) for name in ("登记", "兰考登记甲", "兰考登记乙"))
    actions.count_uses({used.item_id: 900, rare.item_id: 3, exact.item_id: 0})
    found = names("登记")
    assert found[0] == "登记"
    assert found[1] == "兰考登记甲"
    assert found.index("兰考登记甲") < found.index("兰考登记乙") < found.index("出生登记")


def test_filters_narrow(county: None) -> None:
    tax = unit("兰考县税务局")
    assert sorted(names("登记", unit=tax)) == ["税务登记"]
    assert sorted(names("", unit=tax)) == ["契税申报", "税务登记"]
    assert names("登记", served="2") == ["营业执照变更登记"]
    assert names("登记", topic="准入准营") == ["营业执照变更登记"]
    assert queries.search("", region=REGION, topic="社会保障").total == 8
    assert names("契税", topic="没有的主题") == []


def test_only_this_countys_open_items(county: None) -> None:
    published(name="契税申报", region="410224")
    assert len(names("契税")) == 1
    assert queries.search("契税", region="410224").total == 1


def test_pages_do_not_overlap_and_the_total_stays(county: None) -> None:
    first = queries.search("登记", region=REGION, limit=2)
    second = queries.search("登记", region=REGION, limit=2, offset=2)
    beyond = queries.search("登记", region=REGION, limit=2, offset=40)
    assert first.total == second.total == beyond.total == 3
    assert len({i.pk for i in [*first.items, *second.items]}) == 3
    assert beyond.items == []


def test_a_wide_question_is_capped_and_few_queries(county: None) -> None:
    units = [unit() for _ in range(3)]
    volume.fill(1300, organisations=units, at=published().created_at)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        wide = queries.search("契税", region=REGION)
    assert len(captured) == 3
    assert (wide.total, wide.more, len(wide.items)) == (1000, True, 20)
    uses = [item.popularity for item in wide.items]
    assert uses == sorted(uses, reverse=True)
    assert queries.search("契税申报", region=REGION).items[0].name == "契税申报"
    page = queries.search("契税", region=REGION, offset=100)
    assert len(page.items) == 20


def test_the_index_is_used(county: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM catalogue_item WHERE search @@ %s::tsquery",
            [words.exact_query("契税")],
        )
        assert "item_search" in "\n".join(row[0] for row in cursor.fetchall())


def test_vector_and_query_are_literals_that_postgres_reads() -> None:
    nasty = "o'brien\\ ' : * & | ! ( ) <-> 契税'税 A-1"
    with connection.cursor() as cursor:
        literal = words.vector(name=nasty, aliases=nasty, near=nasty, body=nasty)
        cursor.execute("SELECT %s::tsvector", [literal])
        for make in (words.exact_query, words.typo_query, words.sound_query):
            if make(nasty):
                cursor.execute("SELECT %s::tsquery", [make(nasty)])


def test_the_guide_takes_no_query_when_item_and_unit_are_loaded(county: None) -> None:
    item = queries.by_slug(REGION, queries.search("契税申报", region=REGION).items[0].slug)
    version = item.current
    version.item = item
    with CaptureQueriesContext(connection) as captured:
        guide = queries.guide(version)
        assert guide.missing == ["申请材料"]
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        queries.by_slug(REGION, item.slug)
    assert len(captured) == 1


def test_topics_and_units_are_counted(county: None) -> None:
    assert queries.topics(REGION) == [("社会保障", 8), ("准入准营", 1)]
    found = {unit.name: unit.open_items for unit in queries.units(REGION)}
    assert found["兰考县税务局"] == 2
    assert sum(found.values()) == 9
