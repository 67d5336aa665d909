"""The page of one published reply."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.url_routing import RouteResult

from luoshi_cms.pages.base import READ_ONLY, RICH
from luoshi_cms.workflow.guard import GovernedPage

_FILE = re.compile(r"files/[0-9]{1,18}")


class ReplyPage(GovernedPage):
    """An address and an editor's introduction for one publication; it holds nothing of the case itself.

    What is shown is read from ``luoshi.publication`` each time, so that no draft, no revision and no cache of
    Wagtail's can keep what was taken down. ``publication_id`` is no foreign key: the site and the platform
    know each other by ids only. ``approved_digest``: of the version that the reviewers are to see.
    """

    publication_id = models.BigIntegerField("公开编号")
    approved_digest = models.CharField("公开版摘要", max_length=64, blank=True)
    introduction = RichTextField("编者按", blank=True, features=RICH)

    content_panels: ClassVar[list[object]] = [FieldPanel("introduction")]
    promote_panels: ClassVar[list[object]] = []
    settings_panels: ClassVar[list[object]] = []
    parent_page_types: ClassVar[list[str]] = ["luoshi_cms.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    is_creatable = False  # made when a publication is sent to the editor, never by hand
    allowed_http_methods: ClassVar[list[object]] = [*READ_ONLY]

    class Meta:
        verbose_name = "答复页"
        verbose_name_plural = "答复页"
        constraints = [
            models.UniqueConstraint(fields=["publication_id"], name="luoshi_cms_replypage_publication_uniq")
        ]

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """This page, live or not (what stands there is not Wagtail's to say), or one of its files."""
        if not path_components:
            return RouteResult(self)
        if _FILE.fullmatch("/".join(path_components)):
            return RouteResult(self, kwargs={"file": int(path_components[1])})
        raise Http404

    def serve(
        self, request: HttpRequest, *args: Any, file: int | None = None, **kwargs: Any
    ) -> HttpResponseBase:
        """The published case, the tombstone of one that was taken down, or 404."""
        from luoshi_cms.site.views import reply_file, reply_serve

        return reply_serve(request, self) if file is None else reply_file(request, self, file)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """The approved version as it will look, for those who may edit the page."""
        from luoshi_cms.site.views import reply_preview

        return reply_preview(request, self)
