"""What comes in: its safe form, its name, and what stays of it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests.domain.files.conftest import NOW
from tests.factories import files as make
from yizhan.core.flow import Refused
from yizhan.domain.files import actions, queries, rules
from yizhan.domain.files.adapters import sandbox
from yizhan.domain.files.models import StoredFile

Keep = Callable[..., StoredFile]


def opened(stored: StoredFile) -> Image.Image:
    with queries.open_bytes(stored) as file:
        return Image.open(io.BytesIO(file.read()))


def colour(image: Image.Image, x: float, y: float) -> str:
    red, _, blue = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))
    return "red" if red > 120 and blue < 90 else "blue" if blue > 120 and red < 90 else "other"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_becomes_a_plain_jpeg(keep: Keep, kind: str) -> None:
    stored = keep(make.picture(kind), "我的身份证.HEIC")
    image = opened(stored)
    assert (image.format, image.size, image.mode) == ("JPEG", (640, 480), "RGB")
    assert (stored.media_type, stored.name, stored.pages) == ("image/jpeg", "我的身份证.jpg", 1)
    with queries.open_bytes(stored) as file:
        content = file.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (stored.size, stored.sha256)
    assert queries.is_intact(stored)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF"])
def test_a_rotated_picture_stands_upright(keep: Keep, kind: str) -> None:
    """Orientation 6: the camera was held upright; red, left in the sensor, is on top."""
    image = opened(keep(make.picture(kind, orientation=6)))
    assert image.size == (480, 640)
    assert (colour(image, 0.5, 0.2), colour(image, 0.5, 0.8)) == ("red", "blue")


@pytest.mark.parametrize("kind", ["JPEG", "HEIF", "PNG"])
def test_place_and_camera_are_forgotten(keep: Keep, kind: str) -> None:
    sent = make.picture(kind, gps=True, orientation=1)
    assert b"CanaryCam" in sent
    stored = keep(sent)
    with queries.open_bytes(stored) as file:
        content = file.read()
    assert b"CanaryCam" not in content
    assert b"Exif" not in content
    assert opened(stored).getexif() == {}


def test_a_comment_is_forgotten(keep: Keep) -> None:
    sent = make.picture(comment=b"canary comment")
    assert b"canary comment" in sent
    with queries.open_bytes(keep(sent)) as file:
        assert b"canary" not in file.read()


def test_a_camera_trailer_is_cut_off(keep: Keep) -> None:
    """Motion photos carry a film behind the picture; phones do that without asking."""
    stored = keep(make.picture() + b"\x00\x00\x00\x18ftypmp42" + b"canary" * 99)
    with queries.open_bytes(stored) as file:
        assert b"canary" not in file.read()


def test_transparency_becomes_white_paper(keep: Keep) -> None:
    image = opened(keep(make.picture("PNG", mode="RGBA")))
    assert colour(image, 0.2, 0.5) == "red"
    assert min(image.getpixel((600, 240))) > 245


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_are_read(keep: Keep, mode: str) -> None:
    assert opened(keep(make.picture(mode=mode))).mode == "RGB"


def test_a_broken_orientation_does_not_lose_the_picture(keep: Keep) -> None:
    sent = make.picture(orientation=6).replace(b"MM\x00*", b"XX\x00*", 1)
    assert opened(keep(sent)).size == (640, 480)


def test_a_phone_photo_of_48_megapixels_is_brought_to_a4_at_300_dpi(keep: Keep) -> None:
    image = opened(keep(make.picture(size=(8000, 6000))))
    assert image.size == (3508, 2631)


def peak_mb(source: Path, target: Path) -> int:
    """Most memory that the inspector's work on a HEIC picture took, in a process of its own."""
    job = {
        "do": "picture", "kind": "heic", "source": str(source), "target": str(target),
        "max_pixels": rules.MAX_PIXELS["heic"], "long_side": rules.LONG_SIDE,
    }  # fmt: skip
    code = (
        "import json, sys; from yizhan.domain.files.adapters.inspect_worker import picture;"
        "picture(json.loads(sys.argv[1])); print(open('/proc/self/status').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(job)], capture_output=True, text=True, check=True
    )
    found = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert found is not None
    return int(found.group(1)) // 1024


