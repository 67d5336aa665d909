"""The page of one published reply, its files, and the tombstone of one that was taken down."""

import mimetypes
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from luoshi.publication.files import public_file_open
from luoshi.publication.models import CitizenFeedback
from luoshi.publication.public import approved_case, public_case
from luoshi.publication.values import PublicCase, Tombstone
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.site.copy import copy_of
from luoshi_cms.site.frame import (
    Crumb,
    case_tags,
    column_address,
    column_tags,
    frame,
    reply_links,
)

GONE = 410


def reply_serve(request: HttpRequest, page: ReplyPage) -> HttpResponse:
    """The case where it is public, the tombstone (410) where it was taken down.

    :raises Http404: where it is neither.
    """
    case = public_case(page.publication_id)
    if isinstance(case, Tombstone):
        return gone(request, page, case)
    if case is None:
        raise Http404
    if copy_of(request):  # nothing there could take an answer, and its count would stand still
        case = replace(case, asks_readers=False)
    return _shown(request, page, case)


def reply_preview(request: HttpRequest, page: ReplyPage) -> HttpResponse:
    """The approved version, for reviewers. Wagtail has asked whether they may see it.

    :raises Http404: where nothing is approved.
    """
    case = approved_case(page.publication_id)
    if case is None:
        raise Http404
    # The public address of a file is not open yet; the reviewers have one of their own.
    own = reverse("site_review", args=[page.pk], urlconf=getattr(request, "urlconf", None))
    return _shown(request, page, replace(case, asks_readers=False), files_base=own)


def reply_file(request: HttpRequest, page: ReplyPage, file_id: int) -> HttpResponseBase:
    """A published attachment, to be saved.

    :raises Http404: where the case is not public, or its version does not name the file.
    """
    case = public_case(page.publication_id)
    if not isinstance(case, PublicCase):
        raise Http404
    return _file(case, file_id)


def reply_file_preview(page: ReplyPage, file_id: int) -> HttpResponseBase:
    """An attachment of the approved version, for reviewers. The caller has asked whether they may see it.

    :raises Http404: where nothing is approved, or the version does not name the file.
    """
    case = approved_case(page.publication_id)
    if case is None:
        raise Http404
    return _file(case, file_id)


def _file(case: PublicCase, file_id: int) -> HttpResponseBase:
    file = next((one for one in case.attachments if one.id == file_id), None)
    response = None if file is None else public_file_open(file)
    if file is None or response is None:
        raise Http404
    name = file.name if mimetypes.guess_type(file.name)[0] or "." in file.name else f"{file.name}.bin"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{file.sha256}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def column_of(page: ReplyPage) -> ColumnPage:
    """The column that the page stands in."""
    column: ColumnPage = page.get_parent().specific
    return column


def _shown(request: HttpRequest, page: ReplyPage, case: PublicCase, files_base: str = "") -> HttpResponse:
    column = column_of(page)
    address = column_address(request, column)
    since = page.first_published_at
    context: dict[str, Any] = frame(
        request,
        crumbs=[Crumb(column.title, address), Crumb(f"{case.session_code} {case.name}")],
        tags=[*column_tags(column), *case_tags(request, case, since)],
        title=case.title,
    )
    beside = [one.publication_id for one in (*case.supplements, *case.others)]
    context |= {
        "page": page,
        "column": column,
        "column_address": address,
        "case": case,
        "files_base": files_base,
        "links": reply_links(address, beside) if beside else {},
        "reasons": CitizenFeedback.Reason.choices,
    }
    return render(request, "luoshi_cms/reply_page.html", context)


def gone(request: HttpRequest, page: ReplyPage, stone: Tombstone) -> HttpResponse:
    """The tombstone (410)."""
    column = column_of(page)
    label = f"第{stone.number}号" if stone.number else stone.title
    context = frame(
        request,
        crumbs=[Crumb(column.title, column_address(request, column)), Crumb(label)],
        tags=column_tags(column),
        title=f"{label}{stone.title}" if stone.number else stone.title,
    )
    context |= {"stone": stone, "column": column, "column_address": column_address(request, column)}
    response = render(request, "luoshi_cms/tombstone.html", context, status=GONE)
    response["X-Robots-Tag"] = "noindex"
    return response
