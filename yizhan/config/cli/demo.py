"""The demo county: seeded once, whole or not at all, and only in a demonstration."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from yizhan.config import demo
from yizhan.config.demo import calls, founding, lives
from yizhan.domain.cases.models import Case
from yizhan.domain.office.models import Organisation

LOCK = 20_261_125


def seed(at: datetime) -> bool:
    """The county and its cases, each when missing. Says whether anything was made."""
    return bool(found(at) | populate(at))


def found(at: datetime) -> bool:
    """Places, calendar, units, staff, people and items, when there is no unit yet.

    Raises RuntimeError outside a demonstration: known passwords must not exist anywhere else.
    """
    if not settings.DEMO:
        raise RuntimeError("demo accounts have known passwords; set YIZHAN_DEMO=1 for a demo")
    with transaction.atomic():
        _alone()
        if Organisation.objects.exists():
            return False
        founding.found(at)
    return True


def populate(at: datetime) -> bool:
    """The cases and work orders, when there is no case yet and the county is the demo's.

    Apart from `found` because it takes seconds: the worker does it while the first page is shown.
    """
    with transaction.atomic():
        _alone()
        county = None if Case.objects.exists() else founding.known()
        if county is None:
            return False
        lives.live(county, at)
        calls.ring(county, at)
    return True


def _alone() -> None:
    """Two starts at once: the second waits, then finds what the first made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _accounts() -> list[str]:
    plan = demo.county()
    lines = ["群众（门户，手机验证码；验证码在 /demo/outbox/ 看）："]
    lines += [f"  {c['phone']}  {c['name']}，{c['what']}" for c in plan["citizens"]]
    lines += [f"工作人员（工作台，密码都是 {demo.PASSWORD}，动态口令显示在登录页）："]
    lines += [
        f"  {s['username']}  {s['name']}，{s['what']}"
        for s in [*plan["staff"], *plan["administrators"]]
    ]
    return lines


ACCOUNTS = _accounts()  # who can log in where, for the first screen of `yizhan run`
