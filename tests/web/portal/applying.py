"""What the tests of an application share: Li, an item, a draft filled as a person would."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.test import Client

from tests import people as cast
from tests.factories import catalogue, files, office
from yizhan.domain.cases.models import Draft
from yizhan.domain.catalogue.models import ItemVersion

WISH = {"mode": "window", "receiver": "", "address": "", "phone": cast.LI_PHONE}
HTMX = {"HX-Request": "true"}


def text(response: Any) -> str:
    """The page as text."""
    return response.content.decode()


def upload(name: str = "photo.jpg", content: bytes | None = None) -> BytesIO:
    """A file as a browser sends it."""
    made = BytesIO(files.picture() if content is None else content)
    made.name = name
    return made


def more_fields() -> list[dict[str, Any]]:
    """The factory's fields and one of each further kind."""
    kinds = [{"value": "home", "label": "住宅"}, {"value": "other", "label": "其他"}]
    return [
        *catalogue.fields(),
        {"key": "use", "label": "房屋用途", "kind": "choice", "section": "房屋", "options": kinds},
        {
            "key": "what", "label": "其他用途", "kind": "text", "section": "房屋",
            "when": 'data.use == "other"',
        },
        {
            "key": "helper", "label": "共有人身份证号", "kind": "id_number", "section": "房屋",
            "required": False,
        },
        {"key": "only", "label": "唯一住房", "kind": "yes", "section": "房屋", "required": False},
        {
            "key": "things", "label": "设施", "kind": "choices", "section": "房屋",
            "required": False, "options": kinds,
        },
        {"key": "price", "label": "价款", "kind": "money", "section": "房屋", "required": False},
        {"key": "day", "label": "签订日期", "kind": "date", "section": "房屋", "required": False},
    ]  # fmt: skip


def version(**changes: Any) -> ItemVersion:
    """A published item with that form; the working calendar is there."""
    office.calendar_year(2026)
    return catalogue.published(name="契税申报", fields=more_fields(), **changes)


def begin(client: Client, item_version: ItemVersion, **answers: str) -> Draft:
    """Start an application as Li by the page; returns its draft."""
    cast.enter(client, cast.li())
    given = {"q-married": "no"} if not answers else {f"q-{k}": v for k, v in answers.items()}
    response = client.post(f"/apply/{item_version.item.slug}/", {"subject": "self", **given})
    assert response.status_code == 302, text(response)
    return Draft.objects.get(pk=response["Location"].split("/")[2])


def fill(client: Client, draft: Draft, **changes: str) -> None:
    """Type everything that is required and press save."""
    typed = {"phone": cast.LI_PHONE, "area": "88", "use": "home", **changes}
    assert client.post(f"/drafts/{draft.pk}/save/", typed).status_code == 302


def hand_in(client: Client, draft: Draft) -> None:
    """Upload or promise every material."""
    for key in ("form", "id"):
        path = f"/drafts/{draft.pk}/materials/{key}/"
        response = client.post(path, {"files": [upload(f"{key}.jpg")]})
        assert response.status_code == 302, text(response)
    path = f"/drafts/{draft.pk}/materials/photo/arrange/"
    assert client.post(path, {"commit": "deferral"}).status_code == 302


def complete(client: Client, item_version: ItemVersion) -> Draft:
    """A draft with nothing missing."""
    draft = begin(client, item_version)
    fill(client, draft)
    hand_in(client, draft)
    return draft
