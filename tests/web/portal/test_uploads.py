"""Uploads as a browser sends them: bad files say why by name, good ones stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests import people as cast
from tests.domain.files.test_hostile import CORPUS
from tests.factories import catalogue, people
from tests.factories import files as make
from yizhan.domain.cases import actions
from yizhan.domain.cases.models import Draft
from yizhan.domain.files import queries, rules
from yizhan.domain.files.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


@pytest.fixture
def draft() -> Draft:
    from tests.factories.cases import ANSWERS, AT, DATA

    return actions.save_draft(
        account=cast.li(), version=catalogue.published(), answers=ANSWERS, data=DATA, at=AT
    )


def place(draft: Draft) -> str:
    return f"/drafts/{draft.pk}/materials/{draft.version.materials[0]['key']}/"


def sent(*files: tuple[str, bytes]) -> dict[str, list[SimpleUploadedFile]]:
    """What a browser claims about a file is always the same harmless thing."""
    return {"files": [SimpleUploadedFile(n, content, "image/jpeg") for n, content in files]}


def test_the_hostile_corpus_at_the_door(client: Client, draft: Draft) -> None:
    """Every file of the corpus in two requests, next to two good ones."""
    cast.enter(client, cast.li())
    names = sorted(CORPUS)
    for half in (names[::2], names[1::2]):
        bad = [(f"坏{names.index(what)}.jpg", CORPUS[what][0]()) for what in half]
        answer = client.post(place(draft), sent(("好.jpg", make.picture()), *bad))
        assert answer.status_code == 422
        page = answer.content.decode()
        for what in half:
            sentence = f"“坏{names.index(what)}.jpg”：{CORPUS[what][1]}"
            assert sentence in page, what
    assert [stored.name for stored in StoredFile.objects.all()] == ["好.jpg", "好.jpg"]


def test_a_photo_of_25_mb_is_refused_with_its_size_and_the_form_stays(
    client: Client, draft: Draft
) -> None:
    cast.enter(client, cast.li())
    content = make.picture() + bytes(25 * rules.MB - len(make.picture()))
    answer = client.post(place(draft), sent(("大照片.jpg", content)))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“大照片.jpg”：文件25.0 MB，超过20 MB的上限。" in page
    assert cast.LI_PHONE in page, "what was filled in is still there"
    draft.refresh_from_db()
    assert draft.materials == {}


def test_a_stranger_gets_404_for_the_file(client: Client, draft: Draft) -> None:
    cast.enter(client, cast.li())
    assert client.post(place(draft), sent(("好.heic", make.picture("HEIF")))).status_code == 302
    stored = StoredFile.objects.get()
    url = f"/drafts/{draft.pk}/files/{stored.pk}/"
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    with queries.open_bytes(stored) as file:
        assert b"".join(answer.streaming_content) == file.read()

    stranger = cast.enter(Client(), people.citizen(person=people.person()))
    assert stranger.get(url).status_code == 404
    assert stranger.post(place(draft), sent(("好.jpg", make.picture()))).status_code == 404
    assert StoredFile.objects.count() == 1
