"""The county's own topic model: trained on confirmed orders, put to use by a person alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.choices import Learns
from yizhan.domain.hotline.models import TextModel
from yizhan.domain.hotline.rules import whole
from yizhan.domain.hotline.understanding import apart
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

FEWEST = 200  # confirmed orders without which a model is no better than keywords
FEWEST_OF_TOPIC = 10  # … of one topic; rarer ones are learnt as the branch they are in


def retrain(
    *,
    region: str,
    by: Account | None,
    at: datetime,
    learns: str = Learns.TOPIC,
    examples: Iterable[tuple[str, str]] | None = None,
) -> TextModel:
    """A new version trained on confirmed orders (text without personal data, topic or nature).

    The dispatcher or the supervisor; the monthly task. It proposes nothing before a person has
    looked at its figures and made it active. A topic with few orders is learnt as its branch; the
    keywords go on to find it inside. Takes minutes, in a process of its own, so that this
    one stays small. Raises Refused where there is too little to learn from.
    """
    if by is not None:
        needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    given = list(queries.confirmed_texts(region, learns) if examples is None else examples)
    rolled = _rolled_up(given)
    often = Counter(topic for _, topic in rolled)
    kept = [(text, topic) for text, topic in rolled if often[topic] >= FEWEST_OF_TOPIC]
    topics = {topic for _, topic in kept}
    if len(kept) < FEWEST or len(topics) < 2:
        raise Refused(
            f"已确认分类、每类不少于{FEWEST_OF_TOPIC}件的工单只有{len(kept)}件，至少要{FEWEST}件、"
            "两类，才能训练。请继续确认工单的分类，暂用关键词推荐。"
        )
    try:
        content, figures = apart.fitted([text for text, _ in kept], [topic for _, topic in kept])
    except ValueError as problem:
        raise Refused(f"没有训练成功：{problem}") from problem
    figures |= _not_alone(given, rolled, topics)
    with transaction.atomic():
        rows = TextModel.objects.filter(region=region, learns=learns)
        last = rows.aggregate(last=Max("version"))["last"] or 0
        return TextModel.objects.create(
            region=region, learns=learns, version=last + 1, trained_at=at, trained_by=by,
            orders=len(kept), evaluation=figures, content=content, size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip


@transaction.atomic
def activate_model(model_id: int, *, by: Account, at: datetime, reason: str = "") -> TextModel:
    """From now on this version proposes. The dispatcher or the supervisor.

    One whose figures are worse than those of the version in use needs a reason, which is kept.
    """
    needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    model = _locked(model_id)
    if model.active:
        return model
    old = _used(model)
    if old is not None:
        was, now = old.evaluation.get("macro_f1", 0), model.evaluation.get("macro_f1", 0)
        if now < was:
            reason = whole(
                reason, what=f"启用较差的版本（宏平均F1由{was}降到{now}）的理由", field="reason"
            )
        _change(old, active=False, by=by, at=at, reason=old.reason)
    _change(model, active=True, by=by, at=at, reason=reason.strip()[:200])
    transaction.on_commit(queries.forget_models)
    return model


@transaction.atomic
def deactivate_model(model_id: int, *, by: Account, at: datetime, reason: str) -> TextModel:
    """No model proposes any more, only words that are listed. Who may: as above."""
    needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    model = _locked(model_id)
    why = whole(reason, what="停用的理由", field="reason")
    _change(model, active=False, by=by, at=at, reason=why[:200])
    transaction.on_commit(queries.forget_models)
    return model


def _rolled_up(given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rare topics as the branch above them, the second level first, then the first."""
    for dots in (2, 1):
        often = Counter(topic for _, topic in given)
        given = [
            (text, topic.rpartition(".")[0])
            if topic.count(".") == dots and often[topic] < FEWEST_OF_TOPIC
            else (text, topic)
            for text, topic in given
        ]
    return given


def _not_alone(
    given: list[tuple[str, str]], rolled: list[tuple[str, str]], topics: set[str]
) -> dict[str, list[Any]]:
    """For the figures: topics learnt as their branch, and those not learnt with their orders."""
    often = Counter(topic for _, topic in given)
    learnt = dict(zip((topic for _, topic in given), (topic for _, topic in rolled), strict=True))
    return {
        "in_branch": sorted(one for one, as_ in learnt.items() if one != as_ in topics),
        "left_out": [[one, often[one]] for one, as_ in sorted(learnt.items()) if as_ not in topics],
    }


def _used(model: TextModel) -> TextModel | None:
    rows = TextModel.objects.filter(region=model.region, learns=model.learns, active=True)
    return rows.defer("content").first()


def _locked(model_id: int) -> TextModel:
    """The row, with all versions of its county locked: at most one is in use."""
    model = TextModel.objects.defer("content").filter(pk=model_id).first()
    if model is None:
        raise Refused("没有这个模型版本，请刷新页面后再选。")
    rows = TextModel.objects.filter(region=model.region).defer("content").order_by("pk")
    return next(row for row in rows.select_for_update() if row.pk == model.pk)


def _change(model: TextModel, *, active: bool, by: Account, at: datetime, reason: str) -> None:
    model.active, model.changed_at, model.changed_by, model.reason = active, at, by, reason
    model.save(update_fields=["active", "changed_at", "changed_by", "reason"])
