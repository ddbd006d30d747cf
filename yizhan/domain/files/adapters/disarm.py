"""Take everything that acts by itself out of a PDF. Runs only inside inspect_worker.py.

ISO 32000-2 §12.6 (actions), §7.11.4 (embedded files), §12.7.8 (XFA forms), §13 (multimedia, 3D).
What stays: links, jumps inside the document, and whatever is drawn on the page.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

_PACKERS = ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")
_STEP = 1024 * 1024
SCRIPT, ATTACHMENT, ACTION, MEDIA = "脚本", "附件", "自动动作", "多媒体"
_ACTIONS = {
    "/JavaScript": SCRIPT, "/Rendition": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA,
    "/GoTo3DView": MEDIA, "/RichMediaExecute": MEDIA, "/Launch": ACTION, "/GoToE": ACTION,
    "/GoToR": ACTION, "/GoToDp": ACTION, "/SubmitForm": ACTION, "/ImportData": ACTION,
    "/ResetForm": ACTION, "/Hide": ACTION, "/SetOCGState": ACTION, "/Trans": ACTION,
}  # fmt: skip
_KEYS = {
    "/JS": SCRIPT, "/JavaScript": SCRIPT, "/XFA": SCRIPT, "/AA": ACTION,
    "/EmbeddedFiles": ATTACHMENT, "/EF": ATTACHMENT, "/AF": ATTACHMENT, "/Collection": ATTACHMENT,
    "/RichMediaContent": MEDIA, "/3DD": MEDIA, "/Renditions": MEDIA,
}  # fmt: skip
_PARTS = {
    "/FileAttachment": ATTACHMENT, "/RichMedia": MEDIA, "/3D": MEDIA, "/Movie": MEDIA,
    "/Sound": MEDIA, "/Screen": MEDIA,
}  # fmt: skip
_DEEPEST = 100  # direct objects inside direct objects


def inflates_beyond(document: pikepdf.Pdf, limit: int) -> bool:
    """Whether all streams together unpack to more than `limit` bytes, or one is packed twice.

    Unpacked piece by piece and thrown away: a bomb costs time up to the limit, never memory.
    """
    for thing in document.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        named: Any = thing.stream_dict.get("/Filter", [])
        filters = [str(name) for name in (named if isinstance(named, pikepdf.Array) else [named])]
        packed = [name for name in filters if name in _PACKERS]
        if len(packed) > 1:
            return True
        if filters[:1] == ["/FlateDecode"]:
            limit -= _inflated(thing.read_raw_bytes(), limit)
        if limit < 0:
            return True
    return False


def _inflated(packed: bytes, limit: int) -> int:
    """The unpacked size, counted up to a little over the limit."""
    unpacker, size = zlib.decompressobj(), 0
    try:
        while packed and size <= limit:
            size += len(unpacker.decompress(packed, _STEP))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        pass  # a damaged stream shows nothing; qpdf judges it
    return size


def disarm(document: pikepdf.Pdf) -> list[str]:
    """Remove active content from the open document; the words for what was found, sorted."""
    found: set[str] = set()
    for thing in document.objects:
        for dictionary in _dictionaries(thing):
            found |= _clean(dictionary)
    start = document.Root.get("/OpenAction")
    if isinstance(start, pikepdf.Dictionary) and str(start.get("/S", "")) != "/GoTo":
        del document.Root["/OpenAction"]  # whatever was in it is inert already
        found.add(ACTION)
    for page in document.pages:
        found |= _drop_annotations(page)
    return sorted(found)


def _dictionaries(thing: Any, depth: int = 0) -> Iterator[Any]:
    """Every dictionary of one indirect object, without following references to others."""
    if depth > _DEEPEST:
        raise ValueError("objects nested too deep")
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if isinstance(thing, pikepdf.Dictionary):
        yield thing
        children = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, (pikepdf.Dictionary, pikepdf.Array)) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _clean(dictionary: Any) -> set[str]:
    """Empty an action that acts by itself; none of these names is a standard structure type."""
    found = set()
    kind = dictionary.get("/S")
    if isinstance(kind, pikepdf.Name) and str(kind) in _ACTIONS:
        found.add(_ACTIONS[str(kind)])
        for key in list(dictionary.keys()):
            if key != "/Next":
                del dictionary[key]
    for key, word in _KEYS.items():
        if key in dictionary:
            del dictionary[key]
            found.add(word)
    return found


def _drop_annotations(page: Any) -> set[str]:
    marks = page.get("/Annots")
    if not isinstance(marks, pikepdf.Array):
        return set()
    found, kept = set(), []
    for mark in marks:
        subtype = str(mark.get("/Subtype", "")) if isinstance(mark, pikepdf.Dictionary) else ""
        if subtype in _PARTS:
            found.add(_PARTS[subtype])
        else:
            kept.append(mark)
    if found:
        page.obj["/Annots"] = pikepdf.Array(kept)
    return found
