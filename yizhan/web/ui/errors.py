"""Pages for what went wrong: what happened, and what to do next.

They read nothing from the database and need no session, so that they also work when those fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Explanation:
    """What one status means for the person in front of the screen."""

    title: str
    happened: str
    next_step: str


EXPLANATIONS = {
    400: Explanation(
        "请求无法识别",
        "浏览器发来的内容不完整或格式不对，系统没有做任何改动。",
        "请返回上一页，刷新后重新提交；仍不行时请到窗口办理或拨打 12345。",
    ),
    403: Explanation(
        "没有权限",
        "您当前的账号不能使用这个功能，系统没有做任何改动。",
        "请确认登录的是正确的账号；工作需要时请联系本单位管理员开通。",
    ),
    404: Explanation(
        "没有找到",
        "您要看的内容不存在，或者不属于当前登录的账号。",
        "请核对网址或编号；办件进度可以用办件编号和查询码查询。",
    ),
    409: Explanation(
        "现在不能这样办",
        "事情的状态已经变了，系统没有做任何改动。",
        "请返回上一页刷新，看最新的状态。",
    ),
    413: Explanation(
        "内容太大",
        "一次提交的内容超过了上限，系统没有收下，已保存的草稿不受影响。",
        "请减少文件数量，或把照片拍小一些、分几次上传。",
    ),
    429: Explanation(
        "尝试次数太多",
        "为了保护账号，这个登录名暂时不能再试。",
        "请 15 分钟后再试；忘记密码可以用手机验证码登录，或到窗口请工作人员核实身份。",
    ),
    500: Explanation(
        "系统出了问题",
        "不是您的操作有错。已经提交成功的内容不会丢失，没有提示成功的请再试一次。",
        "请稍后重试；急事请直接到窗口办理或拨打 12345。",
    ),
}
CSRF = Explanation(
    "页面停留太久",
    "为了安全，这一页已经过期，刚才的提交没有执行。",
    "返回即可，已填内容已保存为草稿；刷新后再提交一次。",
)


def explain(
    request: HttpRequest, status: int, explanation: Explanation | None = None
) -> HttpResponse:
    """The page for a status code; machines get the same sentences as JSON."""
    said = explanation or EXPLANATIONS[status]
    site = getattr(request, "site", "portal")
    if site == "gateway":
        body = {"status": status, "title": said.title, "message": said.happened + said.next_step}
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    facts = {"said": said, "status": status, "home": settings.SITES[site], "DEMO": settings.DEMO}
    return HttpResponse(render_to_string("ui/error.html", facts), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; too many or too large fields are 413 with their own advice."""
    if type(exception).__name__ in ("RequestDataTooBig", "TooManyFilesSent"):
        return explain(request, 413)
    return explain(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return explain(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what belongs to somebody else."""
    return explain(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    response = explain(request, 413)
    response["Connection"] = "close"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return explain(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 because the page was open too long or cookies are off."""
    return explain(request, 403, CSRF)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many failed logins."""
    return explain(request, 429)
