"""提一条建议: write it, see what was said before, ask others to co-sign, hand it in. One page after another,
in the order in which a deputy thinks; an office writes down so what a deputy brings on paper."""

from typing import Annotated, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import BaseModel, Field

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import Invalid, Refusal
from luoshi.lifecycle.states import RaisedWhen, Subject, SuggestionState
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.acts.files import Attachments
from luoshi.suggestions.acts.intake import Asks, Title
from luoshi.suggestions.models import CoSignature, Deputy, Session, Suggestion
from luoshi.suggestions.rules import MAY_DRAFT, Target, may
from luoshi.suggestions.selectors.acts import acts_available
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.validation import Input
from luoshi.workbench.acting.fields import About, form_data, form_fields
from luoshi.workbench.acting.news import news_since, seen_last
from luoshi.workbench.acting.sent import Sent, about_form, sent_form
from luoshi.workbench.acting.similar import similar_suggestions
from luoshi.workbench.kept import typed_done
from luoshi.workbench.people import frame, workbench_page

SPARE_ASKS = 3
OPEN_STATES = (SuggestionState.DRAFT, SuggestionState.CO_SIGNING)
OWN_PLACES = ("title", "content", "asks")


class OwnDraft(Input):
    """What a deputy writes on his phone: three things, the rest has its defaults."""

    title: Title
    content: Annotated[str, Field(title="问题和理由", max_length=50_000)] = ""
    asks: Annotated[Asks, Field(title="请求事项")] = ()
    raised_when: Annotated[RaisedWhen, Field(title="提出时段")] = RaisedWhen.BETWEEN_SESSIONS
    wants_publication: Annotated[bool | None, Field(title="是否同意公开")] = None
    attachments: Attachments = ()


class OfficeDraft(OwnDraft):
    """The same from paper, with the deputy whose suggestion it is."""

    lead_deputy: Annotated[int, Field(title="领衔代表", ge=1)]


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a new suggestion; it stays a draft until it is submitted.

    :raises Http404: for whoever does not write suggestions, and where the county has no session yet.
    """
    session = Session.objects.select_related("term").order_by("-term__number", "-number").first()
    if not actor.has(*MAY_DRAFT) or session is None:
        raise Http404("没有这一页")
    model = OwnDraft if actor.has(Role.DEPUTY) else OfficeDraft
    sent = sent_form(request, actor, model)
    refusal: Refusal | None = sent.refusal
    if _is_saving(request, sent):
        data = form_data(model, sent.typed or QueryDict())
        try:
            made = suggestion_draft(data={**data, "session": session.code}, actor=actor)
        except Refusal as error:
            refusal = error
        else:
            typed_done(request)
            messages.success(request, "草稿已保存，还没有交。请看看下面有没有相似的建议，再提交。")
            return redirect("office-draft-edit", pk=made.pk)
    about = about_form(
        request,
        actor,
        model,
        suggestion=Suggestion(session=session),
        subject=None,
        settings=county_settings(),
    )
    context = _context(request, actor, model, about, sent, refusal)
    status = refusal.status if refusal else 200
    return render(request, "acting/draft.html", {**context, "session": session}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def draft_edit(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """A draft that is there already: its text, what is like it, the co-signers, and the way to hand it in.

    :raises Http404: where there is none that this person may write.
    """
    suggestion = _draft(actor, pk)
    model = ACTS[(Subject.SUGGESTION, "edit")].input
    sent = sent_form(request, actor, model)
    refusal: Refusal | None = sent.refusal
    if _is_saving(request, sent):
        data = form_data(model, sent.typed or QueryDict())
        for name in ("content", "asks"):  # an emptied field is empty, not left as it was
            if name in request.POST:
                data.setdefault(name, "" if name == "content" else [])
        try:
            transition_perform(
                subject=suggestion,
                transition="edit",
                actor=actor,
                data=data,
                idempotency_key=request.POST.get("once", "")[:100],
            )
        except Refusal as error:
            refusal = error
        else:
            typed_done(request)
            messages.success(request, "草稿已保存，还没有交。")
            return redirect("office-draft-edit", pk=pk)
    suggestion.refresh_from_db()
    acts = acts_available(suggestion=suggestion, actor=actor)
    own = {act.name: act for act in acts if act.subject == Subject.SUGGESTION}
    settings = county_settings()
    about = about_form(request, actor, model, suggestion=suggestion, subject=suggestion, settings=settings)
    context = {
        **_context(request, actor, model, about, sent, refusal),
        "session": suggestion.session,
        "suggestion": suggestion,
        "similar": similar_suggestions(actor, suggestion.title, suggestion.pk),
        "signed": list(suggestion.co_signatures.select_related("deputy__delegation").order_by("pk")),
        "edits": "edit" in own,
        "submit": own.get("submit"),
        "groups": _groups(suggestion) if "invite_co_signers" in own else (),
        "removable": suggestion.state == SuggestionState.CO_SIGNING and "remove_co_signer" in own,
        "exclusions": settings.exclusions,
        "news": news_since(suggestion, actor, request.POST.get("seen", "")) if refusal else (),
        "seen": seen_last(suggestion),
    }
    return render(request, "acting/draft.html", context, status=refusal.status if refusal else 200)


@require_safe
@workbench_page
def draft_similar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The part of the page that tells what was said before, while a title is being typed.

    :raises Http404: for whoever does not write suggestions.
    """
    if not actor.has(*MAY_DRAFT):
        raise Http404("没有这一页")
    title = request.GET.get("title", "")[:200]
    context = {"similar": similar_suggestions(actor, title), "title": title}
    return render(request, "acting/_similar.html", context)


