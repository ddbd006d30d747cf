"""The API for machines: one OpenAPI document, one shape of refusal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from yizhan.core.flow import Refused
from yizhan.web.gateway import cases, catalogue, hotline

api = NinjaAPI(
    title="一站：系统对接接口",
    version="1",
    description="凭证：Authorization: Bearer …。被拒绝的请求给出一句说明该怎么办的话。",
    urls_namespace="gateway",
    docs_url=None,  # the page needs scripts from elsewhere; openapi.json is enough for tools
)
api.add_router("/v1/items", catalogue.router)
api.add_router("/v1/cases", cases.router)
api.add_router("/v1/orders", hotline.router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    """409: a rule says no, and says what to do."""
    answer = {"message": str(problem), "field": problem.field}
    return api.create_response(request, answer, status=409)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """422: the content does not have the documented shape; each error names its place."""
    errors = [
        {"place": ".".join(map(str, error["loc"])), "message": error["msg"]}
        for error in problem.errors
    ]
    return api.create_response(
        request, {"message": "内容不符合接口文档。", "errors": errors}, status=422
    )


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    """401 without a hint about what is wrong with the credential."""
    return api.create_response(request, {"message": "需要有效的接口凭证。"}, status=401)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, problem: Http404) -> HttpResponse:
    """404 for what does not exist and for what the caller may not see."""
    return api.create_response(request, {"message": "没有找到。"}, status=404)
