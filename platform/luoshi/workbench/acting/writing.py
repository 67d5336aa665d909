"""写答复: asks on one side, text on the other, promises below; saved while one writes, nobody's text lost."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST, require_safe

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, Refusal
from luoshi.suggestions.acts.replying import PromiseInput, ReplyEditInput
from luoshi.suggestions.models import Reply, ReplyDraft
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.replies import replies_readable
from luoshi.suggestions.selectors.reply_flags import reply_flags
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.reply_drafts import WRITABLE, DraftConflict, reply_draft_save
from luoshi.workbench.acting.fields import form_data, form_fields
from luoshi.workbench.acting.news import news_since, seen_last
from luoshi.workbench.acting.sent import Sent, about_form, sent_form
from luoshi.workbench.kept import typed_done
from luoshi.workbench.letter import letter_of
from luoshi.workbench.people import frame, workbench_page

SPARE_PROMISES = 1
OWN_PLACES = ("body", "class_code", "asks_answered", "version")
_PROMISE = tuple(PromiseInput.model_fields)


def reply_write(request: HttpRequest, actor: Actor, reply: Reply) -> HttpResponse:
    """The page on which a unit writes its letter. Saving is the act; what is typed is kept meanwhile.

    :raises Http404: for whoever does not write this letter, or where it can no longer be written.
    """
    writes = may(actor, "reply.edit", Target(reply.suggestion, reply.assignment))
    sent = sent_form(request, actor, ReplyEditInput)
    refusal: Refusal | None = sent.refusal
    if request.method == "POST":
        try:
            if sent.typed is not None and refusal is None:
                _save(sent.typed, actor, reply)
        except Refusal as error:
            refusal = error
        if refusal is None:
            typed_done(request)
            messages.success(request, "答复稿已保存。写好后由单位负责人审签。")
            if request.POST.get("then") == "letter":
                return redirect("office-letter", pk=reply.pk)
            return redirect(request.path)
    elif not writes or reply.state not in WRITABLE:
        raise Http404("此刻不能修改这份答复稿")
    return _page(request, actor, reply, sent, refusal)


def _save(typed: QueryDict, actor: Actor, reply: Reply) -> None:
    """The letter and its new promises, all of it or nothing."""
    data = form_data(ReplyEditInput, typed)
    if "body" in typed:  # an emptied text is empty, not left as it was
        data["body"] = typed["body"]
    if "asks_shown" in typed:
        data.setdefault("asks_answered", [])
    once = typed.get("once", "")[:80]
    with transaction.atomic():
        outcome = transition_perform(
            subject=reply, transition="edit", actor=actor, data=data, idempotency_key=once
        )
        if outcome.repeated:
            return
        for promise in _promises_typed(typed):
            transition_perform(subject=reply, transition="record_promise", actor=actor, data=promise)


def _promises_typed(typed: QueryDict) -> list[dict[str, str]]:
    """The rows in which anything was typed."""
    rows = zip(*(typed.getlist(f"promise.{name}") for name in _PROMISE), strict=False)
    given = [dict(zip(_PROMISE, (value.strip() for value in row), strict=True)) for row in rows]
    return [{name: value for name, value in row.items() if value} for row in given if any(row.values())]


def _page(
    request: HttpRequest, actor: Actor, reply: Reply, sent: Sent, refusal: Refusal | None
) -> HttpResponse:
    settings = county_settings()
    typed = sent.typed
    draft = reply.drafts.first()
    pending = draft if draft is not None and draft.is_pending and typed is None else None
    about = about_form(
        request, actor, ReplyEditInput, suggestion=reply.suggestion, subject=reply, settings=settings
    )
    fields = form_fields(ReplyEditInput, about, typed)
    # The newest text that was kept stands on the page; the files are the letter's own.
    newest = replace(about, subject=pending if pending is not None else reply)
    text = {field.name: field for field in form_fields(ReplyEditInput, newest, typed)}
    theirs = refusal.theirs if isinstance(refusal, DraftConflict) else None
    promises = list(reply.promises.order_by("due_on", "pk"))
    context = {
        **frame(request, actor),
        "reply": reply,
        "suggestion": reply.suggestion,
        **{name: text[name] for name in OWN_PLACES},
        "others": [field for field in fields if field.name not in OWN_PLACES],
        "flags": reply_flags(reply),
        "promises": promises,
        "promise_rows": _promise_rows(typed),
        "pending": pending,
        "kept": sent.is_kept,
        "theirs": theirs,
        "number": theirs.version if theirs else _number(typed, draft),
        "last_review": reply.reviews.filter(result="sent_back").last()
        if reply.state == "sent_back"
        else None,
        "comments": list(reply.comments.order_by("pk")),
        "opinions": _opinions(reply),
        "refusal": refusal,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
        "news": news_since(reply.suggestion, actor, request.POST.get("seen", "")) if refusal else (),
        "seen": seen_last(reply.suggestion),
        "once": get_random_string(32),
    }
    return render(request, "acting/reply.html", context, status=refusal.status if refusal else 200)


def _number(typed: Mapping[str, Any] | None, draft: ReplyDraft | None) -> int | str:
    """The version that this page began with; typed text that came back keeps the one it began with."""
    given = str(typed.get("version", "")) if typed is not None else ""
    if given:
        return given
    return draft.version if draft is not None else 0


def _promise_rows(typed: QueryDict | None) -> list[dict[str, str]]:
    rows = _promises_typed(typed) if typed is not None else []
    return [*rows, *({} for _ in range(SPARE_PROMISES))]


def _opinions(reply: Reply) -> list[Any]:
    """The co-units' opinions of this round that stand: the letter is to say what became of them."""
    parts = reply.suggestion.assignments.filter(round=reply.round, role="co").select_related("unit")
    found = []
    for part in parts.prefetch_related("opinions"):
        found += [(part.unit.name, row) for row in part.opinions.all() if row.sent_back_at is None]
    return found


