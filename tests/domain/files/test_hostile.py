"""What must not come in: each refused with its own sentence, nothing left behind."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.domain.files.conftest import NOW, bytes_below
from tests.factories import files as make
from yizhan.core.flow import Refused
from yizhan.domain.files import actions, rules
from yizhan.domain.files.models import StoredFile

S = rules.SENTENCES
JPEG = make.picture()
HTML = b"<!DOCTYPE html><html><script>canary()</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="canary()"/>'
ISO = b"\x00\x00\x00\x18ftyp%s\x00\x00\x00\x00%s"
AS_IS = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}

CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zero bytes": (lambda: b"", S["empty"]),
    "renamed Windows program": (make.program, S["program"]),
    "renamed Linux program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(500), S["program"]),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", S["program"]),
    "Android app": (lambda: make.zip_of(AndroidManifest_dot_xml=b"x"), S["program"]),
    "Java program": (lambda: make.zip_of(**{"META-INF__MANIFEST_dot_MF": b"x"}), S["program"]),
    "SVG": (lambda: SVG, S["svg"]),
    "SVG after a byte order mark": (lambda: b"\xef\xbb\xbf  " + SVG, S["svg"]),
    "HTML": (lambda: HTML, S["web"]),
    "PHP": (lambda: b"<?php system('x'); ?>", S["web"]),
    "HTML as GIF": (lambda: b"GIF89a/*" + HTML + b"*/=0;", S["mixed"].format(what="网页代码")),
    "SVG as GIF": (lambda: b"GIF89a/*<svg onload=x>", S["mixed"].format(what="网页代码")),
    "GIF": (lambda: make.picture("GIF"), S["gif"]),
    "BMP": (lambda: make.picture("BMP"), S["bitmap"]),
    "TIFF": (lambda: make.picture("TIFF"), S["bitmap"]),
    "JPEG and ZIP": (lambda: JPEG + make.zip_of(a=b"x"), S["mixed"].format(what="压缩包")),
    "JPEG and HTML": (lambda: JPEG + HTML, S["mixed"].format(what="网页代码")),
    "PDF behind a PNG": (
        lambda: make.picture("PNG", (9, 9)) + make.pdf(),
        S["mixed"].format(what="PDF"),
    ),
    "PDF and ZIP": (lambda: make.pdf() + make.zip_of(a=b"x"), S["mixed"].format(what="压缩包")),
    "HTML in front of a PDF": (
        lambda: b"%PDF-1.7 <script>canary()</script>\n" + make.pdf(),
        S["mixed"].format(what="网页代码"),
    ),
    "Word": (lambda: make.zip_of(word__document_dot_xml=b"<w/>"), S["office"]),
    "Excel": (lambda: make.zip_of(xl__workbook_dot_xml=b"<w/>"), S["office"]),
    "old Word or WPS": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), S["office"]),
    "RTF": (lambda: b"{\\rtf1 x}", S["office"]),
    "OFD": (lambda: make.zip_of(OFD_dot_xml=b"<ofd/>"), S["ofd"]),
    "ZIP": (lambda: make.zip_of(a=b"x"), S["archive"]),
    "ZIP bomb": (make.zip_bomb, S["archive"]),
    "ZIP bomb as Word": (lambda: make.zip_bomb(as_docx=True), S["office"]),
    "RAR": (lambda: b"Rar!\x1a\x07\x00" + bytes(99), S["archive"]),
    "film": (lambda: ISO % (b"isom", b"mp42") + bytes(99), S["video"]),
    "AVIF": (lambda: ISO % (b"avif", b"mif1") + bytes(99), S["avif"]),
    "plain text": (lambda: "我要办理居住证".encode(), S["text"]),
    "GBK text": (lambda: "我要办理居住证".encode("gbk"), S["text"]),
    "noise": (lambda: bytes(range(128, 256)) * 40, S["unknown"]),
    "truncated JPEG": (lambda: JPEG[: len(JPEG) * 2 // 3], S["damaged"]),
    "truncated PNG": (lambda: make.picture("PNG")[:600], S["damaged"]),
    "truncated HEIC": (lambda: make.picture("HEIF")[:-200], S["damaged"]),
    "JPEG head only": (lambda: JPEG[:4], S["damaged"]),
    "gigapixel PNG": (
        lambda: make.png_bomb(40_000, 30_000),
        S["pixels"].format(width=40_000, height=30_000, limit=8000),
    ),
    "PDF with a password": (make.locked_pdf, S["locked"]),
    "truncated PDF": (lambda: b"%PDF-1.7\nnonsense", S["broken_pdf"]),
    "PDF without pages": (lambda: make.pdf(0), S["no_pages"]),
    "PDF of 201 pages": (lambda: make.pdf(201), S["pages"].format(pages=201, limit=200)),
    "PDF bomb in an object stream": (make.pdf_bomb, S["heavy"]),
    "PDF bomb on the page": (lambda: make.pdf(dress=make.bomb_page, **AS_IS), S["heavy"]),
    "PDF packed twice": (lambda: make.pdf(dress=make.twice_packed_page, **AS_IS), S["heavy"]),
}


@pytest.mark.parametrize("what", CORPUS)
@pytest.mark.django_db
def test_each_is_refused_with_its_own_sentence_and_leaves_nothing(what: str, folder: Path) -> None:
    build, sentence = CORPUS[what]
    with pytest.raises(Refused) as refusal:
        actions.store_upload(
            region="410225", name="身份证.jpg", stream=io.BytesIO(build()), by=None, at=NOW
        )
    assert refusal.value.sentence == sentence
    assert refusal.value.field == "file"
    assert StoredFile.objects.count() == 0
    assert bytes_below(folder) == []


class Announced(io.BytesIO):
    """A stream that knows its size, as Django's uploads do."""

    @property
    def size(self) -> int:
        return len(self.getbuffer())


@pytest.mark.django_db
def test_a_photo_of_25_mb_is_told_its_size(folder: Path) -> None:
    stream = Announced(JPEG + bytes(25 * rules.MB - len(JPEG)))
    with pytest.raises(Refused, match=r"文件25\.0 MB，超过20 MB的上限。请") as refusal:
        actions.store_upload(region="410225", name="x.jpg", stream=stream, by=None, at=NOW)
    assert stream.tell() == 0, "refused before a byte was copied"
    assert refusal.value.field == "file"
    assert bytes_below(folder) == []


@pytest.mark.django_db
def test_a_stream_that_does_not_end_is_cut_at_the_limit(folder: Path) -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            self.read_bytes += size
            return b"\xff\xd8\xff" + bytes(size - 3)

    stream = Endless()
    with pytest.raises(Refused, match="文件超过20 MB的上限"):
        actions.store_upload(region="410225", name="x.jpg", stream=stream, by=None, at=NOW)
    assert stream.read_bytes <= 21 * rules.MB
    assert bytes_below(folder) == []


def test_no_two_refusals_share_a_sentence() -> None:
    assert len(set(S.values())) == len(S)
    assert all(sentence.endswith("。") and len(sentence) > 15 for sentence in S.values())
