"""The page of one act: GET shows what it asks for, POST does it. What was typed survives every refusal."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, Subject
from luoshi.lifecycle.tables import transition_find
from luoshi.lifecycle.transition import Transition
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.acts import AvailableAct, acts_available
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.context import Moving
from luoshi.suggestions.services.door import GateShut, transition_perform
from luoshi.workbench.acting.beside import beside, template_of
from luoshi.workbench.acting.fields import Field, form_data, form_fields
from luoshi.workbench.acting.news import news_since, seen_last
from luoshi.workbench.acting.sent import about_form, sent_form
from luoshi.workbench.acting.writing import reply_write
from luoshi.workbench.kept import typed_done
from luoshi.workbench.people import frame, workbench_page
from luoshi.workbench.publishing.rendition import rendition_confirm

_MODELS: dict[Subject, type[Assignment] | type[Reply] | type[Publication]] = {
    Subject.ASSIGNMENT: Assignment,
    Subject.REPLY: Reply,
    Subject.PUBLICATION: Publication,
}


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def act(request: HttpRequest, actor: Actor, subject: str, pk: str, name: str) -> HttpResponse:
    """One act of the door for the person at the screen.

    :raises Http404: where there is no such act or case, or this person may not know of it or never does it.
    """
    row = transition_find(Subject(subject), name) if subject in Subject.values else None
    if row is None:
        raise Http404("没有这一操作")
    moving, suggestion = _subject(row.subject, int(pk), actor)
    if isinstance(moving, Reply) and name == "edit":
        return reply_write(request, actor, moving)
    if isinstance(moving, Publication) and name == "confirm_rendition":
        return rendition_confirm(request, actor, moving)
    model = ACTS[(row.subject, name)].input
    sent = sent_form(request, actor, model)
    refusal: Refusal | None = sent.refusal
    if request.method == "POST" and sent.typed is not None and refusal is None:
        try:
            outcome = transition_perform(
                subject=moving,
                transition=name,
                actor=actor,
                data=form_data(model, sent.typed),
                idempotency_key=request.POST.get("once", "")[:100],
            )
        except NotFound as error:
            raise Http404(error.message) from error
        except Refusal as error:
            refusal = error
        else:
            typed_done(request)
            messages.success(request, f"已办：{row.label}")
            if made := outcome.created.get("reply"):
                # A letter that was begun is empty: what comes next is to write it.
                return redirect("office-act", Subject.REPLY.value, made, "edit")
            return redirect("office-suggestion", pk=suggestion.pk)
    suggestion.refresh_from_db()
    offered = _offered(suggestion, actor, row.subject, int(pk), name)
    if offered is None and refusal is None and not _may_ever(row, moving, suggestion, actor):
        raise Http404("此刻不能进行这一操作")
    settings = county_settings()
    about = about_form(request, actor, model, suggestion=suggestion, subject=moving, settings=settings)
    context = {
        **frame(request, actor),
        **beside(row, moving, suggestion, settings),
        "suggestion": suggestion,
        "act": row,
        "offered": offered,
        "fields": [row for row in form_fields(model, about, sent.typed) if _asked(row, moving)],
        "refusal": refusal,
        "kept": sent.is_kept,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
        "requirements": refusal.requirements
        if isinstance(refusal, GateShut)
        else (offered.requirements if offered else ()),
        **_since(request, actor, suggestion, late=refusal is not None or offered is None),
    }
    status = refusal.status if refusal else (200 if offered else 409)
    return render(request, template_of(row), context, status=status)


def _asked(field: Field, moving: Moving) -> bool:
    """Whether there is anything to say: without a co-unit that still owes its opinion none is late."""
    if field.name != "co_overdue_noted" or not isinstance(moving, Reply):
        return True
    helpers = moving.suggestion.assignments.filter(round=moving.round, role=AssignmentRole.CO)
    return helpers.exclude(state__in=[*GONE, AssignmentState.DONE]).exists()


def _since(request: HttpRequest, actor: Actor, suggestion: Suggestion, *, late: bool) -> dict[str, Any]:
    """What has happened to the case since the form was shown, where that explains a refusal."""
    typed = request.POST
    return {
        "news": news_since(suggestion, actor, typed.get("seen", "")) if late else (),
        "seen": seen_last(suggestion),
        # The same form sent twice, by a double tap or a poor network, is done once.
        "once": typed.get("once") or get_random_string(32),
    }


def _subject(kind: Subject, pk: int, actor: Actor) -> tuple[Moving, Suggestion]:
    visible = suggestions_visible(actor).select_related("session__term", "lead_deputy", "delegation")
    if kind == Subject.SUGGESTION:
        suggestion = visible.filter(pk=pk).first()
        if suggestion is None:
            raise Http404("没有这件建议，或您无权查看")
        return suggestion, suggestion
    found = _MODELS[kind]._default_manager.filter(pk=pk, suggestion__in=visible).first()
    if found is None:
        raise Http404("没有这一项，或您无权查看")
    suggestion = visible.get(pk=found.suggestion_id)
    found.suggestion = suggestion
    return found, suggestion


def _assignment(moving: Moving) -> Assignment | None:
    if isinstance(moving, Publication):
        return moving.reply.assignment
    if isinstance(moving, Reply):
        return moving.assignment
    return moving if isinstance(moving, Assignment) else None


def _may_ever(row: Transition, moving: Moving, suggestion: Suggestion, actor: Actor) -> bool:
    """Whether the act is this person's, only not now: then he is told what has happened instead."""
    return may(actor, row.permission, Target(suggestion, _assignment(moving)))


def _offered(suggestion: Suggestion, actor: Actor, kind: Subject, pk: int, name: str) -> AvailableAct | None:
    return next(
        (
            row
            for row in acts_available(suggestion=suggestion, actor=actor)
            if (row.subject, row.subject_id, row.name) == (kind, pk, name)
        ),
        None,
    )
