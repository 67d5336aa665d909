"""What the clock does by itself, once a night in each county."""

import logging

from celery import shared_task

from luoshi import moment
from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.errors import Refusal
from luoshi.lifecycle.states import SuggestionState
from luoshi.suggestions.models import Clock, Suggestion
from luoshi.suggestions.services.attachments import orphans_remove, uploads_prune
from luoshi.suggestions.services.door import transition_perform

logger = logging.getLogger(__name__)


@shared_task(name="suggestions.lapse_evaluations", ignore_result=True)
def lapse_evaluations() -> int:
    """Let evaluations lapse whose window is over (domain.md C1 row 16). Lapsed is never satisfied.

    Returns how many lapsed. One that is refused, because the deputy was faster, does not stop the others.
    """
    overdue = Suggestion.objects.filter(
        state=SuggestionState.REPLIED,
        clocks__kind="evaluation",
        clocks__owner="core",
        clocks__state=Clock.State.RUNNING,
        clocks__due_on__lt=moment.today(),
    ).distinct()
    lapsed = 0
    for suggestion in overdue:
        try:
            transition_perform(subject=suggestion, transition="lapse_evaluation", actor=SYSTEM_ACTOR)
        except Refusal as refusal:
            logger.info("suggestion %s does not lapse: %s", suggestion.pk, refusal.message)
        else:
            lapsed += 1
    return lapsed


@shared_task(name="suggestions.clean_files", ignore_result=True)
def clean_files() -> tuple[int, int]:
    """Remove what was sent in a day ago and not used, then files that no row names.

    Returns how many rows and how many files were removed.
    """
    return uploads_prune(), orphans_remove()
