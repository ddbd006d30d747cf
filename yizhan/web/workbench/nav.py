"""The bar of the workbench: what this account's functions open, nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from yizhan.domain.cases.rules.guards import INTAKE
from yizhan.domain.people import rules as people
from yizhan.domain.people.choices import Function as F

BAR: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("worklist", "办件", (*INTAKE, F.SUPERVISOR)),
    ("window", "综合窗口", INTAKE),
    (
        "hotline",
        "12345工单",
        (
            F.HOTLINE_AGENT,
            F.HOTLINE_DISPATCHER,
            F.HOTLINE_CALLBACK,
            F.HANDLER,
            F.APPROVER,
            F.SUPERVISOR,
        ),
    ),
    ("supervise", "督办", (F.SUPERVISOR, F.APPROVER)),
    ("catalogue", "事项", (F.CATALOGUE_EDITOR, F.CATALOGUE_PUBLISHER)),
    ("people", "人员合并", (F.SUPERVISOR,)),
    ("accounts", "账号与职能", (F.SYSTEM_ADMIN, F.SECURITY_ADMIN)),
    ("calendar", "工作日历", (F.CALENDAR_KEEPER,)),
    ("notices", "消息", (F.SUPERVISOR, F.SYSTEM_ADMIN)),
    ("audit", "审计", (F.AUDIT_ADMIN,)),
    ("health", "运行状况", (F.SYSTEM_ADMIN,)),
)


def bar(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` for pages of the workbench; posts are read once per request."""
    user = getattr(request, "user", None)
    if getattr(request, "site", "") != "workbench" or user is None or not user.is_authenticated:
        return {}
    return {"nav": [link for name, label, who in BAR if (link := _link(request, name, label, who))]}


def _link(
    request: HttpRequest, name: str, label: str, who: tuple[str, ...]
) -> dict[str, Any] | None:
    if not people.holds(request.user, *who):
        return None
    try:
        url = reverse(f"workbench:{name}")
    except NoReverseMatch:  # a page of a later issue
        return None
    here = request.path == url or (name != "worklist" and request.path.startswith(url))
    return {"url": url, "label": label, "current": here}
