"""The page of one act: GET shows what it asks for, POST does it. What was typed survives every refusal."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.tables import transition_find
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion
from luoshi.suggestions.selectors.acts import AvailableAct, acts_available
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.context import Moving
from luoshi.suggestions.services.door import GateShut, transition_perform
from luoshi.workbench.acting.fields import About, form_data, form_fields
from luoshi.workbench.people import frame, workbench_page

_MODELS: dict[Subject, type[Assignment] | type[Reply] | type[Publication]] = {
    Subject.ASSIGNMENT: Assignment,
    Subject.REPLY: Reply,
    Subject.PUBLICATION: Publication,
}


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def act(request: HttpRequest, actor: Actor, subject: str, pk: str, name: str) -> HttpResponse:
    """One act of the door for the person at the screen.

    :raises Http404: where there is no such act or case, or this person may not know of it or do it now.
    """
    row = transition_find(Subject(subject), name) if subject in Subject.values else None
    if row is None:
        raise Http404("没有这一操作")
    moving, suggestion = _subject(row.subject, int(pk), actor)
    model = ACTS[(row.subject, name)].input
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            transition_perform(
                subject=moving,
                transition=name,
                actor=actor,
                data=form_data(model, request.POST),
                idempotency_key=request.POST.get("once", "")[:100],
            )
        except NotFound as error:
            raise Http404(error.message) from error
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, f"已办：{row.label}")
            return redirect("office-suggestion", pk=suggestion.pk)
    suggestion.refresh_from_db()
    offered = _offered(suggestion, actor, row.subject, int(pk), name)
    if offered is None and refusal is None:
        raise Http404("此刻不能进行这一操作")
    context = {
        **frame(request, actor),
        "suggestion": suggestion,
        "act": row,
        "offered": offered,
        "fields": form_fields(
            model,
            About(suggestion, moving, county_settings()),
            request.POST if request.method == "POST" else None,
        ),
        "refusal": refusal,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
        "requirements": refusal.requirements
        if isinstance(refusal, GateShut)
        else (offered.requirements if offered else ()),
        # The same form sent twice, by a double tap or a poor network, is done once.
        "once": request.POST.get("once") or get_random_string(32),
    }
    status = 200 if refusal is None else refusal.status
    return render(request, "acting/act.html", context, status=status)


def _subject(kind: Subject, pk: int, actor: Actor) -> tuple[Moving, Suggestion]:
    visible = suggestions_visible(actor).select_related("session")
    if kind == Subject.SUGGESTION:
        suggestion = visible.filter(pk=pk).first()
        if suggestion is None:
            raise Http404("没有这件建议，或您无权查看")
        return suggestion, suggestion
    found = _MODELS[kind]._default_manager.filter(pk=pk, suggestion__in=visible).first()
    if found is None:
        raise Http404("没有这一项，或您无权查看")
    return found, visible.get(pk=found.suggestion_id)


def _offered(suggestion: Suggestion, actor: Actor, kind: Subject, pk: int, name: str) -> AvailableAct | None:
    return next(
        (
            row
            for row in acts_available(suggestion=suggestion, actor=actor)
            if (row.subject, row.subject_id, row.name) == (kind, pk, name)
        ),
        None,
    )
