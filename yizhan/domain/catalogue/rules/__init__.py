"""The rules of the catalogue: forms, conditions, checklist, publish check, differences.

They look only at the version they are given and write nothing.
"""

from yizhan.domain.catalogue.rules.checklist import (
    ChecklistLine,
    checklist,
    missing_answers,
    situation_of,
    value,
    visible_questions,
)
from yizhan.domain.catalogue.rules.difference import Change, difference
from yizhan.domain.catalogue.rules.forms import (
    clean_form,
    fields_of,
    prefilled,
    schema,
    source_words,
    validate_form,
    visible_fields,
)
from yizhan.domain.catalogue.rules.publish import Problem, publish_problems

__all__ = [
    "Change",
    "ChecklistLine",
    "Problem",
    "checklist",
    "clean_form",
    "difference",
    "fields_of",
    "missing_answers",
    "prefilled",
    "publish_problems",
    "schema",
    "situation_of",
    "source_words",
    "validate_form",
    "value",
    "visible_fields",
    "visible_questions",
]
