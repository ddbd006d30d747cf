"""Tables of cases: case.py, review.py, papers.py."""

from yizhan.domain.cases.models.case import (
    Affair,
    Case,
    CaseClock,
    CaseEntry,
    CaseMaterial,
    Draft,
    MaterialFile,
    Touchpoint,
)
from yizhan.domain.cases.models.papers import Delivery, Document, Series
from yizhan.domain.cases.models.review import (
    CaseStep,
    Commitment,
    Correction,
    Extension,
    SpecialProcedure,
)

__all__ = [
    "Affair",
    "Case",
    "CaseClock",
    "CaseEntry",
    "CaseMaterial",
    "CaseStep",
    "Commitment",
    "Correction",
    "Delivery",
    "Document",
    "Draft",
    "Extension",
    "MaterialFile",
    "Series",
    "SpecialProcedure",
    "Touchpoint",
]
