"""Who may take which move of a work order, and when not: a sentence that says what to do.

Separation: who dispatched does not rule on the objection; who wrote the answer does not check it;
who handled or checked it does not call back; the unit complained about does not handle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from yizhan.core.flow import Refused
from yizhan.domain.hotline.choices import Asked, PartState, Role
from yizhan.domain.office.choices import PowerLevel
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function

if TYPE_CHECKING:
    from yizhan.domain.hotline.models import Assignment, MoreTime, Objection, Order
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

HOTLINE = (Function.HOTLINE_AGENT, Function.HOTLINE_DISPATCHER)
UNIT = (Function.HANDLER, Function.APPROVER)
GRASSROOTS = (PowerLevel.TOWN, PowerLevel.VILLAGE)


@dataclass(frozen=True)
class Facts:
    """What hangs on an order, read once for a move or for all buttons of a page.

    `own`: the one who acts is the caller. `handled`: the accounts that signed, answered or checked.
    `object_until`: when the time to object ends. `at`: the moment of the move.
    """

    own: bool = False
    at: datetime | None = None
    parts: Sequence[Assignment] = ()
    objection: Objection | None = None
    extensions: Sequence[MoreTime] = ()
    extensions_most: int = 1
    object_until: datetime | None = None
    dispatched_by: UUID | None = None
    handled: frozenset[UUID] = frozenset()
    answered_by: UUID | None = None

    def helping(self) -> list[Assignment]:
        """The co-units that still work on it."""
        live = (PartState.WAITING, PartState.SIGNED)
        return [p for p in self.parts if p.role == Role.CO and p.state in live]

    def asked(self) -> MoreTime | None:
        """The request for more time that waits for an answer."""
        return next((e for e in self.extensions if e.state == Asked.ASKED), None)


def anybody(**_: Any) -> None:
    """The caller by any channel; whose words they are was settled when the message came in."""


def by_system(*, by: Account | None, **_: Any) -> None:
    """A move that follows from another."""
    if by is not None:
        raise Refused("这一步由系统自动办理，不能手工办理。")


def by_hotline(*, by: Account | None, **_: Any) -> None:
    """A seat of the hotline. Outsourced seats may take calls, not handle orders (66号三)."""
    people.needs(by, *HOTLINE)


def by_dispatcher(*, by: Account | None, **_: Any) -> None:
    """Who dispatches."""
    people.needs(by, Function.HOTLINE_DISPATCHER)


def by_dispatcher_or_system(*, by: Account | None, **_: Any) -> None:
    """The dispatcher; the system when the main order ended without an answer."""
    if by is not None:
        by_dispatcher(by=by)


def by_hotline_or_system(*, by: Account | None, **_: Any) -> None:
    """A seat, or the upper platform itself."""
    if by is not None:
        by_hotline(by=by)


def by_supervisor_or_system(*, by: Account | None, **_: Any) -> None:
    """Supervision: by the supervisor or the dispatcher, or by the clock that ran out."""
    if by is not None:
        people.needs(by, Function.SUPERVISOR, Function.HOTLINE_DISPATCHER)


def by_unit(*, subject: Order, by: Account | None, **_: Any) -> None:
    """A handler or approver of the unit that leads."""
    if subject.lead is None:
        raise Refused("这张工单还没有派单，请等热线派单后办理。")
    people.needs(by, *UNIT, organisation=subject.lead)


def may_unpark(*, subject: Order, by: Account | None, **_: Any) -> None:
    """The unit, the dispatcher who takes it back, or the planned day that has come."""
    if by is not None and not people.holds(by, Function.HOTLINE_DISPATCHER):
        by_unit(subject=subject, by=by)


def by_caller_or_hotline(*, by: Account | None, facts: Facts, **_: Any) -> None:
    """The caller himself (by account, or by number and phone), or a seat at his wish."""
    if not facts.own:
        by_hotline(by=by)


def may_merge(*, by: Account | None, into: Order | None = None, **context: Any) -> None:
    """A seat; the order it goes into is open and is not merged itself."""
    by_hotline(by=by)
    subject: Order = context["subject"]
    if into is None:
        return
    if into.pk == subject.pk:
        raise Refused("不能并入它自己，请选择另一张工单。", field="into")
    if into.state in ("closed", "merged", "calling"):
        raise Refused("要并入的主单已经答复或办结，请选择还在办理的工单。", field="into")
    if subject.confidential and not into.confidential:
        raise Refused("诉求人要求保密，不能并入没有保密的工单。", field="into")


def may_dispatch(
    *,
    subject: Order,
    by: Account | None,
    facts: Facts,
    units: Iterable[Organisation] = (),
    pushed_down: str = "",
    duty_of: Organisation | None = None,
    ruled: bool = False,
    **_: Any,
) -> None:
    """The dispatcher, or who has just `ruled`; never the unit complained about or abolished.

    `duty_of` is the unit the dispatch catalogue names: a department's duty goes to a town or
    village only with a stated reason (国办函〔2025〕66号（五）).
    """
    if not ruled:
        by_dispatcher(by=by)
    for unit in units:
        handle_it(subject, unit)
        if unit.level not in GRASSROOTS or duty_of is None or duty_of.level in GRASSROOTS:
            continue
        if len(pushed_down.strip()) < 4:
            raise Refused(
                f"派单目录把这类诉求归{duty_of.short_name}办理，应由部门办的不得分派给基层；"
                "确需由乡镇办理的，请写明理由。",
                field="pushed_down",
            )


def handle_it(order: Order, unit: Organisation) -> None:
    """Raises Refused when a unit cannot take the order: abolished, or complained about."""
    if not unit.active:
        raise Refused(f"{unit.name}已经撤销，请改派给承接它职责的单位。", field="lead")
    if order.about_unit_id is not None and order.about_unit_id == unit.pk:
        raise Refused(
            f"诉求反映的就是{unit.short_name}，被反映单位不能自己办理，请派给它的上级或监督单位。",
            field="lead",
        )


def may_object(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The unit, once per order, within its time; never after a ruling or when it is ordered."""
    by_unit(subject=subject, by=by)
    if facts.objection is not None:
        raise Refused("这张工单已经提过一次退单异议并作出裁定，裁定是终局的，请办理。")
    if facts.at and facts.object_until and facts.at > facts.object_until:
        raise Refused("提出退单异议的时间已过，请办理；确实不属于本单位的，可以请热线收回改派。")


