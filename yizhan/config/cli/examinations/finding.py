"""One sentence of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Grade(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    subject: str
    grade: Grade
    sentence: str

    @classmethod
    def fine(cls, subject: str, sentence: str) -> Self:
        """Nothing to do."""
        return cls(subject, Grade.FINE, sentence)

    @classmethod
    def warning(cls, subject: str, sentence: str) -> Self:
        """Works, but somebody should know."""
        return cls(subject, Grade.WARNING, sentence)

    @classmethod
    def wrong(cls, subject: str, sentence: str) -> Self:
        """Must be mended."""
        return cls(subject, Grade.WRONG, sentence)
