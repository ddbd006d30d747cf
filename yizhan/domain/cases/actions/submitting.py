"""Submission: from a filled form to a case, in one statement, once however often it is sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from yizhan.core import crypto, tracked
from yizhan.core.flow import Refused
from yizhan.core.numbers import phone_number, query_code, uuid7
from yizhan.core.rows import insert_together
from yizhan.core.worktime import Calendar
from yizhan.domain.cases import flow, texts
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions._materials import SubmittedMaterial, material_rows
from yizhan.domain.cases.choices import Channel, ClockName, State
from yizhan.domain.cases.models import Affair, Case, Touchpoint
from yizhan.domain.cases.queries import applicant_facts
from yizhan.domain.cases.rules import intake, terms
from yizhan.domain.catalogue import rules as catalogue
from yizhan.domain.catalogue.choices import ItemState, ProjectType, VersionState
from yizhan.domain.notices import actions as notices
from yizhan.domain.office import queries as office
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import AccountKind

if TYPE_CHECKING:
    from yizhan.domain.catalogue.models import ItemVersion
    from yizhan.domain.people.models import Account, LegalPerson, Person

RETRIES = 5


@dataclass(frozen=True)
class Submission:
    """What an applicant hands in. `idempotency_key`: the form's nonce or the client's key."""

    version: ItemVersion
    answers: dict[str, Any]
    data: dict[str, Any]
    provenance: dict[str, str]
    person: Person | None
    legal_person: LegalPerson | None
    agent: Person | None
    materials: list[SubmittedMaterial]
    channel: str
    place: str
    started_at: datetime
    physical_trip: bool
    idempotency_key: str
    delivery: dict[str, Any] = field(default_factory=dict)
    phone: str = ""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A submission that passed the rules."""

    key: str
    digest: str
    data: dict[str, Any]
    provenance: dict[str, str]
    phone: str
    calendar: Calendar


def submit(submission: Submission, *, by: Account | None, at: datetime) -> Case:
    """Make affair, case, clocks, trail, touchpoint, materials and message of an application.

    Anyone who may apply. One statement in one transaction of its own (a savepoint inside an outer
    one), so that the same key twice, even at once, is one case: the same content gives that case
    back, another content is refused. Clocks: NOTICE (行政许可法 art. 32 (4)) and CHECK start.
    Raises Refused, with the field where there is one.
    """
    ready = _prepare(submission, by=by, at=at)
    region = submission.version.region
    for _ in range(RETRIES):
        serial, known, digest = _look(region, ready.key)
        if known is not None:
            return _replayed(known, digest, ready)
        case, rows = _rows(submission, ready, serial, by=by, at=at)
        try:
            with transaction.atomic():
                insert_together(rows)
        except IntegrityError as error:
            if not _collided(error):
                raise
        else:
            return case
    raise Refused("系统繁忙，没有提交成功，您填写的内容还在，请再点一次“提交”。")


def _open_for(version: ItemVersion) -> None:
    """Raises Refused when the version can no longer be applied under."""
    item = version.item
    if item.state == ItemState.WITHDRAWN:
        raise Refused(
            "这个事项已经取消办理，不能再提交。您填写的内容还在，可以打印或删除。", field="version"
        )
    if item.state != ItemState.OPEN:
        raise Refused(
            "这个事项现在暂停办理，恢复后可以继续提交，您填写的内容会一直保留。", field="version"
        )
    if version.state != VersionState.PUBLISHED or item.current_id != version.pk:
        raise Refused(
            "您填写期间，这个事项的要求更新了，请换到新要求继续填写，已填的内容会带过去。",
            field="version",
        )


def _prepare(s: Submission, *, by: Account | None, at: datetime) -> _Prepared:
    _open_for(s.version)
    intake.one_subject(s.person, s.legal_person)
    _may_apply(s, by)
    if not 1 <= len(s.idempotency_key) <= 64:
        raise Refused("提交凭据不对，请刷新页面后重新提交。")
    phone = phone_number(s.phone) if s.phone else ""
    missing = catalogue.missing_answers(s.version, s.answers)
    for key, sentence in missing.items():
        raise Refused(sentence, field=key)
    known = applicant_facts(s.person, s.legal_person, s.agent)
    data, provenance = catalogue.clean_form(s.version, s.answers, s.data, known)
    calendar = office.calendar(s.version.region)
    wrong = catalogue.validate_form(s.version, s.answers, data, today=calendar.day(at))
    intake.right_form(s.version.fields, wrong)
    subject = s.person or s.legal_person
    digest = intake.digest({
        "by": by.pk if by else "", "version": s.version.pk, "answers": s.answers, "data": data,
        "subject": subject.pk if subject else "", "agent": s.agent.pk if s.agent else "",
        "channel": s.channel, "delivery": s.delivery, "phone": phone,
        "materials": sorted((m.key, m.source, [str(f) for f in m.file_ids]) for m in s.materials),
    })  # fmt: skip
    key = f"{by.pk.hex if by else 'system'}:{s.idempotency_key}"
    return _Prepared(key, digest, data, provenance, phone, calendar)


