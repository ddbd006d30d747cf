"""Cases for machines: hand in, follow, and the moves a department's own system fills back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Header, Router, Schema, Status, UploadedFile

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions, queries
from yizhan.domain.cases.models import Case
from yizhan.domain.catalogue import queries as catalogue
from yizhan.domain.files import actions as files
from yizhan.domain.people import actions as people
from yizhan.domain.people.models import LegalPerson, Person
from yizhan.web.gateway.tokens import Token

router = Router(auth=Token(), tags=["办件"])
MOVES: dict[str, Callable[..., Case]] = {"receive": actions.receive, "accept": actions.accept}


class Applicant(Schema):
    """A natural person by document, or (with `uscc`) a legal person."""

    name: str = Field(max_length=120)
    id_kind: str = "111"
    id_number: str = ""
    uscc: str = ""
    phone: str = ""


class MaterialIn(Schema):
    """One material: files that were uploaded before, or another source that the rules allow."""

    key: str
    source: str = "upload"
    file_ids: list[UUID] = []
    receipt: dict[str, str] = {}


class SubmissionIn(Schema):
    """What an applicant handed in."""

    item: str = Field(description="事项短码")
    applicant: Applicant
    answers: dict[str, str | list[str]] = {}
    data: dict[str, Any] = {}
    materials: list[MaterialIn] = []
    delivery: dict[str, str] = {}
    place: str = ""
    started_at: datetime | None = None
    physical_trip: bool = False


class FileOut(Schema):
    """A file that was checked and kept."""

    id: UUID
    media_type: str
    pages: int


class CaseOut(Schema):
    """Where a case stands."""

    number: str
    query_code: str
    state: str
    state_label: str
    title: str
    due_at: datetime | None
    due_clock: str

    @staticmethod
    def resolve_due_at(case: Any) -> datetime | None:
        """Local time, whether the case was just made or read again."""
        return timezone.localtime(case.due_at) if case.due_at else None


class LineOut(Schema):
    """One event of a case."""

    at: datetime
    label: str
    state: str


class ClockOut(Schema):
    """One clock and the sentence that derives its deadline."""

    label: str
    due_at: datetime | None
    sentence: str
    running: bool


class DetailOut(CaseOut):
    """A case with its clocks and events."""

    clocks: list[ClockOut]
    timeline: list[LineOut]


class RowOut(Schema):
    """One line of a worklist."""

    number: str
    title: str
    subject_name: str
    state_label: str
    due_at: datetime | None
    light: str
    reason: str
    unit: str


class PageOut(Schema):
    """A page of a worklist; `next` is the mark of the page after it."""

    rows: list[RowOut]
    next: str


@router.post("/", response={201: CaseOut}, summary="提交申请（幂等）")
def submit(
    request: HttpRequest,
    body: SubmissionIn,
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)],
) -> Status:
    """Hand in an application. The same Idempotency-Key with the same content is one case."""
    version = catalogue.applicable(settings.REGION, body.item)
    if version is None:
        raise Refused("没有这个事项，请先查询事项短码。", field="item")
    now = timezone.now()
    person, legal_person = _applicant(body.applicant, request.auth, now)
    materials = [actions.SubmittedMaterial(**material.dict()) for material in body.materials]
    submission = actions.Submission(
        version=version, answers=body.answers, data=body.data, provenance={}, person=person,
        legal_person=legal_person, agent=None, materials=materials, channel="api",
        place=body.place, started_at=body.started_at or now, physical_trip=body.physical_trip,
        idempotency_key=key, delivery=body.delivery, phone=body.applicant.phone,
    )  # fmt: skip
    return Status(201, actions.submit(submission, by=request.auth, at=now))


@router.post("/files/", response={201: FileOut}, summary="上传材料文件")
def upload(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> Status:
    """Check and keep one picture or PDF; name it by its id in a submission."""
    kept = files.store_upload(
        region=settings.REGION, name=file.name or "", stream=file.file, by=request.auth,
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, kept)


@router.get("/", response=PageOut, summary="待办列表，每页50条")
def worklist(request: HttpRequest, tab: str = "due", page: str = "") -> HttpResponse:
    """What waits for the caller's unit, due first."""
    listed = queries.worklist(request.auth, tab=tab, page=page, at=timezone.now())
    return _json({"rows": [_shown(row, RowOut) for row in listed.rows], "next": listed.next})


@router.get("/{number}/", response=DetailOut, summary="一个办件")
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """A case the caller may see, with its clocks and events."""
    case = _visible(request, number)
    facts = {name: getattr(case, name) for name in CaseOut.model_fields}
    clocks = queries.clock_sentences(case, at=timezone.now())
    events = queries.timeline(case, with_papers=False)
    return _json(
        facts
        | {
            "due_at": CaseOut.resolve_due_at(case),
            "clocks": [_shown(clock, ClockOut) for clock in clocks],
            "timeline": [_shown(event, LineOut) for event in events],
        }
    )


@router.post("/{number}/{move}/", response=CaseOut, summary="回填：收件、受理")
def take(request: HttpRequest, number: str, move: str) -> Case:
    """Take a move of the statutory flow as the caller."""
    if move not in MOVES:
        raise Http404
    case = _visible(request, number)
    return MOVES[move](case.pk, by=request.auth, at=timezone.now())


def _shown(row: object, shape: type[Schema]) -> dict[str, Any]:
    """The documented fields of a row of our own."""
    return {name: getattr(row, name) for name in shape.model_fields}


def _json(answer: dict[str, Any]) -> HttpResponse:
    """What we made ourselves needs no check on its way out: it cost more than reading the rows."""
    text = msgspec.json.encode(answer)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _visible(request: HttpRequest, number: str) -> Case:
    case = queries.find(request.auth, number)
    if case is None:
        raise Http404
    return case


def _applicant(given: Applicant, by: Any, at: datetime) -> tuple[Person | None, LegalPerson | None]:
    if given.uscc:
        legal = people.find_or_create_legal_person(
            region=settings.REGION, uscc=given.uscc, name=given.name, by=by, at=at
        )
        return None, legal
    if not given.id_number:
        raise Refused("申请人要有证件号码或统一社会信用代码。", field="applicant")
    person = people.find_or_create_person(
        region=settings.REGION, id_kind=given.id_kind, id_number=given.id_number, name=given.name,
        by=by, at=at, phone=given.phone,
    )  # fmt: skip
    return person, None
