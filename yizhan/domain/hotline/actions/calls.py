"""Calls: what the telephone system tells, and the calls nobody took. 66号（四）: 漏接回拨."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yizhan.core import crypto
from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries, texts
from yizhan.domain.hotline.actions import _desk as desk
from yizhan.domain.hotline.adapters.cti import CallEvent
from yizhan.domain.hotline.models import Call
from yizhan.domain.notices import actions as notices
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account


@transaction.atomic
def record_call(event: CallEvent, *, region: str) -> Call:
    """Write down one event of a call: in any order, any number of times, always the same call.

    The telephone system, by its signature. Each event sets its own moment once; a call that ends
    unanswered is missed: its mobile is told, and it stands on the list of calls to return.
    """
    call = Call.objects.select_for_update(of=("self",)).filter(
        region=region, call_id=event.call
    ).first() or _new(event, region)  # fmt: skip
    if event.number and not call.number_sealed:
        call.number_index = queries.sender_index(event.number)
        call.number_sealed = crypto.seal(event.number, bound=queries.call_place(call))
    call.line = call.line or event.line
    call.agent = event.agent or call.agent
    if event.event == "ring":
        call.rang_at = min(call.rang_at, event.at)
    elif event.event == "answer":
        call.answered_at = min(call.answered_at or event.at, event.at)
    elif event.event == "hangup":
        call.ended_at = max(call.ended_at or event.at, event.at)
    elif event.event == "recording":
        call.recording = event.recording
    call.save()
    if event.event == "hangup" and call.answered_at is None:
        _tell(call, at=event.at)
    return call


@transaction.atomic
def return_call(call_id: uuid.UUID | str, *, by: Account, at: datetime) -> Call:
    """A missed call was called back, once. A seat of the hotline."""
    needs(by, Function.HOTLINE_AGENT, Function.HOTLINE_DISPATCHER)
    call = Call.objects.select_for_update(of=("self",)).get(pk=call_id, region=by.region)
    if call.answered_at is not None or call.ended_at is None:
        raise Refused("这个来电已经接通或者还在响铃，不用回拨。")
    if call.called_back_at is None:
        call.called_back_at, call.called_back_by = at, by
        call.save(update_fields=["called_back_at", "called_back_by"])
    return call


def _new(event: CallEvent, region: str) -> Call:
    """The row of a call, made by whichever event comes first; two at once make one."""
    fresh = Call(region=region, call_id=event.call, rang_at=event.at)
    Call.objects.bulk_create([fresh], ignore_conflicts=True)
    return Call.objects.select_for_update(of=("self",)).get(region=region, call_id=event.call)


def _tell(call: Call, *, at: datetime) -> None:
    number = queries.number_of(call)
    if desk.is_mobile(number):
        notices.queue(
            region=call.region, person=None, address=number, template="hotline.missed",
            text=texts.text("missed"), key=f"hotline:missed:{call.call_id}", at=at,
        )  # fmt: skip
