"""Pictures and papers from a phone: each judged by itself, pages in order, one PDF in the end."""

import pikepdf
import pytest
from django.test import Client
from PIL import Image

from tests.factories import files
from tests.web.portal.applying import HTMX, WISH, begin, complete, text, upload, version
from yizhan.domain.cases.models import Case, Draft
from yizhan.domain.files import queries as stored
from yizhan.domain.files.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Draft:
    return begin(client, version())


def send(client: Client, draft: Draft, *parts, key: str = "form", **headers):
    path = f"/drafts/{draft.pk}/materials/{key}/"
    return client.post(path, {"files": list(parts)}, **headers)


def test_the_page_opens_the_camera_and_takes_several_files(client: Client, draft):
    said = text(client.get(f"/drafts/{draft.pk}/"))
    assert 'accept="image/*,application/pdf" multiple' in said
    assert said.count('type="file"') == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("report.pdf", b"MZ" + b"\0" * 500, "report.pdf"),
        ("locked.pdf", files.locked_pdf(), "密码"),
        ("empty.jpg", b"", "empty.jpg"),
        ("page.jpg", b"<script>alert(1)</script>", "page.jpg"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_name(client, draft, name, content, sentence):
    response = send(client, draft, upload(name, content))
    said = text(response)
    assert response.status_code == 422
    assert f"“{name}”：" in said
    assert sentence in said
    assert "<script>alert(1)" not in said
    draft.refresh_from_db()
    assert draft.materials.get("form", []) == []
    assert not StoredFile.objects.exists()


def test_a_photo_of_25_megabytes_is_refused_with_what_to_do(client: Client, draft, settings):
    settings.MAX_FILE_BYTES = 20 * 1024 * 1024
    content = files.picture() + b"\0" * (25 * 1024 * 1024)
    response = send(client, draft, upload("huge.jpg", content))
    assert response.status_code == 422
    assert "“huge.jpg”：" in text(response)
    assert "20" in text(response)


def test_one_bad_file_does_not_take_the_others(client: Client, draft):
    parts = [upload("1.jpg"), upload("virus.jpg", b"MZ" + b"\0" * 300), upload("2.jpg")]
    response = send(client, draft, *parts, headers=HTMX)
    said = text(response)
    assert response.status_code == 422
    assert "“virus.jpg”：" in said
    assert "已上传2页" in said
    draft.refresh_from_db()
    assert len(draft.materials["form"]) == 2


def test_heic_and_turned_pictures_arrive_upright(client: Client, draft):
    heic = files.picture("HEIF", (64, 48))
    turned = files.picture("JPEG", (640, 480), orientation=6)
    assert send(client, draft, upload("a.heic", heic), upload("b.jpg", turned)).status_code == 302
    draft.refresh_from_db()
    kept = [StoredFile.objects.get(pk=pk) for pk in draft.materials["form"]]
    assert [f.media_type for f in kept] == ["image/jpeg", "image/jpeg"]
    with stored.open_bytes(kept[1]) as stream, Image.open(stream) as image:
        assert image.size == (480, 640)


def test_pages_are_moved_and_removed(client: Client, draft):
    send(client, draft, upload("1.jpg"), upload("2.jpg"), upload("3.jpg"))
    draft.refresh_from_db()
    first, second, third = draft.materials["form"]
    path = f"/drafts/{draft.pk}/materials/form/arrange/"
    client.post(path, {"up": third})
    draft.refresh_from_db()
    assert draft.materials["form"] == [first, third, second]
    client.post(path, {"remove": first})
    draft.refresh_from_db()
    assert draft.materials["form"] == [third, second]
    gone = client.post(path, {"remove": first}, headers=HTMX)
    assert gone.status_code == 422
    assert "这一页已经移除了" in text(gone)


def test_several_pages_become_one_pdf_at_submission(client: Client):
    draft = complete(client, version())
    send(client, draft, upload("2.jpg"))
    said = text(client.get(f"/drafts/{draft.pk}/review/"))
    assert "已上传2个文件，共2页，提交时合成一个PDF" in said
    client.post(f"/drafts/{draft.pk}/submit/", WISH)
    material = Case.objects.get().materials.get(key="form")
    (only,) = [f.file for f in material.files.all()]
    assert only.media_type == "application/pdf"
    assert only.name == "测试事项申请表.pdf"
    with stored.open_bytes(only) as stream, pikepdf.open(stream) as document:
        assert len(document.pages) == 2


def test_the_material_after_htmx_is_the_page_reloaded(client: Client, draft):
    part = text(send(client, draft, upload("1.jpg"), headers=HTMX)).strip()
    page = text(client.get(f"/drafts/{draft.pk}/"))
    token = part.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    other = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert part.replace(token, other) in page


def test_nothing_chosen_is_said(client: Client, draft):
    response = client.post(f"/drafts/{draft.pk}/materials/form/", {})
    assert response.status_code == 422
    assert "请先选择照片或PDF文件" in text(response)


def test_a_material_outside_the_list_is_not_taken(client: Client, draft):
    assert send(client, draft, upload(), key="passport").status_code == 404
    draft.refresh_from_db()
    assert draft.materials == {}


def test_a_promise_only_where_the_item_allows_it(client: Client, draft):
    path = f"/drafts/{draft.pk}/materials/form/arrange/"
    response = client.post(path, {"commit": "promise"}, headers=HTMX)
    assert response.status_code == 422
    assert "不能容缺或承诺代替" in text(response)


def test_an_unknown_commitment_is_refused(client: Client, draft):
    path = f"/drafts/{draft.pk}/materials/photo/arrange/"
    response = client.post(path, {"commit": "bribe"}, headers=HTMX)
    assert response.status_code == 422


def test_uploaded_pages_are_sent_safely(client: Client, draft):
    send(client, draft, upload("1.jpg"))
    draft.refresh_from_db()
    response = client.get(f"/drafts/{draft.pk}/files/{draft.materials['form'][0]}/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    response.close()
