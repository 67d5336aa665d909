"""The methods of the county: the list, and one method with options, what a change would do, its history."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, Refusal
from luoshi.methods.options import options_validated
from luoshi.methods.rules import may_switch_methods
from luoshi.methods.versions import switch_version
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.rehearsal import MovedAct
from luoshi.workbench.methods_setup.cards import Card, card_of, cards_all, obligations_of, options_now
from luoshi.workbench.methods_setup.changing import (
    DISABLE,
    ENABLE,
    OPTIONS,
    Change,
    change_make,
    change_rehearse,
    options_carried,
    refusal_of,
)
from luoshi.workbench.methods_setup.history import history_of
from luoshi.workbench.methods_setup.rules import may_see_methods
from luoshi.workbench.people import frame, workbench_page
from luoshi.workbench.typed.fields import form_of
from luoshi.workbench.typed.reading import PREFIX, typed_read
from luoshi.workbench.typed.shapes import Part, changes_of, defaults_of, parts_of, words_of

LISTED = 200
"""Cases that the effect of a change names; it counts all of them."""
FURTHEST = 1000
NOT_FOR_YOU = "只有系统管理员可以管理工作法；审计管理员可以查看其历史"


@require_safe
@workbench_page
def methods(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every method as a card."""
    if not may_see_methods(actor):
        return _refused(request, actor, NotAllowed(NOT_FOR_YOU))
    context = {"cards": cards_all(), "switches": may_switch_methods(actor)}
    return render(request, "methods_setup/methods.html", {**frame(request, actor), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def method(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One method. POST tries a change on the open cases and shows it; a second POST makes it.

    :raises Http404: where there is no such method.
    """
    if not (may_see_methods(actor) if request.method != "POST" else may_switch_methods(actor)):
        return _refused(request, actor, NotAllowed(NOT_FOR_YOU))
    try:
        card = card_of(slug)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    if request.method != "POST":
        return _page(request, actor, card)
    if request.POST.get("do") == "confirm":
        return _make(request, actor, card)
    return _try(request, actor, card)


def _try(request: HttpRequest, actor: Actor, card: Card) -> HttpResponse:
    """Read the form, try the change, and show what it would do."""
    parts = _parts(card)
    do = request.POST.get("do", "")
    typed: dict[str, Any] | None = None
    try:
        if do == "again":
            return _page(request, actor, card, data=options_carried(card, request.POST.get("options", "")))
        if do == DISABLE:
            valid: dict[str, Any] = dict(card.options)
        else:
            read = typed_read(parts, request.POST)
            typed = read.data
            if more := request.POST.get("more", ""):
                return _page(request, actor, card, data=typed, spare=more.removeprefix(f"{PREFIX}."))
            if wrong := refusal_of(read, card.options_model):
                raise wrong
            valid = options_validated(card.options_model, typed)
        if do not in (ENABLE, OPTIONS, DISABLE):
            raise Invalid([Problem("", "没有说明要做什么，请用页面上的按钮")])
        change = Change(do, card.slug, card.name, valid, _seen(request))
        effect = change_rehearse(change, actor)
    except Refusal as refusal:
        return _page(request, actor, card, data=typed, refusal=refusal)
    changes = changes_of(parts, _before(card, parts, do), valid) if do != DISABLE else []
    if do == OPTIONS and not changes:
        messages.info(request, "没有改动：所填的与现行选项相同。")
        return redirect("method-setup", slug=card.slug)
    context = {
        "card": card,
        "change": change,
        "changes": changes,
        "carried": json.dumps(valid, ensure_ascii=False),
        "obligations": obligations_of(card.slug, valid) if do != DISABLE else None,
        "effect": effect,
        "shut": _listed(effect.shut.acts, actor),
        "opened": _listed(effect.opened.acts, actor),
        "has_pages": card.method is not None and card.method.urls is not None,
    }
    return render(request, "methods_setup/effect.html", {**frame(request, actor), **context})


def _make(request: HttpRequest, actor: Actor, card: Card) -> HttpResponse:
    """Make the change that was shown."""
    kind = request.POST.get("change", "")
    carried: dict[str, Any] | None = None
    try:
        if kind not in (ENABLE, OPTIONS, DISABLE):
            raise Invalid([Problem("", "没有说明要做什么，请用页面上的按钮")])
        if kind != DISABLE:
            carried = options_carried(card, request.POST.get("options", ""))
        change = Change(kind, card.slug, card.name, carried or {}, _seen(request))
        change_make(change, actor)
    except Refusal as refusal:
        return _page(request, actor, card_of(card.slug), data=carried, refusal=refusal)
    messages.success(request, f"已{change.word}：{card.name}", extra_tags="saved")
    return redirect("method-setup", slug=card.slug)


def _page(
    request: HttpRequest,
    actor: Actor,
    card: Card,
    *,
    data: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    spare: str = "",
) -> HttpResponse:
    """The page of one method, with what was typed where there is anything."""
    parts = _parts(card)
    stored = options_now(card)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    switches = may_switch_methods(actor)
    context = {
        "card": card,
        "switches": switches,
        "form": form_of(parts, stored if data is None else data, defaults_of(parts), problems, spare)
        if switches and card.may_be_changed
        else None,
        "values": [(part, words_of(part.shape, stored.get(part.name))) for part in parts],
        "history": history_of(card.slug, parts, _number(request.GET.get("page", ""))),
        "seen": switch_version(card.slug),
        "refusal": refusal,
        "typed": data is not None,
    }
    status = 200 if refusal is None else refusal.status
    return render(request, "methods_setup/method.html", {**frame(request, actor), **context}, status=status)


def _parts(card: Card) -> tuple[Part, ...]:
    return () if card.options_model is None else parts_of(card.options_model)


def _before(card: Card, parts: Sequence[Part], do: str) -> dict[str, Any]:
    """What the options are compared with: those in force, or the defaults where the method is off."""
    return options_now(card) if do == OPTIONS else defaults_of(parts)


def _listed(acts: Sequence[MovedAct], actor: Actor) -> list[tuple[list[MovedAct], bool]]:
    """The acts by case, as many cases as a page can bear, and whether this person may open each."""
    by_case: dict[int, list[MovedAct]] = {}
    for act in acts:
        by_case.setdefault(act.suggestion_id, []).append(act)
    shown = list(by_case)[:LISTED]
    visible = set(suggestions_visible(actor).filter(pk__in=shown).values_list("pk", flat=True))
    return [(by_case[pk], pk in visible) for pk in shown]


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid([Problem("", "页面不完整，请刷新后重新提交")])
    return int(text)


def _number(text: str) -> int:
    return min(max(int(text), 1), FURTHEST) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _refused(request: HttpRequest, actor: Actor, refusal: Refusal) -> HttpResponse:
    context = {**frame(request, actor), "refusal": refusal}
    return render(request, "methods_setup/refused.html", context, status=refusal.status)
