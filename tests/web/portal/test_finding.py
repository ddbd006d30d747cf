"""Home, search, units, life events, guide, checklist: for everybody, honest, without JavaScript."""

import gzip
import re

import pytest
from django.test import Client

from tests.factories import catalogue, office
from yizhan.domain.catalogue.choices import ItemState

pytestmark = pytest.mark.django_db
DEMO = "演示系统，不是政府网站"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def item():
    return catalogue.published(name="契税申报", person_topics=["住房保障"]).item


def test_home_shows_life_events_units_and_the_hall(client: Client, item):
    hall = office.hall()
    office.working_hours(hall)
    said = text(client.get("/"))
    assert "兰考县政务服务" in said
    assert 'href="/topics/%E4%BD%8F%E6%88%BF%E4%BF%9D%E9%9A%9C/"' in said
    assert f'href="/units/{item.organisation.code}/"' in said
    assert hall.address in said
    assert DEMO in said
    assert '<html lang="zh-Hans">' in said


def test_home_of_an_empty_county_still_helps(client: Client):
    said = text(client.get("/"))
    assert "还没有发布事项" in said
    assert "12345" in said


def test_the_first_page_is_small(client: Client, item, settings):
    """Under 100 kB compressed with all that it loads (DESIGN §5)."""
    said = text(client.get("/"))
    names = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', said))
    assert {name.rsplit("/", 1)[-1] for name in names} >= {"htmx-2.min.js", "bootstrap.min.css"}
    size = len(gzip.compress(said.encode()))
    for name in names:
        size += len(gzip.compress(b"".join(client.get(name).streaming_content)))
    assert size < 100_000


@pytest.mark.parametrize(
    "path", ["/", "/search/", "/items/{slug}/", "/items/{slug}/checklist/", "/query/"]
)
def test_pages_hold_no_inline_script_and_a_strict_policy(client: Client, item, path):
    response = client.get(path.format(slug=item.slug))
    said = text(response)
    assert response.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", said)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert DEMO in said


def test_search_finds_and_filters(client: Client, item):
    other = catalogue.published(name="契税减免备案").item
    said = text(client.get("/search/", {"unit": item.organisation.code}))
    assert item.name in said
    assert other.name not in said
    assert "共1项" in said
    assert other.name in text(client.get("/search/"))


def test_search_says_what_to_do_when_nothing_is_found(client: Client, item):
    said = text(client.get("/search/", {"q": "月球登陆许可", "unit": item.organisation.code}))
    assert "没有找到“月球登陆许可”" in said
    assert "去掉筛选条件" in said
    assert "12345" in said


def test_search_as_you_type_is_the_same_part_of_the_page(client: Client, item):
    page = text(client.get("/search/", {"served": "1"}))
    part = text(client.get("/search/", {"served": "1"}, headers={"HX-Request": "true"}))
    assert part.strip().startswith('<div id="results">')
    assert part.strip() in page


@pytest.mark.parametrize("page", ["0", "-3", "abc", "99999999999999999999", "²"])
def test_a_strange_page_number_is_no_error(client: Client, item, page):
    assert client.get("/search/", {"page": page}).status_code == 200
    assert client.get(f"/units/{item.organisation.code}/", {"page": page}).status_code == 200


def test_searches_with_odd_characters_are_no_error(client: Client, item):
    for odd in ("\x00", "'; DROP TABLE", "%", "a" * 5000, "🙂", "\\", "((("):
        assert client.get("/search/", {"q": odd}).status_code == 200


def test_lists_ask_the_database_equally_often(client: Client, item, django_assert_max_num_queries):
    path = f"/units/{item.organisation.code}/"
    with django_assert_max_num_queries(6) as few:
        client.get(path)
    for _ in range(5):
        catalogue.published(organisation=item.organisation)
    with django_assert_max_num_queries(len(few) + 1):  # the calendar, read again by the clock
        assert "共6项" in text(client.get(path))


def test_unknown_units_topics_and_items_are_not_found(client: Client, item):
    catalogue.drafted()
    for path in ("/units/nobody/", "/topics/没有/", "/items/none/", "/items/none/checklist/"):
        assert client.get(path).status_code == 404


