"""Credentials of machines: shown once, kept as a digest, ended on a day or at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from yizhan.core.compiled import compiled
from yizhan.core.flow import Refused
from yizhan.domain.people import rules
from yizhan.domain.people.choices import AccountKind, Function
from yizhan.domain.people.models import Account, ApiToken, Post


@transaction.atomic
def issue_token(
    account_id: UUID, *, name: str, valid_to: datetime, by: Account | None, at: datetime
) -> tuple[ApiToken, str]:
    """A new credential of a machine account and its secret, which is never shown again.

    A security administrator may; `by` is None where the installation itself sets up its demo.
    Raises Refused.
    """
    if by is not None:
        rules.needs(by, Function.SECURITY_ADMIN)
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.kind != AccountKind.MACHINE:
        raise Refused("接口凭证只能发给系统对接账号。")
    if valid_to <= at:
        raise Refused("到期时间应晚于现在。", field="valid_to")
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=account, name=name, digest=_digest(secret), created_at=at, valid_to=valid_to
    )
    return token, secret


@transaction.atomic
def end_token(token_id: UUID, *, by: Account, at: datetime) -> ApiToken:
    """The credential opens nothing from now on. A security administrator may; raises Refused."""
    rules.needs(by, Function.SECURITY_ADMIN)
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.ended_at is None:
        token.ended_at = at
        token.save(update_fields=["ended_at"])
    return token


def account_of_token(secret: str, *, at: datetime) -> Account | None:
    """The machine that holds a live credential, else None."""
    digest = _digest(secret)
    posts = _posts_of_holder(digest, at)
    if posts:  # the usual machine: who it is and what it may do in one question
        return posts[0].account.holding(posts)
    return next(iter(_holder(digest, at)), None)


@compiled
def _posts_of_holder(digest: str, at: datetime) -> QuerySet[Post]:
    return Post.objects.filter(
        account__tokens__digest=digest, account__tokens__ended_at=None,
        account__tokens__valid_to__gt=at, account__is_active=True, valid_to=None,
    ).select_related("account", "organisation")  # fmt: skip


@compiled
def _holder(digest: str, at: datetime) -> QuerySet[Account]:
    return Account.objects.filter(
        tokens__digest=digest, tokens__ended_at=None, tokens__valid_to__gt=at, is_active=True
    )[:1]


def _digest(secret: str) -> str:
    # the secret has 256 random bits: a plain digest cannot be guessed, and costs no time per call
    return hashlib.sha256(secret.encode()).hexdigest()
