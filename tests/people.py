"""The cast. Every name is invented; every number is a test number.

Li 李秀英      the villager, born 1950, before her county's code existed
Wang 王芳      the clerk of the integrated window
Sun 孙强       the handler in the competent unit
Zhao 赵敏      the approver of that unit
Qian 钱伟      the supervisor of the county
Zhou 周静 / Wu 吴磊   edits / publishes the catalogue
Zheng 郑华     keeps the working calendar
Feng 冯涛 / He 何洁 / Chen 陈默   system / security / audit administrator

client = enter(client, wang())      # a test client that is logged in at the right site
"""

from __future__ import annotations

from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.test import Client

from tests.factories import people
from yizhan.core import crypto
from yizhan.domain.office.models import Organisation
from yizhan.domain.people import queries
from yizhan.domain.people.models import Account, Person
from yizhan.web.ui.sessions import SESSION_COOKIES

LI_NUMBER = "410225195001010014"
LI_PHONE = "13800000001"


def enter(client: Client, account: Account) -> Client:
    """Log in at the account's own site; each site has its own session cookie."""
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    site = "workbench" if account.kind == "staff" else "portal"
    plain: Morsel[Any] = client.cookies.pop(settings.SESSION_COOKIE_NAME)
    client.cookies[SESSION_COOKIES[site]] = plain.value
    client.cookies[SESSION_COOKIES[site]]["path"] = settings.SITES[site]
    return client


def li_person() -> Person:
    """李秀英, once per test."""
    index = crypto.blind_index(LI_NUMBER, queries.ID)
    return Person.objects.filter(id_index=index).first() or people.person(
        name="李秀英", number=LI_NUMBER, phone=LI_PHONE, address="兰考县兰阳街道胜利社区"
    )


def li() -> Account:
    """The villager's login."""
    return queries.account_by_phone(LI_PHONE) or people.citizen(person=li_person(), phone=LI_PHONE)


def wang() -> Account:
    """The window clerk."""
    return people.clerk(username="wang", name="王芳")


def sun(organisation: Organisation) -> Account:
    """The handler of a unit."""
    return people.handler(organisation, username="sun", name="孙强")


def zhao(organisation: Organisation) -> Account:
    """The approver of a unit."""
    return people.approver(organisation, username="zhao", name="赵敏")


def qian() -> Account:
    """The supervisor."""
    return people.official("supervisor", username="qian", name="钱伟")


def zhou() -> Account:
    """Edits items."""
    return people.official("catalogue_editor", username="zhou", name="周静")


def wu() -> Account:
    """Publishes items."""
    return people.official("catalogue_publisher", username="wu", name="吴磊")


def zheng() -> Account:
    """Keeps the calendar."""
    return people.official("calendar_keeper", username="zheng", name="郑华")


def feng() -> Account:
    """The system administrator: makes accounts."""
    return people.official("system_admin", username="feng", name="冯涛")


def he() -> Account:
    """The security administrator: grants functions."""
    return people.official("security_admin", username="he", name="何洁")


def chen() -> Account:
    """The audit administrator: reads."""
    return people.official("audit_admin", username="chen", name="陈默")
