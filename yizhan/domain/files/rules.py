"""What may be kept as a file: recognised by content, within limits, each refusal a sentence.

Nothing here opens a picture or a PDF: that is done in a confined process (adapters/inspector.py).
"""

from __future__ import annotations

import re
import unicodedata

from yizhan.core.flow import Refused

MB = 1024 * 1024
HEAD = 4096  # bytes at the beginning that are looked at
TAIL = 65_557  # bytes at the end: the farthest a ZIP directory mark can lie from the end
MAX_PAGES = 200  # of one PDF
MAX_INFLATED = 400 * MB  # all streams of one PDF, unpacked
MAX_PIXELS = {"jpeg": 220_000_000, "png": 80_000_000, "webp": 80_000_000, "heic": 80_000_000}
LONG_SIDE = 3508  # pixels: A4 at 300 dpi
MEDIA_TYPES = {"jpeg": "image/jpeg", "pdf": "application/pdf"}
EXTENSIONS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}
PICTURES = ("jpeg", "png", "webp", "heic")

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bitmap"),
    (b"II*\x00", "bitmap"),
    (b"MM\x00*", "bitmap"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
)
_IN_ZIP = (
    (b"OFD.xml", "ofd"),
    (b"word/", "office"),
    (b"xl/", "office"),
    (b"ppt/", "office"),
    (b"AndroidManifest.xml", "program"),
    (b"META-INF/MANIFEST.MF", "program"),
)
_MARKUP = re.compile(rb"<(?:!doctype|html|script|iframe|\?php|svg)[\s>]", re.IGNORECASE)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # letters that turn text round
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_GOOD = "请直接拍照，或上传JPEG、PNG、WebP、HEIC图片或PDF。"

SENTENCES = {
    "empty": "文件是空的（0字节），没有内容。请重新选择文件，或重新拍照后再传。",
    "large": "文件{size:.1f} MB，超过{limit:g} MB的上限。请在相机或相册里选较小的尺寸后再传，"
    "或分成几个文件上传。",
    "large_stream": "文件超过{limit:g} MB的上限。请在相机或相册里选较小的尺寸后再传，"
    "或分成几个文件上传。",
    "program": "文件内容是可执行程序，改了扩展名也不能上传。" + _GOOD,
    "svg": "文件是SVG图形，里面可以带脚本，不能上传。" + _GOOD,
    "web": "文件内容是网页代码，不能上传。" + _GOOD,
    "office": "这是Word、Excel、PPT或WPS文档，不能作为材料。请另存为PDF，或打印后拍照，再上传。",
    "ofd": "这是OFD版式文件，目前不能作为材料。请用阅读软件另存为PDF后再上传。",
    "archive": "这是压缩包，系统不会解压。请解压后把里面的图片或PDF逐个上传。",
    "gif": "这是GIF动图，不能作为材料。" + _GOOD,
    "bitmap": "这是BMP或TIFF图片，文件大且多数手机打不开。请另存为JPEG或PNG后再上传。",
    "avif": "这是AVIF图片，目前不能识别。请另存为JPEG或PNG后再上传。",
    "video": "这是视频或音频，不能作为材料。" + _GOOD,
    "text": "这是文字文件，不能作为材料。请另存为PDF，或打印后拍照，再上传。",
    "unknown": "认不出这是什么文件。" + _GOOD,
    "mixed": "文件里混有{what}，不是单纯的图片或PDF，不能上传。请重新拍照，或重新导出PDF后再传。",
    "damaged": "图片不完整或已损坏，可能没有传完。请重新拍照，或重新选择后再传。",
    "pixels": "图片有{width}×{height}像素，超过{limit}万像素的上限。请缩小后再传。",
    "heavy": "文件太复杂，系统没能在限定的时间和内存内打开，没有保存。请重新拍照，"
    "或重新导出为普通PDF后再传。",
    "locked": "PDF设有打开密码，工作人员看不到内容。请去掉密码后再传，或打印后拍照上传。",
    "broken_pdf": "PDF已损坏，打不开。请重新导出或重新扫描后再传。",
    "no_pages": "PDF里没有页面。请重新导出或重新扫描后再传。",
    "pages": "PDF有{pages}页，超过{limit}页的上限。请只保留需要的页，或分成几个文件上传。",
    "full": "存储空间不够，文件没有保存。请稍后再传；如果一直这样，请告诉大厅工作人员。",
    "busy": "现在上传的人很多，文件没有保存。请等一分钟再传。",
    "nothing": "没有可以合并的文件，请先上传照片。",
    "not_yours": "找不到其中的文件，可能已经删除。请刷新页面后重新选择。",
    "bytes_lost": "这份文件的内容与登记不符，已停止打开。请联系大厅工作人员，并保留您的原件。",
}


