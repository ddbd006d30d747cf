"""The public item API: search and guide for machines, read-only, documented."""

from __future__ import annotations

import jsonschema
import pytest
from django.test import Client

from tests.factories import catalogue
from yizhan.domain.catalogue import actions

pytestmark = pytest.mark.django_db
ITEMS = "/api/v1/items/"


def test_anybody_may_search(client: Client) -> None:
    version = catalogue.published(name="契税申报")
    catalogue.published(name="出生登记")
    found = client.get(ITEMS, {"q": "qishui"}).json()
    assert (found["total"], found["more"], found["corrected"]) == (1, False, "")
    [item] = found["items"]
    assert (item["slug"], item["name"], item["task_code"]) == (
        version.item.slug, "契税申报", version.item.task_code,
    )  # fmt: skip
    assert item["unit"] == version.item.organisation.name
    assert item["task_type_label"] == "行政许可"
    assert "读音相同" in client.get(ITEMS, {"q": "契水"}).json()["corrected"]
    assert (
        client.get(ITEMS, {"q": "出生", "unit": version.item.organisation_id}).json()["total"] == 0
    )
    assert client.get(ITEMS, {"topic": "住房保障", "limit": 1}).json()["total"] == 2


@pytest.mark.parametrize(
    "asked", [{"limit": "0"}, {"limit": "many"}, {"offset": "-1"}, {"q": "长" * 81}, {"unit": "x"}]
)
def test_a_wrong_question_is_422_with_its_place(client: Client, asked: dict) -> None:
    answer = client.get(ITEMS, asked)
    assert answer.status_code == 422
    assert next(iter(asked)) in answer.json()["errors"][0]["place"]


def test_the_guide_and_a_valid_schema_of_the_form(client: Client) -> None:
    version = catalogue.published()
    found = client.get(f"{ITEMS}{version.item.slug}/").json()
    facts = {line["label"]: line["text"] for line in found["facts"]}
    assert facts["承诺办结时限"] == "5个工作日"
    assert [m["name"] for m in found["materials"]][:2] == ["测试事项申请表", "居民身份证"]
    assert (found["version"], found["state"], found["can_apply"]) == (1, "open", True)
    jsonschema.Draft202012Validator.check_schema(found["form"])
    assert found["form"]["properties"]["area"]["maximum"] == 9999


def test_what_is_missing_is_told_not_invented(client: Client) -> None:
    version = catalogue.published(unwritten=["promise_amount"], by_law="")
    found = client.get(f"{ITEMS}{version.item.slug}/").json()
    missing = {line["label"] for line in found["facts"] if line["missing"]}
    assert missing == {"承诺办结时限", "设定依据"}


def test_drafts_cancelled_and_unknown_items_are_404(client: Client) -> None:
    draft, gone = catalogue.drafted(), catalogue.published()
    actions.withdraw(gone.item_id, reason="取消", by=None, at=catalogue.AT)
    for slug in (draft.item.slug, gone.item.slug, "nothing", "%00", "a" * 99):
        assert client.get(f"{ITEMS}{slug}/").status_code == 404


def test_it_only_reads(client: Client) -> None:
    version = catalogue.published()
    for method in ("post", "put", "patch", "delete"):
        for url in (ITEMS, f"{ITEMS}{version.item.slug}/"):
            assert getattr(client, method)(url).status_code == 405


def test_it_is_documented(client: Client) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {ITEMS, f"{ITEMS}{{slug}}/"} <= set(document["paths"])
    names = [p["name"] for p in document["paths"][ITEMS]["get"]["parameters"]]
    assert names == ["q", "unit", "served", "topic", "limit", "offset"]
