"""Error pages in Chinese that say what to do."""

from django.http import HttpRequest, HttpResponse

from luoshi_tenants.pages import plain_page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    return plain_page(400, "请求有误", "浏览器发来的内容无法识别，请返回上一页重试。")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return plain_page(403, "没有权限", "您的账号没有进行这项操作的权限，如有需要请联系本单位的系统管理员。")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return plain_page(404, "找不到页面", "网址可能有误，或该页面已被移除。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    return plain_page(500, "系统出错", "系统发生错误，已经记录。请稍后再试。")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing, old or of another county."""
    return plain_page(403, "页面已过期", "登录状态已变化或页面停留过久，请返回上一页，刷新后重新提交。")
