"""The column 建议办理: list, statistics, register, feed, and the reply pages below it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.url_routing import RouteResult

from luoshi_cms.pages.base import READ_ONLY, OwnPage

PARTS = ("statistics", "embed", "register.json", "register.csv", "feed.atom")
"""Addresses below the column that are no pages of their own."""
METHODS = "gongfa"
"""Below it stand the columns of the county's methods: ``gongfa/<method>/<column>/``."""


class ColumnPage(OwnPage):
    """A column of handling results. What it lists comes from ``luoshi.publication`` alone.

    ``column_type`` and ``keywords``: for the tags ``ColumnType`` and ``ColumnKeywords`` of government sites.
    """

    intro = RichTextField("说明", blank=True, features=["bold", "link", "ol", "ul"])
    column_type = models.CharField("栏目类别", max_length=40, default="建议提案办理")
    keywords = models.CharField(
        "栏目关键词", max_length=200, blank=True, default="人大代表建议,办理结果,答复公开"
    )

    content_panels: ClassVar[list[object]] = [*OwnPage.content_panels, FieldPanel("intro")]
    promote_panels: ClassVar[list[object]] = [
        *OwnPage.promote_panels,
        MultiFieldPanel([FieldPanel("column_type"), FieldPanel("keywords")], "政府网站标签"),
    ]
    parent_page_types: ClassVar[list[str]] = ["luoshi_cms.HomePage"]
    subpage_types: ClassVar[list[str]] = [
        "luoshi_cms.ReplyPage",
        "luoshi_cms.ReportPage",
        "luoshi_cms.TextPage",
    ]
    max_count = 1
    allowed_http_methods: ClassVar[list[object]] = [*READ_ONLY]

    class Meta:
        verbose_name = "建议办理栏目"
        verbose_name_plural = "建议办理栏目"

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """A part of the column, a reply page (one query instead of two), or whatever Wagtail finds."""
        from luoshi_cms.pages.reply import ReplyPage

        if self.live and len(path_components) == 1 and path_components[0] in PARTS:
            return RouteResult(self, kwargs={"part": path_components[0]})
        if self.live and len(path_components) == 3 and path_components[0] == METHODS:
            return RouteResult(self, kwargs={"place": tuple(path_components[1:])})
        if path_components:
            reply = ReplyPage.objects.child_of(self).filter(slug=path_components[0]).first()
            if reply is not None:
                reply._cached_parent_obj = self
                return reply.route(request, path_components[1:])
        return super().route(request, path_components)

    def serve(
        self,
        request: HttpRequest,
        *args: Any,
        part: str = "",
        place: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> HttpResponseBase:
        """The list, or the part that was asked for."""
        from luoshi_cms.site.views import column_serve

        return column_serve(request, self, part, place)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """The list below the text that is being written."""
        return self.serve(request)
