"""Accounts and functions: the system administrator makes accounts, the security one grants."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yizhan.core.flow import Refused
from yizhan.domain.office import queries as office
from yizhan.domain.people import actions, queries, rules
from yizhan.domain.people.choices import ADMINISTRATORS, Function
from yizhan.domain.people.models import Account, Post
from yizhan.web.workbench.people_forms import AccountForm, PostForm

PAGE = 50


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Every staff account of the region with its functions."""
    _door(request)
    text = request.GET.get("q", "").strip()[:60].replace("\x00", "")
    found = queries.staff_page(request.user, text=text)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "q": text,
        "pager_query": f"{urlencode({'q': text})}&" if text else "",
        "may_create": rules.holds(request.user, Function.SYSTEM_ADMIN),
    }
    return render(request, "workbench/people/accounts.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Make a login without any function."""
    if not rules.holds(request.user, Function.SYSTEM_ADMIN):
        raise PermissionDenied
    form = AccountForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.create_staff(
                region=request.user.region, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "账号已建立。职能由安全管理员授予。")
            return redirect("workbench:account", account_id=account.pk)
    return render(request, "workbench/people/account_new.html", {"form": form}, status=status)


@require_safe
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account: functions now and before, and what this administrator may do with it."""
    return _account_page(request, _account(request, account_id))


@require_POST
def account_grant(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a function."""
    found = _account(request, account_id)
    form = PostForm(request.POST, organisations=office.organisations(found.region))
    if not form.is_valid():
        return _account_page(request, found, form=form, status=422)
    try:
        actions.grant_post(found.pk, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.refuse(refusal)
        return _account_page(request, found, form=form, status=409)
    messages.success(request, "已授予，对方下一次打开页面时生效。")
    return redirect("workbench:account", account_id=found.pk)


@require_POST
def account_end_post(request: HttpRequest, account_id: UUID, post_id: int) -> HttpResponse:
    """Take a function away."""
    found = _account(request, account_id)
    if not found.posts.filter(pk=post_id).exists():
        raise Http404
    return _done(
        request,
        found,
        lambda: actions.end_post(post_id, by=request.user, at=timezone.now()),
        "已收回，对方下一次打开页面时生效。",
    )


@require_POST
def account_active(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Disable or enable the login."""
    found = _account(request, account_id)
    active = request.POST.get("active") == "yes"
    return _done(
        request,
        found,
        lambda: actions.set_active(found.pk, active=active, by=request.user, at=timezone.now()),
        "账号已启用。" if active else "账号已停用，正在使用的会立即退出。",
    )


@require_POST
def account_reset_factor(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take a lost phone off the account."""
    found = _account(request, account_id)
    return _done(
        request,
        found,
        lambda: actions.reset_second_factor(found.pk, by=request.user, at=timezone.now()),
        "动态口令已解除，本人下次登录时重新绑定。",
    )


def _door(request: HttpRequest) -> None:
    if not rules.holds(request.user, *ADMINISTRATORS):
        raise PermissionDenied


def _account(request: HttpRequest, account_id: UUID) -> Account:
    found = queries.staff_page(request.user).filter(pk=account_id).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, found: Account, act: Any, sentence: str) -> HttpResponse:
    """Act; a refusal shows the same page with the sentence."""
    try:
        act()
    except Refused as refusal:
        return _account_page(request, found, refusal=refusal.sentence, status=409)
    messages.success(request, sentence)
    return redirect("workbench:account", account_id=found.pk)


def _ended_posts(account: Account) -> QuerySet[Post]:
    ended = Post.objects.filter(account=account).exclude(valid_to=None)
    return ended.select_related("organisation").order_by("-valid_to", "-id")[:PAGE]


def _account_page(
    request: HttpRequest,
    found: Account,
    *,
    form: PostForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    security = rules.holds(request.user, Function.SECURITY_ADMIN)
    own = found.pk == request.user.pk
    context = {
        "account": found,
        "ended": _ended_posts(found),
        "form": form
        or PostForm(
            initial={"scope": found.region}, organisations=office.organisations(found.region)
        ),
        "may_grant": security and not own and found.is_active,
        "may_end": security and not own,
        "may_switch": rules.holds(request.user, Function.SYSTEM_ADMIN) and not own,
        "own": own,
        "refusal": refusal,
    }
    return render(request, "workbench/people/account.html", context, status=status)
