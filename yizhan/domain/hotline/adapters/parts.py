"""A long SMS comes in parts, in any order: what belongs together and what the whole says.

3GPP TS 23.040 §9.2.3.24: the user data header names reference, total and number of a part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 255


@dataclass(frozen=True, slots=True)
class Part:
    """One short message; a whole one is part 1 of 1."""

    text: str
    reference: int = 0
    total: int = 1
    number: int = 1

    @property
    def alone(self) -> bool:
        """Nothing to wait for."""
        return self.total <= 1 or not 1 <= self.number <= self.total <= MOST


def read(data: bytes, coding: int, *, with_header: bool) -> Part:
    """A part from user data. Codings: 8 = UCS-2, 3 = Latin-1, others ASCII as SMSCs send it.

    Never raises: a header that lies leaves a message that stands alone.
    """
    header, body = b"", data
    if with_header and data and data[0] < len(data):
        header, body = data[1 : data[0] + 1], data[data[0] + 1 :]
    text = decode(body, coding)
    reference, total, number = _concatenation(header)
    return Part(text, reference, total, number)


def decode(body: bytes, coding: int) -> str:
    """The text; half a UCS-2 character at the end is dropped."""
    if coding == 8:
        return body[: len(body) // 2 * 2].decode("utf-16-be", "replace")
    return body.decode("latin-1" if coding == 3 else "utf-8", "replace")


def whole(parts: Mapping[int, str], total: int) -> str:
    """The text in order; what never came is said in its place."""
    return "".join(parts.get(n, f"〔第{n}条短信没有收到〕") for n in range(1, total + 1))


def _concatenation(header: bytes) -> tuple[int, int, int]:
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0x00 and len(value) == 3:
            return value[0], value[1], value[2]
        if kind == 0x08 and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
        at += 2 + length
    return 0, 1, 1
