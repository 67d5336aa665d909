"""Pages that editors write themselves: the yearly report and free texts."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from luoshi_cms.pages.base import READ_ONLY, RICH


class _Article(Page):
    """A page of an editor's text."""

    body = RichTextField("正文", features=RICH)
    source = models.CharField("来源", max_length=100, blank=True)

    parent_page_types: ClassVar[list[str]] = ["luoshi_cms.HomePage", "luoshi_cms.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    allowed_http_methods: ClassVar[list[object]] = [*READ_ONLY]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With what every public page needs."""
        from luoshi_cms.site.views import article_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | article_context(request, self)


class TextPage(_Article):
    """A free text of the editors."""

    template = "luoshi_cms/article.html"

    content_panels: ClassVar[list[object]] = [*Page.content_panels, FieldPanel("source"), FieldPanel("body")]

    class Meta:
        verbose_name = "文章页"
        verbose_name_plural = "文章页"


class ReportPage(_Article):
    """The yearly report on the handling (办理情况报告), which is to be made public (代表法 art. 51)."""

    template = "luoshi_cms/article.html"

    session = models.CharField("届次", max_length=16, help_text="如 17-4")
    approved_on = models.DateField("审议通过日期", null=True, blank=True)

    content_panels: ClassVar[list[object]] = [
        *Page.content_panels,
        FieldPanel("session"),
        FieldPanel("approved_on"),
        FieldPanel("source"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "办理情况报告"
        verbose_name_plural = "办理情况报告"