def test_the_guide_tells_everything_in_a_plain_order(client: Client):
    version = catalogue.published(
        name="道路占用许可", charged=True, fee_basis="某费用条例", promise_note="现场踏勘一天",
        fees=[{"name": "占道费", "standard": "每平方米1元", "basis": "某条例第三条"}],
    )  # fmt: skip
    said = text(client.get(f"/items/{version.item.slug}/"))
    titles = [
        "办成后得到什么",
        "谁可以办",
        "要准备什么材料",
        "到哪里办",
        "多长时间办好",
        "要不要交钱",
        "怎么一步一步办",
        "要跑几趟",
        "大家常问",
        "对结果不服",
        "依据和版本",
    ]
    places = [said.index(f"<h2>{title}") for title in titles]
    assert places == sorted(places)
    facts = [
        "5个工作日（现场踏勘一天）",
        "20个工作日",
        "占道费",
        "每平方米1元",
        "居民身份证",
        "最多1次",
        "可以代办吗",
        "第1版",
    ]
    v = version
    for fact in (*facts, v.result_name, v.conditions, v.hours, v.visits_reason, v.remedy, v.phone):
        assert fact in said, fact
    assert f"/items/{version.item.slug}/checklist/" in said


def test_what_the_unit_has_not_written_is_said_and_not_invented(client: Client):
    version = catalogue.published(
        conditions="", remedy="", faqs=[], materials=[], steps=[], flow_text="", questions=[],
        unwritten=["promise_amount", "visits"],
    )  # fmt: skip
    said = text(client.get(f"/items/{version.item.slug}/"))
    assert said.count("本单位尚未填写") >= 7
    assert "最多1次" not in said


def test_a_list_that_nobody_wrote_is_not_an_empty_list(client: Client):
    item = catalogue.published(materials=[], questions=[]).item
    said = text(client.get(f"/items/{item.slug}/checklist/"))
    assert "本单位尚未填写材料" in said
    assert "不需要准备材料" not in said


def test_addresses_in_the_guide_are_links_and_nothing_else_is(client: Client):
    version = catalogue.published(online_url="https://example.test/a?b=1&c=2", hours="<i>9点</i>")
    said = text(client.get(f"/items/{version.item.slug}/"))
    assert 'href="https://example.test/a?b=1&amp;c=2"' in said
    assert "&lt;i&gt;9点&lt;/i&gt;" in said


def test_a_suspended_item_says_so_and_cannot_be_started(client: Client, item):
    item.state = ItemState.SUSPENDED
    item.save()
    said = text(client.get(f"/items/{item.slug}/"))
    assert "现在暂停办理" in said
    assert f"/apply/{item.slug}/" not in said
    said = text(client.get(f"/items/{item.slug}/checklist/?q-married=no"))
    assert f"/apply/{item.slug}/" not in said
    assert "现在暂停办理" in said


def test_the_checklist_says_of_each_material_whether_and_why(client: Client, item):
    path = f"/items/{item.slug}/checklist/"
    first = text(client.get(path))
    assert "还没有回答“您是否已婚？”" in first
    assert f"/apply/{item.slug}/" not in first
    single = text(client.get(path, {"q-married": "no"}))
    assert "您不用准备这1种" in single
    assert "不需要：“您是否已婚？”您选的是“否”。" in single
    assert f'href="/apply/{item.slug}/?q-married=no"' in single
    married = text(client.get(path, {"q-married": "yes", "q-joint": "yes"}))
    assert "您要准备4种材料" in married
    assert "可以签承诺书代替" in married
    assert "5个工作日内补" in married


def test_the_checklist_after_htmx_is_the_page_reloaded(client: Client, item):
    path = f"/items/{item.slug}/checklist/?q-married=yes"
    part = text(client.get(path, headers={"HX-Request": "true"})).strip()
    assert part.startswith('<div id="list">')
    assert part in text(client.get(path))


def test_foreign_answers_are_dropped(client: Client, item):
    said = text(client.get(f"/items/{item.slug}/checklist/?q-married=<b>&q-x=1&q-joint=yes"))
    assert "<b>" not in said
    assert 'name="q-x"' not in said
    assert f"/apply/{item.slug}/" not in said


def test_elder_mode_is_one_switch_and_back(client: Client, item):
    response = client.post("/elder/", {"next": f"/items/{item.slug}/"})
    assert response["Location"] == f"/items/{item.slug}/"
    said = text(client.get("/"))
    assert '<html lang="zh-Hans" class="elder">' in said
    assert "返回标准版" in said
    client.post("/elder/", {"next": "/"})
    assert 'class="elder"' not in text(client.get("/"))


def test_the_switch_leads_to_no_foreign_site(client: Client):
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert client.post("/elder/", {"next": target})["Location"] == "/"


def test_the_portal_can_be_put_on_the_home_screen(client: Client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    facts = response.json()
    assert facts["start_url"] == "/"
    assert facts["display"] == "standalone"
    assert client.get(facts["icons"][0]["src"]).status_code == 200
