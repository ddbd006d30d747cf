"""Tables of the hotline."""

from yizhan.domain.hotline.models.channels import Call, SmsPart
from yizhan.domain.hotline.models.order import Message, Order, OrderClock, OrderEntry, OrderFile
from yizhan.domain.hotline.models.register import (
    DeadlineTemplate,
    DispatchRule,
    Exclusion,
    HandlingLink,
    KnowledgeEntry,
    RateFormula,
)
from yizhan.domain.hotline.models.topics import ClusterMember, TextModel, Topic, TopicCluster
from yizhan.domain.hotline.models.work import (
    Assignment,
    Callback,
    Contact,
    MoreTime,
    Objection,
    Parking,
    Reply,
    Supervision,
)

__all__ = [
    "Assignment",
    "Call",
    "Callback",
    "ClusterMember",
    "Contact",
    "DeadlineTemplate",
    "DispatchRule",
    "Exclusion",
    "HandlingLink",
    "KnowledgeEntry",
    "Message",
    "MoreTime",
    "Objection",
    "Order",
    "OrderClock",
    "OrderEntry",
    "OrderFile",
    "Parking",
    "RateFormula",
    "Reply",
    "SmsPart",
    "Supervision",
    "TextModel",
    "Topic",
    "TopicCluster",
]
