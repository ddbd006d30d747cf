"""A hot topic of given orders and a trained model, as the nightly and monthly tasks leave them.

cluster = voiced([order, other]); model = trained(active=False)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from tests.factories.hotline import AT, REGION
from yizhan.domain.hotline.models import ClusterMember, Order, TextModel, TopicCluster
from yizhan.domain.hotline.rules.growth import growth


def voiced(orders: Sequence[Order], **changes: Any) -> TopicCluster:
    """Orders that are one matter."""
    moments = [order.received_at for order in orders]
    facts: dict[str, Any] = {
        "region": REGION, "proposed_name": orders[0].title, "orders": len(orders),
        "first_at": min(moments), "last_at": max(moments), "found_at": AT,
        "growth": growth(moments, at=AT).as_dict() | {"weeks": [], "last_year": []},
    }  # fmt: skip
    cluster = TopicCluster.objects.create(**(facts | changes))
    for order in orders:
        ClusterMember.objects.create(region=order.region, cluster=cluster, order=order)
    return cluster


def trained(**changes: Any) -> TextModel:
    """A version with figures; its file is none, so that it cannot propose."""
    version = TextModel.objects.count() + 1
    facts: dict[str, Any] = {
        "region": REGION, "version": version, "trained_at": AT, "orders": 900,
        "evaluation": {"macro_f1": 0.91, "autofill_share": 0.8, "autofill_correct": 0.978},
        "content": b"none", "size": 4, "sha256": hashlib.sha256(b"none").hexdigest(),
    }  # fmt: skip
    return TextModel.objects.create(**(facts | changes))