def _reply(actor: Actor, pk: str) -> Reply:
    visible = suggestions_visible(actor).select_related("session__term", "lead_deputy", "delegation")
    found = (
        Reply.objects.filter(pk=int(pk), suggestion__in=visible).select_related("assignment__unit").first()
    )
    if found is None:
        raise Http404("没有这份答复，或您无权查看")
    found.suggestion = visible.get(pk=found.suggestion_id)
    if not replies_readable(actor, found.suggestion).filter(pk=found.pk).exists():
        raise Http404("没有这份答复，或您无权查看")
    return found


@require_POST
@workbench_page
def reply_desk(request: HttpRequest, actor: Actor, pk: str) -> JsonResponse:
    """Keep what is typed so far; answered with the version that it is now, or with the other text.

    :raises Http404: where there is no such letter, or this person may not know of it.
    :raises BadRequest: without a version: a text that cannot say what it began with.
    """
    reply = _reply(actor, pk)
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise BadRequest("version")
    data = {
        "body": request.POST.get("body", ""),
        "class_code": request.POST.get("class_code", ""),
        "asks_answered": form_data(ReplyEditInput, request.POST).get("asks_answered", []),
    }
    try:
        draft = reply_draft_save(reply=reply, data=data, version=int(version), actor=actor)
    except DraftConflict as conflict:
        theirs = conflict.theirs
        told = {"message": conflict.message, "body": theirs.body, "version": theirs.version}
        return JsonResponse(told, status=conflict.status)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    at = timezone.localtime(draft.saved_at).strftime("%H:%M:%S") if draft.saved_at else ""
    return JsonResponse({"version": draft.version, "message": f"{at} 已自动保存"})


@require_safe
@workbench_page
def letter(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """One letter as it is printed.

    :raises Http404: where there is none, or this person may not read it.
    """
    reply = _reply(actor, pk)
    writes = reply.state in WRITABLE and may(actor, "reply.edit", Target(reply.suggestion, reply.assignment))
    context = {
        **frame(request, actor),
        "reply": reply,
        "suggestion": reply.suggestion,
        "letter": letter_of(reply, county_settings()),
        "writes": writes,
    }
    return render(request, "acting/letter.html", context)