def test_a_heic_photo_of_48_megapixels_needs_less_than_320_mb(tmp_path: Path) -> None:
    """It was 530 with Pillow's own copy of the whole picture beside the decoder's."""
    fast = {"quality": 10, "enc_params": {"preset": "ultrafast"}}
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(make.picture("HEIF", (8000, 6000), **fast))
    assert peak_mb(source, target) < 320
    with Image.open(target) as image:
        assert image.size == (3508, 2631)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_heic_brought_down_by_strips_has_no_seams(keep: Keep, mode: str) -> None:
    """An odd width and height, more than one strip: left red, right blue (or white paper)."""
    image = opened(keep(make.picture("HEIF", (7101, 1301), mode=mode)))
    assert image.size == (3508, 643)
    right = (255, 255, 255) if mode == "RGBA" else (0, 0, 200)
    for row in range(643):
        for x, wanted in ((20, (200, 0, 0)), (3480, right)):
            seen = image.getpixel((x, row))
            assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 12, (x, row, seen)


def test_a_small_picture_is_not_blown_up(keep: Keep) -> None:
    assert opened(keep(make.picture(size=(20, 10)))).size == (20, 10)


def test_the_name_loses_path_and_tricks(keep: Keep) -> None:
    assert keep(make.picture(), "C:\\私人\\..\\照\u202egpj.片.exe").name == "照gpj.片.jpg"
    assert keep(make.picture(), "../../etc/passwd").name == "passwd.jpg"
    assert keep(make.picture(), "\r\nSet-Cookie: x").name == "Set-Cookie_ x.jpg"
    assert keep(make.picture(), "").name == "文件.jpg"
    assert keep(make.picture(), "con.jpg").name == "文件con.jpg"
    assert len(keep(make.picture(), "长" * 500).name) == 120


def test_a_clean_pdf_is_kept_byte_for_byte(keep: Keep) -> None:
    """An electronic signature on an invoice survives."""
    sent = make.pdf(3)
    stored = keep(sent, "发票.PDF")
    with queries.open_bytes(stored) as file:
        assert file.read() == sent
    facts = (stored.media_type, stored.name, stored.pages, stored.note)
    assert facts == ("application/pdf", "发票.pdf", 3, "")


ACTIVE = re.compile(
    rb"canary|/JavaScript|/JS\b|/Launch|/EmbeddedFile|/EF\b|/RichMedia|/SubmitForm|/OpenAction|/AA\b"
)


