"""Clicking through the window page without a browser: shared by its tests."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests import people as cast
from tests.factories import catalogue
from yizhan.domain.catalogue.models import ItemVersion

WINDOW = "/work/window/"
ALL_SEEN = {f"m-{key}": "original_seen" for key in ("form", "id", "photo")}
FILLED = {"a-married": "no", "f-phone": cast.LI_PHONE, "f-area": "88"} | ALL_SEEN


def token(response: Any) -> str:
    """The visit that the page carries."""
    return re.search(r'name="visit" value="([^"]+)"', response.content.decode())[1]


def step(client: Client, page: Any, do: str, **fields: Any) -> Any:
    """One click on the page that was answered last."""
    return client.post(WINDOW, {"visit": token(page), "do": do, **fields})


def known(client: Client, number: str = cast.LI_NUMBER) -> Any:
    """The page after the applicant was found."""
    return step(client, client.get(WINDOW), "next", id_number=number)


def chosen(client: Client, version: ItemVersion) -> Any:
    """The page with Li and an item."""
    cast.li_person()
    return step(client, known(client), f"item:{version.item.slug}")


def instant() -> ItemVersion:
    """An item that a clerk decides: no approver's step."""
    steps = [s | {"function": "handler"} for s in catalogue.steps()]
    return catalogue.published(project_type="1", review_kind="instant", steps=steps)
