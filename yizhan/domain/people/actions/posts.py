"""Functions given and taken: the security administrator's work, never for himself.

GB/T 22239-2019 8.1.4.2: least privilege, separated administrators. The database itself refuses a
second open administrator's post of one account (constraint post_three_administrators).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from yizhan.core.flow import Refused
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import queries, rules
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.choices import EventKind, Function
from yizhan.domain.people.models import Account, Post


@transaction.atomic
def grant_post(
    account_id: UUID,
    *,
    function: str,
    scope: str,
    organisation: Organisation | None = None,
    by: Account,
    at: datetime,
) -> Post:
    """Give a staff account a function within a region scope and, where it applies, a unit.

    Raises Refused when the granter may not, when it is himself, or when duties must stay apart.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    same_human = Post.objects.filter(valid_to=None, account__is_active=True)
    if account.person_id is not None:
        same_human = same_human.filter(account__person_id=account.person_id)
    else:
        same_human = same_human.filter(account=account)
    others = same_human.values_list("function", flat=True)
    rules.may_grant(by, account, function=function, scope=scope, others=others)
    if organisation is not None and not organisation.region.startswith(scope[:6]):
        raise Refused("所选单位不在这个区划范围内。", field="organisation")
    return _open(account, function, scope, organisation, by=by, at=at)


@transaction.atomic
def appoint_first_administrator(
    account_id: UUID, *, scope: str, function: str, at: datetime
) -> Post:
    """The founding of a county: one of the three administrators, while nobody holds that duty.

    For the command line of a new installation and the demo; afterwards only grant_post works.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    held = Post.objects.filter(account=account, valid_to=None).values_list("function", flat=True)
    rules.separate(function, held)
    if queries.administrators().filter(function=function, scope=scope).exists():
        raise Refused("这个区划已经有这类管理员，请由安全管理员授予。")
    return _open(account, function, scope, None, by=None, at=at)


@transaction.atomic
def end_post(post_id: int, *, by: Account, at: datetime) -> Post:
    """Take a function away; it ends with the holder's next request. Ended twice is ended once."""
    rules.needs(by, Function.SECURITY_ADMIN)
    post = Post.objects.select_for_update(of=("self",)).select_related("account").get(pk=post_id)
    if post.account_id == by.pk:
        raise Refused("不能收回自己的职能，请由另一位安全管理员办理。")
    if not queries.staff(by).filter(pk=post.account_id).exists():
        raise Post.DoesNotExist
    if post.valid_to is None:
        post.valid_to = at
        post.save(update_fields=["valid_to"])
        post.account.__dict__.pop("_live_posts", None)
        note(post.account, EventKind.POST_ENDED, by=by, at=at, function=post.function,
             scope=post.scope)  # fmt: skip
    return post


def _open(
    account: Account,
    function: str,
    scope: str,
    organisation: Organisation | None,
    *,
    by: Account | None,
    at: datetime,
) -> Post:
    post = Post(
        account=account, function=function, scope=scope, organisation=organisation,
        valid_from=at, granted_by=str(by) if by is not None else "系统初始化",
    )  # fmt: skip
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        raise Refused("这个账号已经有这项职能。", field="function") from None
    unit = organisation.code if organisation is not None else ""
    note(account, EventKind.POST_GRANTED, by=by, at=at, function=function, scope=scope, unit=unit)
    account.__dict__.pop("_live_posts", None)
    return post
