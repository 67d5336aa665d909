"""What stands beside the form of an act, so that it is done with the case before one's eyes."""

from typing import Any

from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.transition import Transition
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import Reply, Suggestion
from luoshi.suggestions.selectors.reply_flags import reply_flags
from luoshi.suggestions.services.context import Moving
from luoshi.workbench.letter import letter_of

_TEMPLATES = {
    "suggestion.evaluate": "acting/evaluate.html",
    "suggestion.evaluate_own": "acting/evaluate.html",
    "suggestion.evaluate_merged": "acting/evaluate.html",
    "reply.approve": "acting/review.html",
    "reply.send_back": "acting/review.html",
}
_FLAGGED = ("sign", "submit_review", "approve", "send_back")
_READ = (*_FLAGGED, "share_draft", "comment", "issue", "propose_publication")


def template_of(row: Transition) -> str:
    """The template of an act's page; most share one."""
    return _TEMPLATES.get(row.permission, "acting/act.html")


def beside(
    row: Transition, moving: Moving, suggestion: Suggestion, settings: CountySettings
) -> dict[str, Any]:
    """The letter as it will be printed, and what it lacks; for an evaluation the letters that are judged."""
    if isinstance(moving, Reply) and row.name in _READ:
        return {
            "letter": letter_of(moving, settings),
            "enclosed": list(moving.attachments.order_by("pk")),
            "flags": reply_flags(moving) if row.name in _FLAGGED else (),
            "reasons": settings.send_back_reasons,
            "reviews": list(moving.reviews.all()) if row.name in _FLAGGED else (),
            "asks": _answers(moving),
            "reply": moving,
        }
    if row.subject == Subject.SUGGESTION and row.name.startswith("evaluate"):
        main = suggestion.merged_into or suggestion
        issued = main.replies.filter(state="issued", round=main.round).select_related("assignment__unit")
        return {"letters": [_judged(letter, main, settings) for letter in issued]}
    return {}


def _judged(letter: Reply, main: Suggestion, settings: CountySettings) -> dict[str, Any]:
    letter.suggestion = main
    return {"reply": letter, "letter": letter_of(letter, settings)}


def _answers(reply: Reply) -> list[tuple[int, str, str | None]]:
    """Each ask with the passage that answers it; ``None`` where the unit has named none."""
    quotes = {row["ask"]: row["quote"] for row in reply.asks_answered}
    return [(ask.position, ask.text, quotes.get(ask.pk)) for ask in reply.suggestion.asks.all()]
