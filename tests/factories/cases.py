"""Cases in any state, made by the real actions.

submission(version, person=…)        # what an applicant hands in, complete
case = submitted()                   # an online case of Li
case = received() / accepted()       # further along, by the clerk of the window
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from tests import people as cast
from tests.factories import catalogue
from yizhan.core.worktime import CHINA
from yizhan.domain.cases import actions
from yizhan.domain.cases.actions import Submission, SubmittedMaterial
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue.models import ItemVersion
from yizhan.domain.files.models import StoredFile
from yizhan.domain.notices.models import Notice
from yizhan.domain.people.models import Account

AT = datetime(2026, 11, 25, 10, 0, tzinfo=CHINA)  # a Wednesday
ANSWERS = {"married": "no"}
DATA = {"phone": cast.LI_PHONE, "area": 88}


def submission(version: ItemVersion, **changes: Any) -> Submission:
    """A complete submission at the window by Li, unless changed."""
    facts: dict[str, Any] = {
        "version": version, "answers": ANSWERS, "data": DATA, "provenance": {},
        "person": None if changes.get("legal_person") else cast.li_person(), "legal_person": None,
        "agent": None, "materials": paper(version), "channel": "window",
        "place": "兰考县政务服务中心3号窗口", "started_at": AT, "physical_trip": True,
        "idempotency_key": uuid.uuid4().hex, "delivery": {"mode": "window"},
        "phone": cast.LI_PHONE,
    }  # fmt: skip
    return Submission(**(facts | changes))


def paper(version: ItemVersion, *, without: tuple[str, ...] = ()) -> list[SubmittedMaterial]:
    """Every material of the version shown at the window as an original."""
    return [
        SubmittedMaterial(key=m["key"], source="original_seen", copies=1)
        for m in version.materials
        if m["key"] not in without and not m.get("when")
    ]


def submitted(version: ItemVersion | None = None, *, at: datetime = AT, **changes: Any) -> Case:
    """A case handed in at the window."""
    version = version or catalogue.published()
    return actions.submit(submission(version, **changes), by=cast.wang(), at=at)


def received(version: ItemVersion | None = None, *, at: datetime = AT, **changes: Any) -> Case:
    """A case whose receipt is issued."""
    return actions.receive(submitted(version, at=at, **changes).pk, by=cast.wang(), at=at)


def accepted(
    version: ItemVersion | None = None,
    *,
    at: datetime = AT,
    commitments: tuple[tuple[str, str], ...] = (),
    **changes: Any,
) -> Case:
    """A case under review."""
    case = received(version, at=at, **changes)
    return actions.accept(case.pk, by=cast.wang(), at=at, commitments=commitments)


def sun(case: Case) -> Account:
    """The handler of the case's unit."""
    return cast.sun(case.organisation)


def zhao(case: Case) -> Account:
    """The approver of the case's unit."""
    return cast.zhao(case.organisation)


def running(case: Case) -> dict[str, date | None]:
    """The running clocks of a case and the local days on which they end."""
    return {
        clock.name: clock.due_at.astimezone(CHINA).date() if clock.due_at else None
        for clock in case.clocks.filter(stopped_at=None)
    }


def told(case: Case) -> list[str]:
    """The kinds of messages about a case, in order."""
    found = Notice.objects.filter(subject=case.number).order_by("created_at", "id")
    return [notice.template.removeprefix("case.") for notice in found]


def stored(owner: Account) -> StoredFile:
    """The row of an uploaded picture (no bytes)."""
    return StoredFile.objects.create(
        region=owner.region, kind="upload", name="照片.jpg", media_type="image/jpeg", size=3,
        sha256="0" * 64, owner=owner, created_at=AT,
    )  # fmt: skip
