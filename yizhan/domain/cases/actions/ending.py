"""From the decision to the file: sent, delivered, archived; withdrawn, terminated, revoked.

Law: 行政许可法 44 (ten working days to hand out the result), 69 (revocation).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core.flow import Refused
from yizhan.domain.cases.actions import _desk as desk
from yizhan.domain.cases.actions import _letters as letters
from yizhan.domain.cases.choices import (
    CommitmentState,
    DeliveryMode,
    DeliveryState,
    TouchpointKind,
)
from yizhan.domain.cases.models import Case, Delivery
from yizhan.domain.cases.rules import whole_reason

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def send_result(
    case_id: uuid.UUID | str,
    *,
    mode: str,
    receiver: str,
    address: str = "",
    tracking: str = "",
    by: Account,
    at: datetime,
) -> Case:
    """Lay the result out at the window, post it, or deliver it electronically (art. 44).

    The window or the unit. DELIVERY goes on until it has arrived; electronic delivery arrives at
    once and closes the case.
    """
    return _send(
        case_id, "send_result", mode=mode, receiver=receiver, address=address, tracking=tracking,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def resend_result(
    case_id: uuid.UUID | str,
    *,
    mode: str,
    receiver: str,
    address: str = "",
    tracking: str = "",
    by: Account,
    at: datetime,
) -> Case:
    """After a parcel came back: send it again, another way if wanted. As sending."""
    return _send(
        case_id, "resend_result", mode=mode, receiver=receiver, address=address,
        tracking=tracking, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def confirm_delivery(case_id: uuid.UUID | str, *, proof: str, by: Account, at: datetime) -> Case:
    """The result has arrived, with the proof of it; the case is closed. Stops DELIVERY."""
    case = desk.open_case(case_id)
    shown = whole_reason(proof, what="送达凭证", field="proof")
    facts = desk.facts_of(case, by, "delivery")
    desk.take(case, "confirm_delivery", by=by, at=at, facts=facts)
    _handed(case, facts.delivery, shown, by=by, at=at)
    desk.tell(case, "delivered", at=at)
    return case


@transaction.atomic
def delivery_returned(
    case_id: uuid.UUID | str, *, reason: str, by: Account | None, at: datetime
) -> Case:
    """The parcel came back: told to the applicant; DELIVERY goes on until it is sent again."""
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "delivery")
    if facts.delivery is None or facts.delivery.state != DeliveryState.ON_WAY:
        raise Refused("现在没有寄送中的邮件，不能登记退回。")
    why = whole_reason(reason, what="退回原因")
    desk.take(case, "delivery_returned", by=by, at=at, facts=facts, note=why)
    facts.delivery.state, facts.delivery.proof = DeliveryState.RETURNED, why[:200]
    facts.delivery.save(update_fields=["state", "proof"])
    desk.tell(case, "returned", at=at, what=why)
    return case


@transaction.atomic
def archive(case_id: uuid.UUID | str, *, by: Account, at: datetime) -> Case:
    """Close the file for good. The window or the unit, once no promise is left to verify."""
    case = desk.open_case(case_id)
    desk.take(case, "archive", by=by, at=at, facts=desk.facts_of(case, by, "commitments"))
    return case


@transaction.atomic
def withdraw(case_id: uuid.UUID | str, *, by: Account, at: datetime, reason: str = "") -> Case:
    """Take the application back before the decision. The applicant, or the window for him.

    Stops every clock; open commitments end. A new application may be made at any time.
    """
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by)
    desk.take(case, "withdraw", by=by, at=at, facts=facts, note=reason.strip())
    _drop_commitments(case, at=at)
    desk.tell(case, "withdrawn", at=at)
    return case


@transaction.atomic
def terminate(case_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Case:
    """End a case that cannot be decided any more (the applicant died, the object is gone).

    A handler or approver of the unit, with the reason. Stops every clock.
    """
    case = desk.open_case(case_id)
    case.reason = whole_reason(reason)
    facts = desk.facts_of(case, by)
    desk.take(case, "terminate", by=by, at=at, facts=facts, note=case.reason)
    _drop_commitments(case, at=at)
    desk.tell(case, "terminated", at=at, what=f"{case.reason.rstrip('。')}。")
    return case


@transaction.atomic
def revoke(case_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime) -> Case:
    """Revoke a decision that rests on a promise which was not kept, in writing (art. 69).

    The approver of the unit. Stops every clock.
    """
    case = desk.open_case(case_id)
    case.reason = whole_reason(reason)
    facts = desk.facts_of(case, by, "commitments")
    desk.take(case, "revoke", by=by, at=at, facts=facts, note=case.reason)
    letters.revoked(case, by=by, at=at)
    desk.tell(case, "revoked", at=at)
    return case


def _send(
    case_id: uuid.UUID | str,
    move: str,
    *,
    mode: str,
    receiver: str,
    address: str,
    tracking: str,
    by: Account,
    at: datetime,
) -> Case:
    if mode not in DeliveryMode.values:
        raise Refused("请选择送达方式。", field="mode")
    if mode == DeliveryMode.POST and not (address.strip() and tracking.strip()):
        raise Refused("邮寄需要填写收件地址和物流单号。", field="address")
    case = desk.open_case(case_id)
    facts = desk.facts_of(case, by, "delivery")
    desk.take(case, move, by=by, at=at, facts=facts, data={"mode": mode})
    state = DeliveryState.ON_WAY if mode == DeliveryMode.POST else DeliveryState.READY
    row = Delivery.objects.create(
        region=case.region, case=case, mode=mode, state=state, address=address.strip()[:200],
        receiver=(receiver.strip() or case.subject_name)[:60], tracking=tracking.strip()[:40],
        created_at=at,
    )  # fmt: skip
    if mode == DeliveryMode.ELECTRONIC:
        desk.take(case, "confirm_delivery", by=by, at=at, facts=desk.facts_of(case, by))
        _handed(case, row, "电子送达，进入申请人的网上大厅账户", by=by, at=at)
        desk.tell(case, "electronic", at=at)
    elif mode == DeliveryMode.POST:
        desk.tell(case, "posted", at=at, tracking=row.tracking)
    else:
        desk.tell(case, "ready", at=at)
    return case


def _handed(
    case: Case, row: Delivery | None, proof: str, *, by: Account | None, at: datetime
) -> None:
    if row is None:
        return
    row.state, row.proof, row.handed_at = DeliveryState.HANDED, proof[:200], at
    row.save(update_fields=["state", "proof", "handed_at"])
    kinds = {
        DeliveryMode.WINDOW: (TouchpointKind.PICKUP, "window", True),
        DeliveryMode.POST: (TouchpointKind.PARCEL, "post", False),
        DeliveryMode.ELECTRONIC: (TouchpointKind.SESSION, "portal", False),
    }
    kind, channel, trip = kinds[DeliveryMode(row.mode)]
    desk.touch(case, kind, by=by, at=at, channel=channel, trip=trip)


def _drop_commitments(case: Case, *, at: datetime) -> None:
    case.commitments.filter(state=CommitmentState.OPEN).update(
        state=CommitmentState.WITHDRAWN, settled_at=at
    )
