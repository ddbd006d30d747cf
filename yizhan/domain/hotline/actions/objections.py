"""退单异议: one objection per order, ruled once and for all. 66号（五）; 参照安阳市政务服务条例."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.actions.dispatching import assign, leave
from yizhan.domain.hotline.choices import PartState, Role, RuleSource, Ruling
from yizhan.domain.hotline.models import DispatchRule, Objection, Order
from yizhan.domain.hotline.rules import whole

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account


@transaction.atomic
def raise_objection(
    order_id: uuid.UUID | str,
    *,
    reason: str,
    clause: str,
    by: Account,
    at: datetime,
    proposed: Organisation | None = None,
) -> Objection:
    """Say that this is another unit's duty: with the clause, and the unit it belongs to.

    The lead unit, once per order and within its hours; never against a ruling. RULING runs; the
    unit's own clocks go on, so that objecting gains no time.
    """
    order = desk.open_order(order_id)
    why = whole(reason, what="退单理由", field="reason")
    law = whole(clause, what="依据的条款（三定方案、法规的条目）", field="clause")
    if proposed is not None and proposed.pk == order.lead_id:
        raise Refused("建议单位不能是本单位。", field="proposed")
    facts = queries.facts(order, by=by, at=at)
    desk.take(
        order, "raise_objection", by=by, at=at, facts=facts, note=why,
        data={"clause": law, "proposed": str(proposed.pk) if proposed else ""},
    )  # fmt: skip
    return Objection.objects.create(
        region=order.region, order=order, organisation=desk.lead_of(order), reason=why,
        clause=law[:200],
        proposed=proposed, asked_by=by, asked_at=at,
    )  # fmt: skip


@transaction.atomic
def uphold_objection(
    order_id: uuid.UUID | str,
    *,
    lead: Organisation,
    reason: str,
    by: Account,
    at: datetime,
    pushed_down: str = "",
    learn: bool = True,
) -> Order:
    """The objection is right: the order goes to the unit named here, which may not return it.

    Another dispatcher than the one who dispatched, or the supervisor. The catalogue learns the
    ruling for this topic, unless `learn` says that it was one case only.
    """
    order, objection = _ruled(order_id)
    why = whole(reason, what="裁定理由", field="reason")
    if lead.pk == order.lead_id:
        raise Refused("异议成立就不能再派给原单位，请选择应当办理的单位。", field="lead")
    desk.take(order, "uphold_objection", by=by, at=at, note=why, data={"lead": str(lead.pk)})
    leave(order, at=at)
    if learn and order.topic:
        _learn(order, lead, by=by, at=at)
    assign(order, lead, by=by, at=at, pushed_down=pushed_down, note=why, ruled=True)
    _write(objection, Ruling.UPHELD, lead, why, by=by, at=at)
    return order


@transaction.atomic
def dismiss_objection(
    order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime
) -> Order:
    """The objection is wrong: the unit handles the order; this is final. Who may rule."""
    order, objection = _ruled(order_id)
    why = whole(reason, what="裁定理由", field="reason")
    desk.take(order, "dismiss_objection", by=by, at=at, note=why)
    order.ordered = True
    order.save(update_fields=["ordered"])
    order.parts.filter(role=Role.LEAD, ended_at=None).update(state=PartState.SIGNED, signed_at=at)
    _write(objection, Ruling.DISMISSED, order.lead, why, by=by, at=at)
    desk.tell_unit(
        order, f"工单{order.number}的退单异议不成立，请在期限内办理。", key="dismissed", at=at
    )
    return order


def _ruled(order_id: uuid.UUID | str) -> tuple[Order, Objection]:
    order = desk.open_order(order_id)
    objection = Objection.objects.filter(order=order).first()
    if objection is None:
        raise Refused("这张工单没有待审核的退单异议，请刷新页面。")
    return order, objection


def _write(
    objection: Objection,
    ruling: str,
    unit: Organisation | None,
    why: str,
    *,
    by: Account,
    at: datetime,
) -> None:
    objection.ruling, objection.ruled_for, objection.ruling_reason = ruling, unit, why
    objection.ruled_by, objection.ruled_at = by, at
    objection.save(update_fields=["ruling", "ruled_for", "ruling_reason", "ruled_by", "ruled_at"])


def _learn(order: Order, lead: Organisation, *, by: Account, at: datetime) -> None:
    """What the ruling decided for this topic: the old line ends, the new one begins."""
    line = DispatchRule.objects.filter(
        region=order.region, topic=order.topic, place="", object="", valid_to=None
    )
    if line.filter(lead=lead).exists():
        return
    known = queries.unit_for(order, at=at)
    if known is not None and known.lead.pk == lead.pk:
        return
    line.update(valid_to=at)
    DispatchRule.objects.create(
        region=order.region, topic=order.topic, lead=lead, source=RuleSource.RULING,
        learned_from=order, valid_from=at, by=by,
    )  # fmt: skip
