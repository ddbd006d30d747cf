"""Whatever is done in whatever order: no order without a running clock or an end (trap T17)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import hotline, office
from tests.factories.hotline import AT
from yizhan.core import tracked
from yizhan.core.flow import Refused
from yizhan.domain.hotline import actions, flow
from yizhan.domain.hotline.actions import CoUnit, Heard
from yizhan.domain.hotline.models import Order

pytestmark = pytest.mark.django_db
STEPS = 60
HOURS = (0.2, 3, 9, 30, 80)


WHY = "按规定办理，已说明理由"
Deeds = dict[str, Callable[[Order, Any, random.Random], Any]]


def heard(chance: random.Random) -> Heard:
    return chance.choice([
        Heard("answered", solved=True, satisfied="very"), Heard("no_answer"),
        Heard("answered", solved=False, satisfied="not", words="没有解决"),
    ])  # fmt: skip


def of_hotline(unit: Any, other: Any) -> Deeds:
    """The hotline's verbs with arguments that could be right; whether they are, the rules say."""
    agent, boss, second = hotline.agent(), hotline.dispatcher(), hotline.second_dispatcher()
    caller = hotline.caller_back()
    return {
        "accept": lambda o, at, c: actions.accept(o.pk, by=agent, at=at),
        "answer_directly": lambda o, at, c: actions.answer_directly(
            o.pk, answer=WHY, by=agent, at=at),
        "hand_to_emergency": lambda o, at, c: actions.hand_to_emergency(
            o.pk, where="119", taken_by="7", by=agent, at=at),
        "confer": lambda o, at, c: actions.confer(o.pk, reason=WHY, by=boss, at=at),
        "dispatch": lambda o, at, c: actions.dispatch(
            o.pk, lead=unit, co_units=[CoUnit(other)] if c.random() < 0.3 else [], by=boss, at=at),
        "redispatch": lambda o, at, c: actions.redispatch(o.pk, reason=WHY, by=boss, at=at),
        "uphold_objection": lambda o, at, c: actions.uphold_objection(
            o.pk, lead=other, reason=WHY, by=second, at=at),
        "dismiss_objection": lambda o, at, c: actions.dismiss_objection(
            o.pk, reason=WHY, by=second, at=at),
        "return_reply": lambda o, at, c: actions.return_reply(o.pk, reason=WHY, by=boss, at=at),
        "pass_review": lambda o, at, c: actions.pass_review(o.pk, by=boss, at=at),
        "record_callback": lambda o, at, c: actions.record_callback(
            o.pk, heard=heard(c), by=caller, at=at),
        "merge": lambda o, at, c: actions.merge(
            o.pk, c.choice(list(Order.objects.order_by("pk"))).pk, by=agent, at=at),
        "unmerge": lambda o, at, c: actions.unmerge(o.pk, reason=WHY, by=boss, at=at),
        "withdraw": lambda o, at, c: actions.withdraw(o.pk, by=None, as_caller=True, at=at),
        "supervise": lambda o, at, c: actions.supervise(
            o.pk, cause="other", note=WHY, by=boss, at=at),
    }  # fmt: skip


def of_unit(unit: Any, other: Any) -> Deeds:
    """The unit's verbs, the same way."""
    handler, head = hotline.handler(unit), hotline.head(unit)

    def decide(order: Order, at: Any, verb: Callable[..., Any]) -> Any:
        asked = order.extensions.filter(state="asked").first()
        return verb(asked.pk, by=head, at=at) if asked else None

    return {
        "sign": lambda o, at, c: actions.sign(o.pk, by=handler, at=at),
        "raise_objection": lambda o, at, c: actions.raise_objection(
            o.pk, reason=WHY, clause=WHY, by=handler, at=at),
        "contact": lambda o, at, c: actions.contact(
            o.pk, reached=c.random() < 0.8, note=WHY, by=handler, at=at),
        "finish_part": lambda o, at, c: [
            actions.finish_part(o.pk, p.pk, opinion=WHY, by=hotline.handler(other), at=at)
            for p in o.parts.filter(role="co", ended_at=None)[:1]],
        "request_extension": lambda o, at, c: actions.request_extension(
            o.pk, amount=1, reason=WHY, by=handler, at=at),
        "approve_extension": lambda o, at, c: decide(o, at, actions.approve_extension),
        "decline_extension": lambda o, at, c: decide(o, at, actions.decline_extension),
        "park": lambda o, at, c: actions.park(
            o.pk, reason=WHY, plan=WHY, explained=WHY, by=head, at=at,
            until=at.date() + timedelta(days=c.randint(1, 9))),
        "unpark": lambda o, at, c: actions.unpark(o.pk, by=handler, at=at),
        "submit_reply": lambda o, at, c: hotline.replied(o, at=at),
    }  # fmt: skip


RARE = ("answer_directly", "hand_to_emergency", "withdraw", "redispatch")


@pytest.mark.parametrize("seed", range(6))
def test_no_walk_leaves_an_order_without_a_clock_or_an_end(seed: int) -> None:
    office.calendar_year(2026)
    chance, at = random.Random(seed), AT  # noqa: S311 - a walk, not a secret
    unit, other = hotline.unit(), hotline.unit("供电公司")
    known = of_hotline(unit, other) | of_unit(unit, other)
    for number in range(3):
        hotline.received(sender=f"1380000010{number}")
    taken = set()
    for _ in range(STEPS):
        at += timedelta(hours=chance.choice(HOURS))
        order = chance.choice(list(Order.objects.select_related("lead").order_by("pk")))
        able = [m for m, move in flow.ORDER.moves.items() if order.state in move.sources]
        names = [m for m in able if m in known and (m not in RARE or chance.random() < 0.1)]
        if not names:
            continue
        verb = chance.choice(names)
        try:
            known[verb](order, at, chance)
        except Refused:
            continue
        taken.add(verb)
        actions.watch(at=at)
        for one in Order.objects.all():
            running = one.clocks.filter(stopped_at=None, due_at__isnull=False)
            if one.state == "closed":
                assert (one.due_at, running.count()) == (None, 0), verb
                assert one.closing, verb
            else:
                assert running.exists(), (verb, one.state)
                assert one.due_at == min(clock.due_at for clock in running), (verb, one.state)
            assert list(tracked.broken(one)) == []
    assert len(taken) > 5
