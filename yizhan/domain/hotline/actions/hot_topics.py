"""Hot topics of the last thirty days: found each night, named by a person."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from yizhan.core.flow import Refused
from yizhan.domain.hotline import queries
from yizhan.domain.hotline.models import ClusterMember, Order, TopicCluster
from yizhan.domain.hotline.rules.growth import WINDOW, growth
from yizhan.domain.hotline.understanding import apart
from yizhan.domain.people.choices import Function
from yizhan.domain.people.rules import needs

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

FEWEST = 3  # voices that make a matter
HEIR = 0.5  # share of the smaller one's voices from which a group is the matter of yesterday
UNNAMED = "（要求保密的诉求）"


@dataclass(frozen=True, slots=True)
class Voice:
    """What is read of an order to compare it."""

    id: uuid.UUID
    title: str
    text: str
    place: str
    topic: str
    at: datetime
    confidential: bool


def cluster_day(*, region: str, at: datetime) -> int:
    """Group the orders of the last 30 days by what they say, where, and of what topic.

    The nightly task; no one's post. What was a hot topic yesterday stays the same one while half of
    its voices do, with its name; what has no voices left keeps its last ones and is no more
    current. Older voices stay with a topic and are not counted in `orders`. Returns how many are
    current. Raises ValueError for more than 30,000 orders.
    """
    voices = {str(one.id): one for one in _voices(region, at)}
    told = [
        (key, one.title, one.text, one.place, one.topic) for key, one in voices.items()
    ]  # fmt: skip
    groups = apart.grouped(told, FEWEST)  # outside the transaction: it takes a minute
    with transaction.atomic():
        old = _locked(region)
        members = ClusterMember.objects.filter(cluster__in=list(old))
        before: dict[str, uuid.UUID] = {
            str(order): cluster for order, cluster in members.values_list("order", "cluster")
        }
        sizes = Counter(before.values())
        free = {cluster.pk: cluster for cluster in old}
        for ids in groups:
            heir = _heir(ids, before, sizes, free)
            _write(heir, [voices[key] for key in ids], region=region, at=at)
        TopicCluster.objects.filter(pk__in=list(free)).update(current=False, alarm_at=None)
    return len(groups)


@transaction.atomic
def name_cluster(
    cluster_id: uuid.UUID | str, *, name: str, by: Account, at: datetime
) -> TopicCluster:
    """Give a hot topic its name, by which it is reported. The dispatcher or the supervisor."""
    needs(by, Function.HOTLINE_DISPATCHER, Function.SUPERVISOR)
    cluster = TopicCluster.objects.select_for_update().filter(pk=cluster_id).first()
    if cluster is None or cluster.region != by.region:
        raise Refused("没有这个热点，可能已重新归集，请刷新页面。")
    said = " ".join(name.split())
    if not 2 <= len(said) <= 60:
        raise Refused("请用2至60个字写明地点和事情，例如“胜利社区三期暖气不热”。", field="name")
    cluster.name, cluster.named_by, cluster.named_at = said, by, at
    cluster.save(update_fields=["name", "named_by", "named_at"])
    return cluster


def _voices(region: str, at: datetime) -> Iterable[Voice]:
    rows = Order.objects.filter(
        region=region, received_at__gte=at - WINDOW, received_at__lt=at
    ).order_by("received_at", "id")
    columns = (
        "id", "title", "masked_text", "place_code", "topic", "received_at", "confidential",
    )  # fmt: skip
    return (Voice(*row) for row in rows.values_list(*columns).iterator())


def _locked(region: str) -> list[TopicCluster]:
    rows = TopicCluster.objects.select_for_update().filter(region=region, current=True)
    return list(rows.order_by("pk"))


def _heir(
    ids: list[str],
    before: dict[str, uuid.UUID],
    sizes: Counter[uuid.UUID],
    free: dict[uuid.UUID, TopicCluster],
) -> TopicCluster | None:
    """Yesterday's topic that this group goes on with; each has one heir, the larger goes first."""
    shared = Counter(before[key] for key in ids if before.get(key) in free)
    if not shared:
        return None
    best, number = max(shared.items(), key=lambda one: (one[1], str(one[0])))
    return free.pop(best) if number >= HEIR * min(sizes[best], len(ids)) else None


def _write(
    cluster: TopicCluster | None, voices: list[Voice], *, region: str, at: datetime
) -> TopicCluster:
    if cluster is None:
        cluster = TopicCluster(region=region, first_at=voices[0].at)
    grown = growth([one.at for one in voices], at=at)
    cluster.proposed_name = next(
        (one.title for one in voices if not one.confidential and one.title), UNNAMED
    )[:100]
    cluster.place_code = _most([one.place for one in voices])
    cluster.topic = _most([one.topic for one in voices])
    cluster.orders, cluster.found_at, cluster.current = len(voices), at, True
    cluster.first_at = min(cluster.first_at, *(one.at for one in voices))
    cluster.last_at = max(one.at for one in voices)
    cluster.growth = grown.as_dict() | queries.season(region, cluster.topic, at=at).as_dict()
    cluster.alarm_at = (cluster.alarm_at or at) if grown.alarm else None
    cluster.save()
    mine = Q(cluster=cluster, order__received_at__gte=at - WINDOW)
    taken = Q(order__in=[one.id for one in voices])  # from other matters of yesterday
    ClusterMember.objects.filter(mine | taken).delete()
    ClusterMember.objects.bulk_create(
        [ClusterMember(region=region, cluster=cluster, order_id=one.id) for one in voices]
    )
    return cluster


def _most(values: list[str]) -> str:
    """What stands in most of them; "" where most have nothing or no two agree."""
    known = Counter(value for value in values if value)
    if not known:
        return ""
    value, number = known.most_common(1)[0]
    return value if number > 1 else ""
