"""Review steps: copied from the version at acceptance, walked in order, equal ones together."""

from __future__ import annotations

from datetime import datetime

import msgspec

from yizhan.core.numbers import uuid7
from yizhan.domain.cases.choices import StepState
from yizhan.domain.cases.models import Case, CaseStep
from yizhan.domain.catalogue.shapes import Step
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.choices import Function

PLAIN = Step(key="review", name="审查", order=1, function=Function.HANDLER)


def open_steps(case: Case, *, at: datetime) -> list[CaseStep]:
    """The steps of a case's own version; those of the first order open at once.

    An item without steps is examined by one handler. A co-unit is named by its code; a code that
    is not (or no longer) known falls to the competent unit, so that no case is stuck.
    """
    shapes = msgspec.convert(case.version.steps, list[Step]) or [PLAIN]
    codes = {shape.organisation for shape in shapes if shape.organisation}
    units = dict(
        Organisation.objects.filter(region=case.region, code__in=codes).values_list("code", "pk")
    )
    first = min(shape.order for shape in shapes)
    rows = [
        CaseStep(
            id=uuid7(), region=case.region, case=case, key=shape.key, name=shape.name,
            order=shape.order, function=shape.function or Function.HANDLER,
            organisation_id=units.get(shape.organisation, case.organisation_id), days=shape.days,
            state=StepState.OPEN if shape.order == first else StepState.WAITING,
            opened_at=at if shape.order == first else None,
        )
        for shape in shapes
    ]  # fmt: skip
    return CaseStep.objects.bulk_create(rows)