@pytest.mark.parametrize(
    ("dress", "note"),
    [
        (make.script_pdf, "已去除文件中的脚本、自动动作"),
        (make.launch_pdf, "已去除文件中的自动动作"),
        (make.attachment_pdf, "已去除文件中的附件"),
        (make.media_pdf, "已去除文件中的多媒体、自动动作"),
    ],
)
def test_active_content_is_taken_out_and_said(keep: Keep, dress: Any, note: str) -> None:
    sent = make.pdf(dress=dress, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert ACTIVE.search(sent)
    stored = keep(sent)
    assert stored.note == note
    with queries.open_bytes(stored) as file:
        content = file.read()
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        document.save(
            plain, object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False,
        )  # fmt: skip
    assert ACTIVE.search(plain.getvalue()) is None


def test_a_jump_on_opening_is_harmless(keep: Keep) -> None:
    def dress(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        document.Root.OpenAction = pikepdf.Array([page, pikepdf.Name.Fit])

    sent = make.pdf(dress=dress)
    stored = keep(sent)
    assert stored.note == ""
    assert stored.size == len(sent)


def test_a_pdf_that_only_forbids_printing_is_kept_without_encryption(keep: Keep) -> None:
    with queries.open_bytes(keep(make.restricted_pdf())) as file, pikepdf.open(file) as document:
        assert not document.is_encrypted


def test_several_photos_become_one_pdf_in_order(keep: Keep) -> None:
    parts = [
        keep(make.picture(size=(400, 600))),
        keep(make.pdf(2), "附件.pdf"),
        keep(make.picture("PNG", size=(600, 400))),
    ]
    whole = actions.combine_to_pdf([p.pk for p in parts], name="户口簿.jpg", by=None, at=NOW)
    assert (whole.name, whole.pages, whole.media_type) == ("户口簿.pdf", 4, "application/pdf")
    with queries.open_bytes(whole) as file, pikepdf.open(file) as document:
        boxes = [[round(float(n)) for n in page.mediabox] for page in document.pages]
        assert boxes == [[0, 0, 595, 842], [0, 0, 595, 842], [0, 0, 595, 842], [0, 0, 842, 595]]
        image = pikepdf.PdfImage(document.pages[0].Resources.XObject.Picture).as_pil_image()
        assert image.size == (400, 600)
        assert (colour(image, 0.2, 0.5), colour(image, 0.8, 0.5)) == ("red", "blue")


def test_somebody_elses_files_cannot_be_combined(keep: Keep, django_user_model: Any) -> None:
    stored = keep(make.picture())
    stranger = django_user_model.objects.create(
        region="410225", kind="citizen", username="s", display_name="s", created_at=NOW
    )
    with pytest.raises(Refused, match="找不到其中的文件"):
        actions.combine_to_pdf([stored.pk], name="x", by=stranger, at=NOW)
    with pytest.raises(Refused, match="没有可以合并的文件"):
        actions.combine_to_pdf([], name="x", by=stranger, at=NOW)
    assert queries.visible_to(stranger).count() == 0
    assert StoredFile.objects.count() == 1


def test_a_part_too_many_is_refused(keep: Keep) -> None:
    stored = keep(make.pdf(150))
    with pytest.raises(Refused, match="PDF有300页，超过200页的上限"):
        actions.combine_to_pdf([stored.pk, stored.pk], name="x", by=None, at=NOW)


def test_a_generated_paper_is_kept_as_it_is(db: None) -> None:
    stored = actions.store_generated(
        region="410225", name="受理通知书.pdf", content=make.pdf(), media_type="application/pdf",
        by=None, at=NOW,
    )  # fmt: skip
    assert (stored.kind, stored.name, queries.is_intact(stored)) == (
        "generated", "受理通知书.pdf", True,
    )  # fmt: skip


def test_lost_or_changed_bytes_are_not_served(keep: Keep) -> None:
    whole, cut, gone = (keep(make.picture(size=(20 + n, 20))) for n in range(3))
    queries.path_of(cut).write_bytes(b"x")
    queries.path_of(gone).unlink()
    for stored in (cut, gone):
        with pytest.raises(Refused, match="内容与登记不符"):
            queries.open_bytes(stored)
        assert not queries.is_intact(stored)
    assert {stored.pk for stored in queries.damaged()} == {cut.pk, gone.pk}
    size = whole.size
    queries.path_of(whole).write_bytes(bytes(size))
    assert not queries.is_intact(whole), "the same size with other bytes is found by the digest"


def test_a_server_never_loads_what_opens_files() -> None:
    """The web process stays small, and no decoder runs where the secrets are."""
    code = (
        "import django, sys; django.setup(); import yizhan.domain.files.actions,"
        " yizhan.domain.files.queries, yizhan.domain.files.adapters.pdf;"
        "print(sorted({'PIL', 'pillow_heif', 'pikepdf', 'typst'} & set(sys.modules)))"
    )
    env = {"DJANGO_SETTINGS_MODULE": "yizhan.config.settings_test"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=env, cwd=sandbox.ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_child_is_walled_in() -> None:
    """No network, little memory: asked of a child that runs our walls."""
    code = (
        "from yizhan.domain.files.adapters.confine import confine; import socket\n"
        "alone = confine(memory_mb=200, seconds=5, writes_mb=1)\n"
        "try: bytearray(400 * 1024 * 1024); print('memory')\n"
        "except MemoryError: pass\n"
        "try: socket.create_connection(('192.0.2.1', 9), 1)\n"
        "except OSError as e: print(alone, e.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=sandbox.ROOT, capture_output=True, text=True, check=True
    )
    said = done.stdout.strip()
    assert said == "True 101" or said.startswith("False"), said  # 101: network is unreachable


def test_a_crowd_is_asked_to_wait(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE", 0)
    monkeypatch.setattr(sandbox, "_places", type(sandbox._places)(1))
    with sandbox._places, pytest.raises(Refused, match="现在上传的人很多"):
        keep(make.picture())
    assert keep(make.picture()).pk


def test_names_for_download_are_safe_whatever_is_stored() -> None:
    assert rules.safe_name('a"b;c\u202e.pdf') == "a_b_c.pdf"
