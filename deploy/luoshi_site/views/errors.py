"""Error answers in Chinese that say what to do: a page for a browser, JSON for a caller of the API."""

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from luoshi.api.errors import refusal_body
from luoshi.workbench.kept import typed_keep
from luoshi_cms.site.missing import page_missing
from luoshi_tenants.pages import plain_page

NOT_THE_SITE = ("/office/", "/cms/", "/api/", "/methods/", "/media/", "/documents/", "/static/")


def is_api(request: HttpRequest) -> bool:
    """Whether a program has called, which is told in JSON."""
    return request.path_info == "/api" or request.path_info.startswith("/api/")


def _answer(request: HttpRequest, status: int, code: str, title: str, message: str) -> HttpResponse:
    if not is_api(request):
        return plain_page(status, title, message)
    response = JsonResponse(refusal_body(code, message), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 where more was sent than is read."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, "too_large", "内容过大", "发来的内容过大，请删减或分次提交。")
    return _answer(request, 400, "invalid", "请求有误", "发来的内容无法识别，请返回上一页重试。")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    message = "您的账号没有进行这项操作的权限，如有需要请联系本单位的系统管理员。"
    return _answer(request, 403, "not_allowed", "没有权限", message)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return _answer(request, 404, "not_found", "找不到页面", "网址可能有误，或该页面已被移除。")


def county_page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 at a county; for a reader of its public site in that site's own frame."""
    page = None if request.path_info.startswith(NOT_THE_SITE) else page_missing(request)
    return page or page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    return _answer(request, 500, "server_error", "系统出错", "系统发生错误，已经记录。请稍后再试。")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing, old or of another county.

    A form of the workbench whose login has ended is kept, and its person led to the login and back to it.
    """
    if request.path_info.startswith("/office/"):
        goes_on = typed_keep(request)
        if goes_on is not None:
            return redirect(goes_on)
    message = "登录状态已变化或页面停留过久，请返回上一页，刷新后重新提交。"
    return _answer(request, 403, "not_allowed", "页面已过期", message)


def first_password(request: HttpRequest) -> HttpResponse:
    """403 for a person who has not yet changed the password that somebody else gave him."""
    return _answer(request, 403, "not_allowed", "请先修改密码", "请先在工作台修改初始密码，再继续使用。")


@csrf_exempt
def api_not_found(request: HttpRequest) -> HttpResponse:
    """Every address below ``/api/`` that is none. No page of the public site may stand there, and no
    redirect to an added slash makes a POST lose its body."""
    message = "没有这个接口地址，请核对路径、编号与末尾的斜杠。"
    return _answer(request, 404, "not_found", "找不到页面", message)


def shut(request: HttpRequest, **named: object) -> HttpResponse:
    """A door of a library that the product does not open to anybody.

    :raises Http404: always.
    """
    raise Http404
