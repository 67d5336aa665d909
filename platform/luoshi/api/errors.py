"""One form for everything that is refused: code, Chinese message, problems, requirements."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from luoshi.errors import Invalid, Refusal
from luoshi.suggestions.services.door import GateShut

_MESSAGES = {
    400: "请求有误，请检查后再试",
    401: "请先登录，或提供本人的接口密钥",
    403: "您没有这项权限",
    404: "没有找到",
    405: "此地址不支持这种操作",
    406: "不支持所要求的格式",
    413: "请求内容过大，请分次提交",
    415: "不支持这种内容格式，请用 application/json",
    429: "请求过于频繁，请稍后再试",
}


def refusal_body(code: str, message: str) -> dict[str, Any]:
    """The body of a refusal, with nothing in its lists."""
    return {"code": code, "message": message, "problems": [], "requirements": []}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What is not a refusal and not DRF's own stays a 500."""
    if isinstance(error, Refusal):
        set_rollback()
        body = refusal_body(error.code, error.message)
        if isinstance(error, Invalid):
            body["problems"] = [{"field": row.field, "message": row.message} for row in error.problems]
        if isinstance(error, GateShut):
            body["requirements"] = [
                {
                    "code": row.code,
                    "owner": row.owner,
                    "met": row.met,
                    "reason": row.reason,
                    "how_to_meet": row.how_to_meet,
                    "broken": row.broken,
                }
                for row in error.requirements
            ]
        return Response(body, status=error.status)
    response = exception_handler(error, context)
    if response is None:
        return None
    message = _MESSAGES.get(response.status_code, "请求未能完成")
    if isinstance(error, exceptions.AuthenticationFailed):
        message = str(error.detail)
    body = refusal_body(_code(error), message)
    if isinstance(error, exceptions.ValidationError):
        body["problems"] = list(_problems(response.data))
    if isinstance(error, exceptions.ParseError):
        body["message"] = "请求内容不是合法的 JSON，请检查括号、引号和编码"
    response.data = body
    return response


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "not_allowed"
    return str(getattr(error, "default_code", "refused"))


def _problems(data: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(data, dict):
        found: list[dict[str, str]] = []
        for name, value in data.items():
            found += _problems(value, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(data, list):
        return [{"field": path, "message": str(item)} for item in data]
    return [{"field": path, "message": str(data)}]
