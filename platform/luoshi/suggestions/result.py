"""The one result class of a suggestion, from its leads' letters (domain.md C8: one final class each)."""

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import ReplyState, ResultClass
from luoshi.statement import Rows
from luoshi.suggestions.county_settings import CountySettings, SeparateClass
from luoshi.suggestions.models import Reply, Suggestion

# Each guard of an end asks for them.
_STANDING: Rows[Reply] = Rows(
    lambda suggestion, round: (
        Reply.objects.filter(suggestion=suggestion, round=round, state=ReplyState.ISSUED)
        .exclude(assignment__state__in=GONE)
        .exclude(result_class="")
        .order_by("assignment_id", "id")
    ),
    suggestion=int,
    round=int,
)
_SEVERITY = {value: position for position, value in enumerate(ResultClass.values)}


def letters_standing(suggestion: Suggestion, *, just_issued: Reply | None = None) -> list[Reply]:
    """The latest issued letter of each live lead of this round, in the order of the parts.

    ``just_issued`` counts although its row does not say so yet.
    """
    letters = _STANDING.all(suggestion=suggestion.pk, round=suggestion.round)
    if just_issued is not None and just_issued.result_class:
        letters = [letter for letter in letters if letter.pk != just_issued.pk] + [just_issued]
    latest = {letter.assignment_id: letter for letter in letters}
    return [latest[assignment_id] for assignment_id in sorted(latest)]


def result_refresh(
    suggestion: Suggestion, settings: CountySettings, *, just_issued: Reply | None = None
) -> None:
    """Set ``class_code`` and ``result_class`` from the letters that stand.

    Where several units answer separately, the county's rule picks the worst or the first for the figures;
    what may be closed asks them all.
    """
    letters = letters_standing(suggestion, just_issued=just_issued)
    if not letters:
        return
    chosen = (
        letters[0]
        if settings.separate_class == SeparateClass.FIRST
        else max(letters, key=lambda letter: _SEVERITY[letter.result_class])
    )
    suggestion.class_code = chosen.class_code
    suggestion.result_class = chosen.result_class