def refusal(code: str, **facts: object) -> Refused:
    """The refusal for a code, ready to raise."""
    return Refused(SENTENCES[code].format(**facts), field="file")


def too_large(size: int | None, limit: int) -> Refused:
    """The refusal for a file of `size` bytes (None: the stream was cut at the limit)."""
    if size is None:
        return refusal("large_stream", limit=limit / MB)
    return refusal("large", size=size / MB, limit=limit / MB)


def recognise(head: bytes, tail: bytes) -> str:
    """`jpeg`, `png`, `webp`, `heic` or `pdf`, by content alone.

    Raises Refused for everything else, and for a file that is at the same time something else
    (polyglot). The name and the browser's media type are never asked.
    """
    kind = _kind(head, tail)
    if kind not in (*PICTURES, "pdf"):
        found = _also(kind, head, tail)
        raise refusal("mixed", what=found) if found else refusal(kind)
    if found := _also(kind, head, tail):
        raise refusal("mixed", what=found)
    return kind


def safe_name(name: str, *, media_type: str = "") -> str:
    """The name as it may be shown and offered for download: no path, no control or direction mark.

    With a media type, its own extension replaces whatever the name claims.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = _DIRECTION.sub("", text)
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = re.sub(r'[<>:"|?*;%]', "_", text).strip(" .")
    extension = EXTENSIONS.get(media_type, "")
    if extension:
        text = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", text).strip(" .")
    if not text or _RESERVED.match(text):
        text = f"文件{text}"
    return text[: 120 - len(extension)] + extension


def relative_path(sha256: str) -> str:
    """Where the bytes of a digest lie below the folder of files."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256 digest")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _kind(head: bytes, tail: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return next((kind for mark, kind in _IN_ZIP if mark in head or mark in tail), "archive")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _MARKUP.search(start):
        return "svg" if b"<svg" in start.lower() and b"<html" not in start.lower() else "web"
    return "text" if _is_text(head) else "unknown"


def _by_brand(head: bytes) -> str:
    """ISO media files: the major brand says picture or film."""
    length = min(int.from_bytes(head[:4]), HEAD)
    brands = [head[8:12], *(head[n : n + 4] for n in range(16, length, 4))]
    if brands[0] in (b"avif", b"avis"):
        return "avif"
    return "heic" if any(brand in _HEIC_BRANDS for brand in brands) else "video"


def _also(kind: str, head: bytes, tail: bytes) -> str:
    """What else the file is, in words, or empty: the second face of a polyglot."""
    if kind in (*PICTURES, "gif", "bitmap") and b"%PDF-" in head[:1024]:
        return "PDF"
    if kind in (*PICTURES, "gif", "bitmap", "pdf"):
        if b"PK\x05\x06" in tail and _zip_ends(tail):
            return "压缩包"
        if kind == "pdf":
            tail = b""  # a PDF may speak of HTML in its text; what counts is how it begins
        if _MARKUP.search(head[:1024]) or _MARKUP.search(tail):
            return "网页代码"
    return ""


def _zip_ends(tail: bytes) -> bool:
    """Whether a ZIP directory really ends here, not just four bytes that look like it."""
    at = tail.rfind(b"PK\x05\x06")
    record = tail[at : at + 22]
    if len(record) < 22:
        return False
    comment = int.from_bytes(record[20:22], "little")
    size = int.from_bytes(record[12:16], "little")
    starts = at - size
    return at + 22 + comment <= len(tail) and (
        starts < 0 or tail[starts : starts + 4] in (b"PK\x01\x02", b"PK\x05\x06")
    )


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        try:
            text = head.decode(encoding, errors="strict" if len(head) < HEAD else "ignore")
        except UnicodeDecodeError:
            continue
        shown = sum(c.isprintable() or c in "\r\n\t" for c in text)
        if text and shown >= 0.97 * len(text):
            return True
    return False