def _may_apply(s: Submission, by: Account | None) -> None:
    """A citizen applies for himself or for a legal person he represents; staff take in anybody."""
    if by is None or by.kind != AccountKind.CITIZEN:
        return
    own = people.person_of(by)
    if own is None:
        raise Refused("请先完成实名登记，再提交申请。", field="subject")
    if s.legal_person is None:
        mine = s.person is not None and s.person.pk == own.pk
    else:
        acts = s.agent is not None and s.agent.pk == own.pk
        mine = acts and people.represented_by(own).filter(pk=s.legal_person.pk).exists()
    if not mine:
        raise Refused("只能以本人或者您所代表单位的名义申请。", field="subject")


def _look(region: str, key: str) -> tuple[int, uuid.UUID | None, str]:
    """The next serial number, and the case that this key has already made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('cases_number'), c.id, c.request_digest FROM (SELECT 1) AS one "
            "LEFT JOIN cases_case AS c ON c.region = %s AND c.idempotency_key = %s",
            [region, key],
        )
        return cursor.fetchone()


def _replayed(known: uuid.UUID, digest: str, ready: _Prepared) -> Case:
    if digest != ready.digest:
        raise Refused(
            "这份申请已经提交过，内容与这次不同。如需修改，请在“我的办件”中撤回后重新申请。"
        )
    return Case.objects.select_related("item", "version", "organisation", "affair").get(pk=known)


def _rows(
    s: Submission, ready: _Prepared, serial: int, *, by: Account | None, at: datetime
) -> tuple[Case, list[Any]]:
    """The case and every row that is born with it, unsaved."""
    affair, case = _case(s, ready, serial, at=at)
    entry = tracked.line(
        case, "submit", to_state=flow.CASE.check("submit", state=State.DRAFT).target, by=by, at=at,
        channel=s.channel, behalf_of=_behalf(s, by), data={"version": str(s.version.pk)},
    )  # fmt: skip
    clocks = [
        tracked.start(case, ClockName.CHECK, terms.CHECK, at=at, calendar=ready.calendar),
        tracked.start(case, ClockName.NOTICE, terms.NOTICE, at=at, calendar=ready.calendar),
    ]
    tracked.nearest(case, clocks)
    touchpoint = Touchpoint(
        region=case.region, affair=affair, case=case, channel=s.channel,
        kind=intake.KINDS[Channel(s.channel)], actor=by, place=s.place[:120],
        started_at=min(s.started_at, at), ended_at=at, physical_trip=s.physical_trip,
    )  # fmt: skip
    rows = [affair, case, entry, *clocks, touchpoint, *material_rows(case, s, by=by, at=at)]
    if ready.phone:
        rows.append(_message(case, s, ready, at=at))
    return case, rows


def _case(s: Submission, ready: _Prepared, serial: int, *, at: datetime) -> tuple[Affair, Case]:
    version, item = s.version, s.version.item
    day = ready.calendar.day(at)
    subject = s.person or s.legal_person
    situation = catalogue.situation_of(version, s.answers)
    affair = Affair(
        region=version.region, number=intake.affair_number(version.region, day, serial),
        title=version.name, person=s.person, legal_person=s.legal_person, agent=s.agent,
        opened_at=at,
    )  # fmt: skip
    key = uuid7()
    place = desk.contact_place(Case(id=key))
    case = Case(
        id=key, region=version.region, affair=affair, item=item, version=version,
        organisation_id=item.organisation_id, situation=situation.code if situation else "",
        number=intake.case_number(item.task_code, item.slug, day, serial),
        query_code=query_code(), person=s.person, legal_person=s.legal_person,
        subject_name=str(subject), title=version.name, channel=s.channel, state=State.DRAFT,
        instant=version.project_type == ProjectType.INSTANT, answers=s.answers, data=ready.data,
        provenance=ready.provenance, idempotency_key=ready.key, request_digest=ready.digest,
        submitted_at=at, delivery=s.delivery,
        contact_sealed=crypto.seal(ready.phone, bound=place) if ready.phone else None,
    )  # fmt: skip
    return affair, case


def _message(case: Case, s: Submission, ready: _Prepared, *, at: datetime) -> Any:
    text = texts.text(
        "submitted", title=case.title, number=case.number, code=case.query_code, until=case.due_at
    )
    return notices.build(
        region=case.region, person=s.agent or s.person, address=ready.phone,
        template="case.submitted", text=text, subject=case.number,
        key=desk.notice_key(case, "submitted"), at=at,
    )  # fmt: skip


def _behalf(s: Submission, by: Account | None) -> uuid.UUID | None:
    subject = s.person or s.legal_person
    if subject is None or (by is not None and by.person_id == subject.pk):
        return None
    return subject.pk


def _collided(error: IntegrityError) -> bool:
    """Whether only a key or a random code met its double: look again, or draw again."""
    diag = getattr(error.__cause__, "diag", None)
    name = getattr(diag, "constraint_name", "")
    return name in ("case_idempotency", "case_query_code", "case_number", "affair_number")
