"""The doors: the only ways by which a page, list, file or interface reaches a work order."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from yizhan.core import crypto
from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.core.numbers import plain
from yizhan.domain.files.models import StoredFile
from yizhan.domain.hotline import flow
from yizhan.domain.hotline.choices import Role
from yizhan.domain.hotline.models import Assignment, HandlingLink, KnowledgeEntry, Order, OrderFile
from yizhan.domain.people import queries as people
from yizhan.domain.people.choices import AccountKind, Function

if TYPE_CHECKING:
    from yizhan.domain.people.models import Account

SENDER = "hotline.sender"
OF_UNIT = (Function.HANDLER, Function.APPROVER)
OF_HOTLINE = (
    Function.HOTLINE_AGENT, Function.HOTLINE_DISPATCHER, Function.HOTLINE_CALLBACK,
)  # fmt: skip
OVER_ALL = (*OF_HOTLINE, Function.SUPERVISOR)


class Standing(NamedTuple):
    """What one post reaches."""

    function: str
    scope: str
    organisation_id: Any


@dataclass(frozen=True, slots=True)
class Reading:
    """An order as one account may read it. Empty strings stand for what it may not know."""

    text: str
    caller_name: str
    sender: str
    full: bool


def visible_to(account: Account | Any) -> QuerySet[Order]:
    """The orders an account may open.

    A citizen: his own. The hotline and the supervisor: all of the region. A unit: those it leads or
    helps with; what was taken from it goes with the order.
    """
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return Order.objects.none()
    if account.kind == AccountKind.CITIZEN:
        person = people.person_of(account)
        own = Order.objects.filter(region=account.region, caller=person)
        return own if person is not None else Order.objects.none()
    posts = standing(account)
    if not posts:
        return Order.objects.none()
    return _reached(posts, account.region)


def find(account: Account | Any, number: str) -> Order | None:
    """The order of a number where the account may open it: the same door as visible_to()."""
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return None
    if account.kind == AccountKind.CITIZEN:
        own = visible_to(account).select_related("lead", "about_unit")
        return own.filter(number=number).first()
    posts = standing(account)
    found = _numbered(posts, account.region, number) if posts else []
    return found[0] if found else None


def standing(account: Account) -> tuple[Standing, ...]:
    """What the posts of an account reach, comparable: the shape of its queries."""
    posts = people.posts_of(account)
    found = {Standing(p.function, p.scope, p.organisation_id) for p in posts}
    return tuple(sorted(found, key=repr))


def of_posts(posts: Iterable[Standing]) -> Q:
    """The orders that posts lead or oversee."""
    found = Q(pk__in=[])
    for post in posts:
        if post.function in OVER_ALL:
            found |= _region(post)
        elif post.function in OF_UNIT:
            found |= _unit(post)
    return found


def units_of(posts: Iterable[Standing]) -> list[Any]:
    """The units in which the account works on orders."""
    return [p.organisation_id for p in posts if p.function in OF_UNIT and p.organisation_id]


def own_units(account: Account) -> list[Any]:
    """The units in which an account works on orders."""
    return units_of(standing(account))


def reading(order: Order, account: Account | Any) -> Reading:
    """What an account reads of an order it may open (个人信息保护法 art. 51; 保密诉求).

    The hotline and the handling unit read all; where the caller asked for confidence the unit reads
    neither his words as he said them nor who he is. Everybody else reads the masked text.
    """
    if _knows_caller(order, account):
        return Reading(order.text, order.caller_name, sender_of(order), True)
    return Reading(order.masked_text, "", "", False)


def sender_of(order: Order) -> str:
    """The number or address of the caller in the clear, empty when withheld."""
    if not order.sender_sealed:
        return ""
    return crypto.unseal(order.sender_sealed, bound=sender_place(order))


def sender_place(order: Order) -> str:
    """What the sealed sender of an order is bound to."""
    return f"hotline.{order.pk}.sender"


def sender_index(sender: str) -> str:
    """The keyed fingerprint of a number or address, empty for a withheld one."""
    known = plain(sender).removeprefix("+86").lower()
    return crypto.blind_index(known, SENDER) if known else ""


def by_number_and_phone(number: str, phone: str, *, region: str = "") -> Order:
    """The order of a number and the phone it came from, or its query code.

    Raises Refused, the same for every wrong pair and in the same time. The page throttles.
    """
    order = (
        Order.objects.filter(region=region or settings.REGION, number=number.strip().upper())
        .select_related("lead")
        .first()
    )
    known = order.sender_index if order is not None and order.sender_index else "-"
    code = order.query_code if order is not None else "-"
    by_phone = hmac.compare_digest(known, sender_index(phone))
    by_code = hmac.compare_digest(code.encode(), plain(phone).encode())
    if order is None or not (by_phone or by_code):
        raise Refused("没有查到，请核对工单编号和来电号码（或查询码）。", field="phone")
    return order


def files_visible_to(account: Account | Any) -> QuerySet[StoredFile]:
    """The files of orders an account may read in full; evidence of units is for office eyes."""
    if not getattr(account, "is_authenticated", False):
        return StoredFile.objects.none()
    orders = visible_to(account)
    rows = OrderFile.objects.filter(order__in=orders.values("pk"))
    if account.kind == AccountKind.CITIZEN:
        rows = rows.filter(reply=None)
    elif not people.has_function(account, *OVER_ALL):
        rows = rows.exclude(order__confidential=True, reply=None)
    return StoredFile.objects.filter(pk__in=rows.values("file"))


def order_by_link(digest: str, *, at: datetime) -> HandlingLink | None:
    """The live link of a digest with its order and account.

    None when it is over or unknown, the official works there no more, or the order left the unit.
    """
    links = HandlingLink.objects.select_related("order__lead", "account")
    link = links.filter(digest=digest, ended_at=None, valid_to__gt=at).first()
    if link is None or link.order.state not in flow.AT_UNIT or link.order.confidential:
        return None
    reached = visible_to(link.account).filter(pk=link.order_id).exists()
    return link if reached else None


def knowledge_visible_to(account: Account | Any) -> QuerySet[KnowledgeEntry]:
    """Entries in use: for staff all of the region, for everybody else what is public."""
    entries = KnowledgeEntry.objects.filter(withdrawn_at=None).select_related("organisation")
    if getattr(account, "is_authenticated", False) and account.kind == AccountKind.STAFF:
        return entries.filter(region=account.region)
    return entries.filter(region=settings.REGION, public=True)


def published(region: str = "") -> QuerySet[Order]:
    """What everybody may read: title, public answer and end of orders made public, newest first."""
    rows = Order.objects.filter(region=region or settings.REGION, published_at__isnull=False)
    return rows.order_by("-published_at", "-id")


def _knows_caller(order: Order, account: Account | Any) -> bool:
    if not getattr(account, "is_authenticated", False):
        return False
    if account.kind == AccountKind.CITIZEN:
        return order.caller_id is not None and order.caller_id == account.person_id
    if people.has_function(account, *OF_HOTLINE):
        return True
    if order.confidential:
        return False
    handles = order.lead is not None and people.has_function(
        account, *OF_UNIT, organisation=order.lead
    )
    return handles or _helps(order, account)


def _helps(order: Order, account: Account) -> bool:
    units = own_units(account)
    return order.parts.filter(organisation__in=units, ended_at=None).exists()


@compiled
def _numbered(posts: tuple[Standing, ...], region: str, number: str) -> QuerySet[Order]:
    rows = _reached(posts, region).filter(number=number)
    return rows.select_related("lead", "about_unit", "merged_into", "handler")


def _reached(posts: Sequence[Standing], region: str) -> QuerySet[Order]:
    return Order.objects.filter(of_posts(posts) | _helped(posts), region=region)


def _region(post: Standing) -> Q:
    if len(post.scope) < 6:
        return Q(region__startswith=post.scope)
    if len(post.scope) == 6:
        return Q(region=post.scope)
    return Q(place_code__startswith=post.scope)


def _unit(post: Standing) -> Q:
    if post.organisation_id is not None:
        return Q(lead_id=post.organisation_id)
    if len(post.scope) <= 6:
        return _region(post) & Q(lead__isnull=False)
    return Q(lead__place_id__startswith=post.scope)


def _helped(posts: Iterable[Standing]) -> Any:
    parts = Assignment.objects.filter(
        order=OuterRef("pk"), organisation_id__in=units_of(posts), role=Role.CO
    )
    return Exists(parts.exclude(ended_at__isnull=False, state="moved"))