def _draft(actor: Actor, pk: str) -> Suggestion:
    visible = suggestions_visible(actor).select_related("session__term", "lead_deputy", "delegation")
    found = visible.filter(pk=int(pk), state__in=OPEN_STATES).first()
    if found is None or not may(actor, "suggestion.edit", Target(found)):
        raise Http404("没有这份草稿，或它已经提交")
    return found


def _is_saving(request: HttpRequest, sent: Sent) -> bool:
    """Whether the form is to be saved: not where it only asks for more rows, or a file was refused."""
    return request.method == "POST" and "more" not in request.POST and sent.refusal is None


def _context(
    request: HttpRequest,
    actor: Actor,
    model: type[BaseModel],
    about: About,
    sent: Sent,
    refusal: Refusal | None,
) -> dict[str, Any]:
    fields = form_fields(model, about, sent.typed)
    asks = next((field.value or "" for field in fields if field.name == "asks"), "").splitlines()
    return {
        **frame(request, actor),
        **{field.name: field for field in fields if field.name in OWN_PLACES},
        "others": [field for field in fields if field.name not in OWN_PLACES],
        "ask_rows": [*asks, *([""] * SPARE_ASKS)],
        "kept": sent.is_kept,
        "refusal": refusal,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
        "once": get_random_string(32),
    }


def _groups(suggestion: Suggestion) -> list[tuple[str, list[Deputy], bool]]:
    """The deputies who can still be asked, by delegation, the lead deputy's own first. One query."""
    asked = suggestion.co_signatures.filter(
        state__in=[CoSignature.State.INVITED, CoSignature.State.CONFIRMED]
    ).values("deputy_id")
    rows = (
        Deputy.objects.filter(delegation__term_id=suggestion.session.term_id)
        .exclude(pk__in=asked)
        .exclude(pk=suggestion.lead_deputy_id or 0)
        .select_related("delegation")
        .order_by("delegation_id", "pk")
    )
    groups: dict[int, list[Deputy]] = {}
    for row in rows:
        groups.setdefault(row.delegation_id, []).append(row)
    own = suggestion.delegation_id
    first = sorted(groups, key=lambda key: (key != own, key))
    return [(groups[key][0].delegation.name, groups[key], key == own) for key in first]
