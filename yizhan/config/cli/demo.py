"""The demo county: seeded once, whole or not at all, and only in a demonstration."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yizhan.config import demo
from yizhan.config.demo import founding, lives
from yizhan.domain.office.models import Organisation

LOCK = 20_261_125  # two starts at once: the second waits, then finds the county there


def seed(at: datetime | None = None) -> bool:
    """Found the county and let its cases live, when there is no unit yet. Says whether it did.

    Raises RuntimeError outside a demonstration: known passwords must not exist anywhere else.
    """
    if not settings.DEMO:
        raise RuntimeError("demo accounts have known passwords; set YIZHAN_DEMO=1 for a demo")
    at = at or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if Organisation.objects.exists():
            return False
        county = founding.found(at)
        lives.live(county, at)
    return True


def _accounts() -> list[str]:
    plan = demo.county()
    lines = ["群众（门户，手机验证码；验证码在 /demo/outbox/ 看）："]
    lines += [f"  {c['phone']}  {c['name']}，{c['what']}" for c in plan["citizens"]]
    lines += [f"工作人员（工作台，密码都是 {founding.PASSWORD}，动态口令显示在登录页）："]
    lines += [
        f"  {s['username']}  {s['name']}，{s['what']}"
        for s in [*plan["staff"], *plan["administrators"]]
    ]
    return lines


ACCOUNTS = _accounts()  # who can log in where, for the first screen of `yizhan run`
