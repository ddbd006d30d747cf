"""Who calls: a machine account by its credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja.security import HttpBearer

from yizhan.domain.people.actions import account_of_token

if TYPE_CHECKING:
    from django.http import HttpRequest

    from yizhan.domain.people.models import Account


class Token(HttpBearer):
    """`Authorization: Bearer …`; the answer to a wrong one is 401 and says nothing more."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        """The machine account, which the endpoint finds as request.auth."""
        return account_of_token(token, at=timezone.now())
