"""Messages that did not reach people: why, when tried again, and the button to send now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.notices import actions, queries
from yizhan.domain.notices.choices import NoticeState
from yizhan.domain.notices.models import Notice
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function

PER_PAGE = 50
KINDS = (("code_", "验证码"), ("case.", "办件通知"))  # what a template's name begins with
WHO = (Function.SYSTEM_ADMIN, Function.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Line:
    """One message: what it is about, never what it says."""

    subject: str
    kind: str
    phone: str
    since: datetime
    failed: bool
    tries: int
    reason: str
    again_at: datetime | None
    retry_url: str


@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Failed and late messages, the oldest first."""
    if not people.holds(request.user, *WHO):
        raise PermissionDenied
    return _page(request)


@require_POST
def retry(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Send one again from the first try."""
    try:
        actions.retry(notice_id, by=request.user, at=timezone.now())
    except Notice.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return _page(request, refusal=str(refusal), status=409)
    messages.success(request, "已重新排队，一分钟内发送。")
    return _page(request) if request.htmx else redirect("workbench:notices")


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = queries.stuck(request.user, at=timezone.now())
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"lines": [_line(notice) for notice in page], "page": page, "refusal": refusal}
    part = "#list" if request.htmx else ""
    return render(request, f"workbench/notices/notices.html{part}", context, status=status)


def _line(notice: Notice) -> Line:
    failed = notice.state == NoticeState.FAILED
    return Line(
        subject=notice.subject,
        kind=next((word for start, word in KINDS if notice.template.startswith(start)), "通知"),
        phone=queries.masked_address(notice),
        since=notice.created_at,
        failed=failed,
        tries=notice.tries,
        reason=notice.error or "正在等待；如果一直停在这里，后台任务可能没有运行",
        again_at=None if failed else notice.next_at,
        retry_url=reverse("workbench:notice_retry", args=(notice.pk,)),
    )
