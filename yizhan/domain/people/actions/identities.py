"""Logins at an outside identity provider. Identity is (issuer, subject), never an e-mail."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from yizhan.core import crypto
from yizhan.core.flow import Refused
from yizhan.domain.people.actions.accounts import STOPPED
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.choices import AccountKind, EventKind
from yizhan.domain.people.models import Account, OidcIdentity

OTHERS = "这个统一身份认证账号已经绑定另一个登录账号，请先退出，再用它直接登录。"


@transaction.atomic
def login_with_identity(
    *, region: str, issuer: str, subject: str, at: datetime, account: Account | None = None
) -> Account:
    """The citizen account of an outside identity.

    With `account` (somebody already logged in) the identity is linked to it; without, the linked
    account is found or a new one is made. The caller has verified the provider's signed answer.
    Raises Refused when the identity belongs to another account or the account is disabled.
    """
    known = (
        OidcIdentity.objects.select_related("account")
        .filter(issuer=issuer, subject=subject)
        .first()
    )
    if known is not None:
        if account is not None and known.account_id != account.pk:
            raise Refused(OTHERS)
        if not known.account.is_active:
            raise Refused(STOPPED)
        note(known.account, EventKind.LOGGED_IN, by=known.account, at=at, way="oidc")
        return known.account
    if account is None:
        account = _new_account(region, issuer, subject, at=at)
    if account.kind != AccountKind.CITIZEN:
        raise Refused("工作人员请用登录名、密码和动态口令登录。")
    try:
        with transaction.atomic():
            OidcIdentity.objects.create(
                account=account, issuer=issuer, subject=subject, linked_at=at
            )
    except IntegrityError:
        raise Refused(OTHERS) from None
    note(account, EventKind.IDENTITY_LINKED, by=account, at=at)
    return account


def _new_account(region: str, issuer: str, subject: str, *, at: datetime) -> Account:
    name = crypto.blind_index(f"{issuer} {subject}", "oidc")
    fresh = Account(
        region=region, kind=AccountKind.CITIZEN, username=name, display_name="群众", created_at=at
    )
    fresh.set_unusable_password()
    fresh.save(force_insert=True)
    note(fresh, EventKind.CREATED, by=fresh, at=at)
    return fresh
