"""脱敏对照: each piece of the original, marked, beside the text that goes out; a named person confirms it.

What the machine has found is masked in the text to begin with. Whatever of it the reviewer lets stand that
looks like somebody's number is shown to him once more, with a place for the reason.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_safe

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.lifecycle.handling_tables import PUBLICATION_TABLE
from luoshi.masking import Kind, Mark
from luoshi.publication.clean_files import Enclosure, enclosures_of, publishable
from luoshi.publication.renditions import Proposal, Proposed, rendition_propose
from luoshi.publication.tasks import clean_file_send
from luoshi.suggestions.acts.publishing import LONGEST_NAME
from luoshi.suggestions.files.serving import PICTURE_POLICY, POLICY
from luoshi.suggestions.models import CleanFile, Publication, PublishedVersion
from luoshi.suggestions.rendition import files_chosen, numbers_standing
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.door import transition_perform
from luoshi.workbench.acting.news import news_since, seen_last
from luoshi.workbench.files.access import signed_in
from luoshi.workbench.kept import typed_done, typed_take
from luoshi.workbench.people import frame

LEFT_OUT = "leave_out"
NAME = "name."
"""What the field of a file's name is called, with the file's id."""
ACT = next(row for row in PUBLICATION_TABLE if row.name == "confirm_rendition")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the original: plain, or marked with what it looks like and why."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A number or hidden name that still stands in the text, and the reason that was given for it."""

    text: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece as the page shows it. ``is_out``: it is left out of what is published."""

    proposal: Proposal
    stretches: list[Stretch]
    text: str
    is_out: bool
    problem: str

    @property
    def rows(self) -> int:
        """Height of the text's field, in lines."""
        return min(30, max(2, len(self.text) // 28 + self.text.count("\n") + 1))


@dataclass(frozen=True, slots=True)
class Offered:
    """One attachment, whether it goes out and under which name. ``told``: what is wrong with the name."""

    enclosure: Enclosure
    is_chosen: bool
    name: str
    told: str


def rendition_confirm(request: HttpRequest, actor: Actor, publication: Publication) -> HttpResponse:
    """The page, and its confirmation by POST. What was typed survives every refusal.

    :raises Http404: for whoever does not decide on this publication.
    """
    if not may(
        actor, "publication.confirm_rendition", Target(publication.suggestion, publication.reply.assignment)
    ):
        raise Http404("没有这一页，或您无权查看")
    typed = request.POST if request.method == "POST" else typed_take(request, actor)
    proposed = rendition_propose(publication)
    refusal: Refusal | None = None
    if request.method == "POST" and "clean" in request.POST:
        _clean(request, publication)
    elif request.method == "POST":
        try:
            _confirm(request.POST, actor, publication, proposed)
        except NotFound as error:
            raise Http404(error.message) from error
        except Refusal as error:
            refusal = error
        else:
            typed_done(request)
            messages.success(request, "已办：确认脱敏稿")
            return redirect("office-suggestion", pk=publication.suggestion_id)
    return _page(request, actor, publication, proposed, typed, refusal)


def _clean(request: HttpRequest, publication: Publication) -> None:
    """Have the clean copy of one attachment made; what is typed stays on the page."""
    asked = request.POST.get("clean", "")
    wanted = (
        publishable(publication).filter(pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0).first()
    )
    if wanted is None:
        raise Http404("没有这个附件，或您无权查看")
    if clean_file_send(wanted.pk):
        messages.success(
            request, f"正在生成《{wanted.original_name}》的清洁版，需要一会儿；您填写的内容都在下面。"
        )
    else:
        messages.warning(request, "后台任务没有启动，请稍后再试；您填写的内容都在下面。")


@require_safe
@signed_in
def clean_file(request: HttpRequest, actor: Actor, pk: str) -> HttpResponseBase:
    """A clean copy, for whoever decides whether it is published.

    :raises Http404: for everybody else.
    """
    visible = suggestions_visible(actor)
    found = (
        CleanFile.objects.select_related("attachment__suggestion", "attachment__reply__assignment")
        .filter(pk=int(pk), refused="", attachment__suggestion__in=visible)
        .first()
    )
    if found is None:
        raise Http404("没有这个附件，或您无权查看")
    reply = found.attachment.reply
    target = Target(found.attachment.suggestion, reply.assignment if reply else None)
    if not may(actor, "publication.confirm_rendition", target):
        raise Http404("没有这个附件，或您无权查看")
    answer = FileResponse(found.file.open(), content_type=found.media_type, filename=found.name)
    answer["Content-Security-Policy"] = PICTURE_POLICY if found.is_picture else POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _confirm(typed: QueryDict, actor: Actor, publication: Publication, proposed: Proposed) -> None:
    pieces = [
        {"key": row.source.key, "text": typed.get(f"text.{row.source.key}", "")}
        for row in proposed.pieces
        if f"{LEFT_OUT}.{row.source.key}" not in typed
    ]
    reasons = zip(typed.getlist("kept.text"), typed.getlist("kept.why"), strict=False)
    transition_perform(
        subject=publication,
        transition="confirm_rendition",
        actor=actor,
        data={
            "source": typed.get("source", ""),
            "pieces": pieces,
            "kept": [{"text": text, "why": why.strip()} for text, why in reasons if why.strip()],
            "names": [
                {"file": int(key.removeprefix(NAME)), "name": typed.get(key, "").strip()[:LONGEST_NAME]}
                for key in typed
                if key.startswith(NAME) and key.removeprefix(NAME).isdecimal() and len(key) < 24
            ],
            "files": [int(pk) for pk in typed.getlist("files") if pk.isdecimal() and len(pk) < 19],
        },
        idempotency_key=typed.get("once", "")[:100],
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    publication: Publication,
    proposed: Proposed,
    typed: QueryDict | None,
    refusal: Refusal | None,
) -> HttpResponse:
    suggestion = publication.suggestion
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    told = {problem.field: problem.message for problem in problems}
    shown = [_shown(row, typed, told) for row in proposed.pieces]
    context: dict[str, Any] = {
        **frame(request, actor),
        "publication": publication,
        "suggestion": suggestion,
        "pieces": shown,
        "standing": _standing(shown, typed, publication, proposed.hidden)
        if typed is not None or proposed.confirmed
        else [],
        # Once he is told that the originals have changed, he sees the new ones and confirms those.
        "source": proposed.digest if typed is None or "source" in told else typed.get("source", ""),
        "confirmed": proposed.confirmed,
        "enclosures": _offered(publication, typed, proposed, told),
        "version": PublishedVersion.newest(publication.pk),
        "can": publication.state in ACT.sources,
        "kept": typed is not None and request.method != "POST",
        "refusal": refusal,
        "problems": problems,
        "news": news_since(suggestion, actor, request.POST.get("seen", "")) if refusal else (),
        "seen": seen_last(suggestion),
        "once": (typed.get("once") if typed is not None else "") or get_random_string(32),
    }
    return render(request, "publishing/rendition.html", context, status=refusal.status if refusal else 200)


def _offered(
    publication: Publication, typed: QueryDict | None, proposed: Proposed, told: dict[str, str]
) -> list[Offered]:
    """The attachments as the page shows them: what was typed, else what was confirmed, else the proposal."""
    confirmed = files_chosen(proposed.confirmed) if proposed.confirmed is not None else {}
    chosen = set(confirmed) if typed is None else {int(pk) for pk in typed.getlist("files") if pk.isdecimal()}
    offered = []
    for row in enclosures_of(publication, known=proposed.known, named=proposed.named):
        pk = row.clean.pk if row.clean is not None else 0
        name = confirmed.get(pk, row.name) if typed is None else typed.get(f"{NAME}{pk}", row.name)
        offered.append(Offered(row, pk in chosen, name, told.get(f"names.{pk}", "")))
    return offered


def _shown(row: Proposal, typed: QueryDict | None, told: dict[str, str]) -> Shown:
    key = row.source.key
    text = row.text if typed is None else typed.get(f"text.{key}", "")
    is_out = f"{LEFT_OUT}.{key}" in typed if typed is not None else row.source.is_optional and not text
    return Shown(row, _stretches(row), text, is_out, told.get(f"pieces.{key}", ""))


def _stretches(row: Proposal) -> list[Stretch]:
    """The original cut where marks begin and end."""
    text, found, at = row.source.text, [], 0
    for mark in row.marks:
        if mark.start > at:
            found.append(Stretch(text[at : mark.start]))
        found.append(Stretch(text[mark.start : mark.end], mark))
        at = mark.end
    if at < len(text):
        found.append(Stretch(text[at:]))
    return found


def _standing(
    shown: list[Shown], typed: QueryDict | None, publication: Publication, hidden: frozenset[str]
) -> list[Standing]:
    """Numbers and hidden names that the text still has, each with the reason that was given for it."""
    if typed is None:
        rendition = publication.renditions.first()
        given = {row["text"]: row["why"] for row in rendition.kept} if rendition else {}
    else:
        given = dict(zip(typed.getlist("kept.text"), typed.getlist("kept.why"), strict=False))
    found: dict[str, Kind] = {}
    for piece in shown:
        if not piece.is_out:
            found |= numbers_standing(piece.text, hidden)
    return [Standing(text, kind.label, given.get(text, "")) for text, kind in found.items()]
