"""The child that opens hostile pictures and PDF. Run by sandbox.py, never imported by a server.

Reads a job from standard input, writes an answer to standard output: facts, or the code of a
refusal (rules.SENTENCES). It knows no database, no settings and no network.
"""

# ruff: noqa: PLC0415 - each job loads only its own library, after the walls are up
from __future__ import annotations

import json
import sys
import warnings
from io import BytesIO
from typing import Any

from yizhan.domain.files.adapters.confine import confine

A4 = (595.276, 841.890)  # points
MARGIN = 14.0  # points; home printers do not reach the edge
STRIP = 256  # rows of the smaller picture
QUALITY = 88  # JPEG; small print of a form stays readable


class Refusal(Exception):  # noqa: N818 - an answer
    """A code of rules.SENTENCES with its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, "facts": facts}


def picture(job: dict[str, Any]) -> dict[str, Any]:
    """Decode, turn upright, shrink to A4 at 300 dpi, write as plain JPEG without any metadata."""
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # counted here, before decoding, to be able to say the figures
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    formats = [job["kind"].upper()]
    if job["kind"] == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        formats = ["HEIF"]
    try:
        with Image.open(job["source"], formats=formats) as opened:
            width, height = opened.size
            if width * height > job["max_pixels"]:
                limit = job["max_pixels"] // 10_000
                raise Refusal("pixels", width=width, height=height, limit=limit)
            side = job["long_side"]
            part = min(side / max(width, height), 1)
            # a JPEG decodes at a fraction of its size: 190 instead of 500 MB for a phone's 48 MP
            opened.draft("RGB", (int(width * part), int(height * part)))
            upright = _upright(_strips(opened, job) if job["kind"] == "heic" else _loaded(opened))
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        plain = _on_white(_standard_colours(upright))
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, EOFError, RuntimeError):
        raise Refusal("damaged") from None
    plain.info = {}
    plain.save(job["target"], "JPEG", quality=QUALITY, optimize=True)
    return {"pages": 1}


def _loaded(opened: Any) -> Any:
    opened.load()
    return opened


def _strips(opened: Any, job: dict[str, Any]) -> Any:
    """A HEIC picture, brought down a strip at a time by the whole factor that leaves enough.

    libheif decodes only whole pictures; Pillow's own copy of 48 MP would take 190 MB beside it.
    """
    import pillow_heif
    from PIL import Image

    whole = pillow_heif.open_heif(job["source"], convert_hdr_to_8bit=True, remove_stride=False)
    frame = whole[whole.primary_index]
    data = frame.data  # decodes; the size can change
    (width, height), mode = frame.size, frame.mode
    factor = max(max(width, height) // job["long_side"], 1)
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, STRIP * factor):
        rows = min(STRIP * factor, height - top)
        part = data[top * frame.stride : (top + rows) * frame.stride]
        strip = Image.frombytes(mode, (width, rows), part, "raw", mode, frame.stride)
        small.paste(strip.reduce(factor), (0, top // factor))
    small.info = dict(opened.info)
    return small


def _upright(image: Any) -> Any:
    """Turned as the camera was held; a camera that wrote nonsense about it is not believed."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image.copy()


def _standard_colours(image: Any) -> Any:
    """Pixels in sRGB: newer phones take wider colours and say so in a profile we drop."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image  # a broken profile is no reason to lose the picture
    return image


def _on_white(image: Any) -> Any:
    """RGB, transparency laid on white paper, 16-bit grey brought to 8 bits."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("LA", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")


def pdf(job: dict[str, Any]) -> dict[str, Any]:
    """Count the pages and take out everything active.

    A PDF in which nothing was found is kept byte for byte, so that electronic signatures on it
    (e-invoices, e-certificates) stay valid; any other is written anew.
    """
    import shutil

    import pikepdf

    from yizhan.domain.files.adapters.disarm import disarm, inflates_beyond

    try:
        with pikepdf.open(job["source"]) as document:
            pages = len(document.pages)
            if pages == 0:
                raise Refusal("no_pages")
            if pages > job["max_pages"]:
                raise Refusal("pages", pages=pages, limit=job["max_pages"])
            if inflates_beyond(document, job["max_inflated"]):
                raise Refusal("heavy")
            removed = disarm(document)
            if any("bad_alloc" in warning for warning in document.get_warnings()):
                raise Refusal("heavy")  # qpdf goes on without the part it has no memory for
            if removed or document.is_encrypted or document.get_warnings():
                document.save(job["target"], encryption=False)
            else:
                shutil.copyfile(job["source"], job["target"])
    except pikepdf.PasswordError:
        raise Refusal("locked") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError, RuntimeError):
        raise Refusal("broken_pdf") from None
    return {"pages": pages, "removed": removed}


def combine(job: dict[str, Any]) -> dict[str, Any]:
    """One PDF from our own JPEG and PDF files; the JPEG bytes go in as they are, without loss."""
    import pikepdf

    with pikepdf.new() as document:
        for path, media_type in job["parts"]:
            if media_type == "application/pdf":
                with pikepdf.open(path) as part:
                    document.add_pages_from(part)
            else:
                _add_picture(document, path)
        pages = len(document.pages)
        if pages > job["max_pages"]:
            raise Refusal("pages", pages=pages, limit=job["max_pages"])
        document.save(job["target"])
    return {"pages": pages}


def _add_picture(document: Any, path: str) -> None:
    import pikepdf
    from PIL import Image

    with Image.open(path, formats=["JPEG"]) as image:
        width, height = image.size
    with open(path, "rb") as file:
        stream = pikepdf.Stream(document, file.read())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace, stream.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    paper = A4 if height >= width else (A4[1], A4[0])
    scale = min((paper[0] - 2 * MARGIN) / width, (paper[1] - 2 * MARGIN) / height)
    wide, high = width * scale, height * scale
    left, low = (paper[0] - wide) / 2, (paper[1] - high) / 2
    page = document.add_blank_page(page_size=paper)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=stream))
    drawing = f"q {wide:.3f} 0 0 {high:.3f} {left:.3f} {low:.3f} cm /Picture Do Q"
    page.Contents = pikepdf.Stream(document, drawing.encode())


def main() -> None:
    """One job, one answer."""
    job = json.loads(sys.stdin.buffer.read())
    confine(memory_mb=job["memory_mb"], seconds=job["seconds"], writes_mb=200)
    work = {"picture": picture, "pdf": pdf, "combine": combine}[job["do"]]
    try:
        answer = work(job)
    except Refusal as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"refused": "heavy"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
