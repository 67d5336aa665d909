"""Choosing files before a form is sent, and fetching what one may see."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from luoshi.accounts.actor import Actor
from luoshi.suggestions.files.serving import file_response
from luoshi.suggestions.selectors.attachments import attachments_visible, uploads_waiting
from luoshi.workbench.acting.fields import Field
from luoshi.workbench.files.access import signed_in
from luoshi.workbench.files.receiving import FORM, LABEL, files_received, files_waiting
from luoshi.workbench.people import workbench_page


@require_POST
@workbench_page
def uploads(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep what was chosen in a form that is still being filled in; answers with the form's list of files."""
    form = request.POST.get(FORM, "")[:100]
    received = files_received(request, actor, form)
    label = request.POST.get(LABEL, "")[:40] or "附件"
    field = Field("attachments", label, "files", False, form, rows=files_waiting(actor, form))
    return render(
        request, "files/_field.html", {"field": field, "file_problems": received.problems, "once": ""}
    )


@require_safe
@signed_in
def attachment(request: HttpRequest, actor: Actor, pk: str, small: bool = False) -> HttpResponseBase:
    """A file, or its small picture, for whoever may see what it belongs to.

    :raises Http404: for everybody else.
    """
    found = attachments_visible(actor).filter(pk=int(pk)).first()
    if found is None:
        raise Http404("没有这个附件，或您无权查看")
    return file_response(request, found, thumbnail=small)


@require_safe
@signed_in
def upload(request: HttpRequest, actor: Actor, pk: str) -> HttpResponseBase:
    """The small picture of what oneself has chosen and not sent yet.

    :raises Http404: for everybody else, and where there is none.
    """
    found = uploads_waiting(actor).filter(pk=int(pk)).first()
    if found is None:
        raise Http404("没有这个文件")
    return file_response(request, found, thumbnail=True)
