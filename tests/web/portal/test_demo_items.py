"""Every item of the demo county goes the whole way online: guide, checklist, form, review, case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import people as cast
from tests.factories import catalogue, office
from tests.factories import people as made
from tests.web.portal.applying import text, upload
from yizhan.config import demo
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.catalogue import actions
from yizhan.domain.catalogue.models import Item

pytestmark = pytest.mark.django_db
FILES = sorted((Path(demo.__path__[0]) / "items").glob("*.json"))


def published(facts: dict[str, Any]) -> Item:
    """The item through the catalogue's own door."""
    unit = catalogue.unit()
    content = facts["content"]
    item = actions.create_item(
        region=catalogue.REGION, organisation=unit, content=content, by=None, at=catalogue.AT,
        task_code=catalogue.task_code(unit, facts["number"], content["task_type"]),
    )  # fmt: skip
    actions.publish(item.pk, by=None, at=catalogue.AT)
    return Item.objects.get(pk=item.pk)


def typed(value: Any) -> Any:
    """A sample value as a browser sends it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, list) else str(value)


def subject(facts: dict[str, Any]) -> str:
    """Li herself, or a company she acts for where the form asks for a company's register."""
    if not any(field["prefill"].startswith("org.") for field in facts["content"]["fields"]):
        return "self"
    company = made.legal_person(name="兰考测试商贸有限公司", phone="13800000001", address="兰考县")
    company.representative = cast.li_person()
    company.save()
    made.represents(cast.li_person(), company)
    return str(company.pk)


def test_there_are_thirty() -> None:
    assert len(FILES) == 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_whole_way(client: Client, path: Path) -> None:
    facts = json.loads(path.read_text(encoding="utf-8"))
    office.calendar_year(2026)
    office.village()
    item = published(facts)
    assert "本单位尚未填写" not in text(client.get(f"/items/{item.slug}/"))
    answers = {f"q-{key}": value for key, value in facts["sample"]["answers"].items()}
    said = text(client.get(f"/items/{item.slug}/checklist/", answers))
    assert f"/apply/{item.slug}/" in said
    cast.enter(client, cast.li())
    begun = client.post(f"/apply/{item.slug}/", {"subject": subject(facts), **answers})
    assert begun.status_code == 302, text(begun)
    draft = Draft.objects.get()
    base = f"/drafts/{draft.pk}/"
    sample = {key: typed(value) for key, value in facts["sample"]["data"].items()}
    client.post(f"{base}save/", sample)
    for key in _wanted(client, base):
        assert client.post(f"{base}materials/{key}/", {"files": upload()}).status_code == 302
    review = text(client.get(f"{base}review/"))
    assert "没有填好" not in review, review.split('class="summary"')[-1][:600]
    done = client.post(f"{base}submit/", {"mode": "window", "phone": cast.LI_PHONE})
    assert done["Location"] == f"/cases/{Case.objects.get().number}/receipt/"
    assert client.get(done["Location"]).status_code == 200


def _wanted(client: Client, base: str) -> list[str]:
    said = text(client.get(base))
    return [part.split('"')[0] for part in said.split('id="paper-')[1:] if part[:6] != "title-"]
