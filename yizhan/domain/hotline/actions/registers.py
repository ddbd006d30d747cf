"""What the hotline works by is written here: catalogue, deadlines, formulas, exclusions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from yizhan.core.flow import Refused
from yizhan.domain.hotline.choices import RuleSource, State
from yizhan.domain.hotline.models import (
    DeadlineTemplate,
    DispatchRule,
    Exclusion,
    Order,
    RateFormula,
)
from yizhan.domain.hotline.rules import same_person, terms, whole
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account

KEEPERS = (Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)


@transaction.atomic
def set_rule(
    *,
    region: str,
    topic: str,
    lead: Organisation,
    by: Account | None,
    at: datetime,
    place: str = "",
    object: str = "",  # noqa: A002 - the word of the catalogue
    co_units: Sequence[Organisation] = (),
    level: str = "",
    basis: str = "",
) -> DispatchRule:
    """Write a line of the dispatch catalogue; the line it replaces ends now. Dispatcher; seed."""
    if by is not None:
        needs(by, *KEEPERS)
    if not (topic or place or object):
        raise Refused("请至少选择分类、地点、对象中的一项。", field="topic")
    if not lead.active:
        raise Refused(f"{lead.name}已经撤销，请选择在用的单位。", field="lead")
    DispatchRule.objects.filter(
        region=region, topic=topic, place=place, object=object, valid_to=None
    ).update(valid_to=at)
    rule = DispatchRule.objects.create(
        region=region, topic=topic, place=place, object=object, lead=lead, level=level,
        basis=basis[:200], source=RuleSource.CATALOGUE, valid_from=at, by=by,
    )  # fmt: skip
    rule.co_units.set(co_units)
    return rule


@transaction.atomic
def end_rule(rule_id: uuid.UUID | str, *, by: Account, at: datetime) -> DispatchRule:
    """A line of the catalogue holds no longer. The dispatcher or the supervisor."""
    needs(by, *KEEPERS)
    rule = DispatchRule.objects.select_for_update(of=("self",)).get(
        pk=rule_id, region=by.region, valid_to=None
    )
    rule.valid_to = at
    rule.save(update_fields=["valid_to"])
    return rule


@transaction.atomic
def use_preset(
    name: str, *, region: str, by: Account | None, at: datetime
) -> list[DeadlineTemplate]:
    """Take over a region's deadlines from now on (henan, beijing, guangdong).

    The supervisor; the seed. Orders keep the template of the day on which they were received.
    """
    if by is not None:
        needs(by, Function.SUPERVISOR)
    if name not in terms.PRESETS:
        raise Refused("没有这套时限模板，请从列表里选择。", field="preset")
    try:
        with transaction.atomic():
            return DeadlineTemplate.objects.bulk_create(
                [
                    DeadlineTemplate(
                        region=region, name=preset.name, level=preset.level, nature=preset.nature,
                        clocks=terms.stored(preset), extension_amount=preset.extension[0],
                        extension_unit=preset.extension[1], object_hours=preset.object_hours,
                        extension_times=preset.extension_times, basis=preset.basis, valid_from=at,
                        by=by,
                    )
                    for preset in terms.PRESETS[name]
                ]
            )  # fmt: skip
    except IntegrityError:
        raise Refused("这个时刻已经设过时限模板，请刷新页面查看。") from None


@transaction.atomic
def set_formula(
    *,
    region: str,
    contacted: int,
    solved: int,
    satisfied: int,
    basic: int,
    least: int,
    reason: str,
    by: Account | None,
    at: datetime,
) -> RateFormula:
    """A new version of the three rates' weights (thousandths), valid from now; none is edited.

    The supervisor; the seed. Any period can be counted again by any version.
    """
    if by is not None:
        needs(by, Function.SUPERVISOR)
    why = whole(reason, what="调整口径的理由", field="reason")
    if contacted + solved + satisfied != 1000 or min(contacted, solved, satisfied) < 0:
        raise Refused("三个权重加起来应当正好是100%。", field="contacted")
    if not 0 <= basic <= 1000 or not 1 <= least <= 10_000:
        raise Refused("“基本满意”折算应在0到100%之间，最小样本应在1到10000之间。", field="basic")
    last = RateFormula.objects.filter(region=region).order_by("-version").first()
    try:
        with transaction.atomic():
            return RateFormula.objects.create(
                region=region, version=(last.version if last else 0) + 1, contacted=contacted,
                solved=solved, satisfied=satisfied, basic=basic, least=least, reason=why[:200],
                valid_from=at, by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("刚刚有人改过口径，请刷新页面再改。") from None


@transaction.atomic
def ask_exclusion(
    order_id: uuid.UUID | str, *, reason: str, by: Account, at: datetime
) -> Exclusion:
    """Ask to leave an order out of the rates (an unreasonable demand). The lead unit."""
    order = Order.locked(order_id)
    why = whole(reason, what="剔除的理由（为什么诉求不合理）", field="reason", least=6)
    if order.state != State.CLOSED or order.lead is None:
        raise Refused("办结以后才能申请不计入三率。")
    needs(by, Function.HANDLER, Function.APPROVER, organisation=order.lead)
    made, fresh = Exclusion.objects.get_or_create(
        order=order,
        defaults={"region": order.region, "reason": why[:300], "asked_by": by, "asked_at": at},
    )
    if not fresh:
        raise Refused("这张工单已经申请过了。")
    return made


@transaction.atomic
def check_exclusion(
    exclusion_id: uuid.UUID | str, *, allowed: bool, by: Account, at: datetime
) -> Exclusion:
    """Allow or refuse it; counted and shown either way. The supervisor, never who asked."""
    needs(by, Function.SUPERVISOR)
    exclusion = Exclusion.objects.select_for_update(of=("self",)).get(pk=exclusion_id)
    if exclusion.allowed is not None:
        raise Refused("这个申请已经审核过了。")
    if same_person(by, exclusion.asked_by):
        raise Refused("不能审核自己提出的申请。")
    exclusion.allowed, exclusion.checked_by, exclusion.checked_at = allowed, by, at
    exclusion.save(update_fields=["allowed", "checked_by", "checked_at"])
    return exclusion