def may_rule(*, by: Account | None, facts: Facts, **_: Any) -> None:
    """Another dispatcher than the one who dispatched, or the supervisor."""
    people.needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    if by is not None and by.pk == facts.dispatched_by:
        raise Refused("这张工单是您派的，退单异议请由另一位派单员或监督人员审核。")


def may_add_unit(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The lead unit; or the dispatcher."""
    if not people.holds(by, Function.HOTLINE_DISPATCHER):
        by_unit(subject=subject, by=by)


def may_finish_part(
    *, by: Account | None, facts: Facts, part: Assignment | None = None, **_: Any
) -> None:
    """Who works in the unit that was asked for help."""
    parts = [part] if part is not None else facts.helping()
    if not parts:
        raise Refused("现在没有请协办单位办理的事。")
    if not any(people.holds(by, *UNIT, organisation=p.organisation) for p in parts):
        people.needs(by, *UNIT, organisation=parts[0].organisation)


def may_ask_extension(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The unit, as often as the deadline template says, before the time is over."""
    by_unit(subject=subject, by=by)
    if facts.asked() is not None:
        raise Refused("已经有一个延期申请在等待批准。")
    if sum(e.state == Asked.APPROVED for e in facts.extensions) >= facts.extensions_most:
        raise Refused("延期次数已经用完，不能再延期；客观上暂不能解决的，请办理挂账。")


def may_decide_extension(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The head of the unit, never who asked."""
    asked = facts.asked()
    if subject.lead is not None:
        people.needs(by, Function.APPROVER, organisation=subject.lead)
    if asked is None:
        raise Refused("现在没有待批准的延期申请。")
    if same_person(by, asked.asked_by):
        raise Refused("延期不能由申请的人自己批准，请由本单位负责人批准。")


def may_park(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The head of the unit answers for "not now"."""
    by_unit(subject=subject, by=by)
    if subject.lead is not None:
        people.needs(by, Function.APPROVER, organisation=subject.lead)


def may_reply(*, subject: Order, by: Account | None, facts: Facts, **_: Any) -> None:
    """The lead unit, when every co-unit has said its part."""
    by_unit(subject=subject, by=by)
    waiting = facts.helping()
    if waiting:
        names = "、".join(p.organisation.short_name for p in waiting[:3])
        raise Refused(f"{names}还没有提交协办意见，收齐后再答复。")
    if facts.asked() is not None:
        raise Refused("还有一个延期申请没有答复，请先批准或不批准。")


def may_review(*, by: Account | None, facts: Facts, **_: Any) -> None:
    """The hotline, never who wrote the answer."""
    by_dispatcher(by=by)
    if by is not None and by.pk == facts.answered_by:
        raise Refused("这份答复是您写的，请由另一位审核员审核。")


def may_call_back(*, by: Account | None, facts: Facts, **_: Any) -> None:
    """Call-back staff who had no hand in it; or the caller himself by link or web."""
    if by is None or facts.own:
        return
    people.needs(by, Function.HOTLINE_CALLBACK)
    if by.pk in facts.handled:
        raise Refused("您办理或审核过这张工单，回访要由没有经办的人进行。")


def same_person(one: Account | None, other: Account | None) -> bool:
    """Whether two accounts are the same human being."""
    if one is None or other is None:
        return False
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)


def whole(text: str, *, what: str, field: str, least: int = 4) -> str:
    """A text that says something. Raises Refused beside its field."""
    said = text.strip()
    if len("".join(said.split())) < least:
        raise Refused(f"请写明{what}。", field=field)
    return said
