"""Pages that editors write themselves: the yearly report and free texts."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from luoshi.publication.yearly import YearFigures, year_figures_read, year_figures_take
from luoshi_cms.pages.base import READ_ONLY, RICH_WITH_FILES, OwnPage


class _Article(OwnPage):
    """A page of an editor's text."""

    body = RichTextField("正文", features=RICH_WITH_FILES)
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

    content_panels: ClassVar[list[object]] = [
        *OwnPage.content_panels,
        FieldPanel("source"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "文章页"
        verbose_name_plural = "文章页"


class ReportForm(WagtailAdminPageForm):
    """Takes the session's figures with the first save, and again where the editor asks for it."""

    take_figures = forms.BooleanField(
        label="按系统现有数据重新取数",
        required=False,
        help_text="报告后附全年办理数据，首次保存时取数；审议后数据有更正的，勾选后保存即重新取数。",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a session that the county does not have."""
        given: dict[str, Any] = super().clean()
        page, session = self.instance, given.get("session", "")
        kept = year_figures_read(page.figures)
        if session and (given.get("take_figures") or kept is None or kept.session_code != session):
            page.figures = year_figures_take(session)
            if page.figures is None:
                self.add_error("session", f"本县没有“{session}”这一届次，请填写届次编号，如 17-4")
        return given


class ReportPage(_Article):
    """The yearly report on the handling (办理情况报告), which is to be made public (代表法 art. 51).

    ``figures``: of the whole session, as they stood when the editor took them; what the reviewers have
    approved does not change with a later case.
    """

    template = "luoshi_cms/article.html"
    base_form_class = ReportForm

    session = models.CharField("届次", max_length=16, help_text="如 17-4")
    approved_on = models.DateField("审议通过日期", null=True, blank=True)
    figures = models.JSONField("全年办理数据", null=True, blank=True, editable=False)

    content_panels: ClassVar[list[object]] = [
        *OwnPage.content_panels,
        FieldPanel("session"),
        FieldPanel("take_figures"),
        FieldPanel("approved_on"),
        FieldPanel("source"),
        FieldPanel("body"),
    ]

    @property
    def year(self) -> YearFigures | None:
        """The figures as a value."""
        return year_figures_read(self.figures)

    class Meta:
        verbose_name = "办理情况报告"
        verbose_name_plural = "办理情况报告"
