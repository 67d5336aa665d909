"""The public site's answer where nothing stands: its own page, with a way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Site

from luoshi_cms.models import ColumnPage
from luoshi_cms.site.frame import Crumb, column_address, frame

TITLE = "找不到页面"


def page_missing(request: HttpRequest) -> HttpResponse | None:
    """A 404 in the site's frame with the search box of the column; ``None`` where the county has no site."""
    if Site.find_for_request(request) is None:
        return None
    column = ColumnPage.objects.live().first()
    context = frame(request, crumbs=[Crumb(TITLE)], title=TITLE)
    if column is not None:
        context |= {"column": column, "column_address": column_address(request, column)}
    return render(request, "luoshi_cms/missing.html", context, status=404)
