"""Who may do an act and who may know of the case, by the law and the rules: written by hand.

From domain.md C0 (actors), C1 (column "Who") and its invariants, never from the tables of the code: a change
of who may do a thing makes a test red and has to be said in that permission's own file too.
"""

from django.db import transaction
from people import Cast
from ready import READY, Ready

from luoshi.accounts.actor import Actor
from luoshi.errors import NotAllowed, NotFound
from luoshi.suggestions.services.door import transition_perform

WRITER = {"writer"}
CONGRESS = {"congress", "secretariat"}  # 代表工委 between sessions, 大会秘书处 in session
HELPED = WRITER | CONGRESS  # the deputy, or who writes it down for him
LEAD = {"lead_head", "lead_handler"}
CO = {"co_head", "co_handler"}
OFFICE = {"government"}
CLOCK = {"system", "importer"}  # the system itself, whatever way it comes in
PROXY = {"writer", "congress"}  # the deputy, or the congress's office from paper

# Who may know of a case of the county's congress.
DRAFT = WRITER | CONGRESS | CLOCK
CO_SIGNING = DRAFT | {"second", "invited"}
RECEIVED = WRITER | CONGRESS | OFFICE | {"second", "leader", "committee"} | CLOCK
WITH_UNITS = RECEIVED | LEAD | CO
WITH_EDITOR = WITH_UNITS | {"editor"}


def expected(c: Cast, may: set[str], sees: set[str]) -> dict[str, str]:
    """What everybody of the county is to meet: the act is done for ``may``, refused to the others of
    ``sees``, and the case is not there for anybody else.
    """
    assert may <= sees <= set(c.people)
    return {
        name: "may" if name in may else "not_allowed" if name in sees else "not_found" for name in c.people
    }


def outcomes(c: Cast, permission: str, ready: Ready | None = None) -> dict[str, str]:
    """What each person of the cast really meets at the door; every try is undone."""
    ready = ready or READY[permission](c)
    return {name: outcome(permission, ready, actor) for name, actor in c.people.items()}


def outcome(permission: str, ready: Ready, actor: Actor) -> str:
    """``may``, ``not_allowed`` or ``not_found``; the act is undone."""
    data = dict(ready.data)
    if permission in ("suggestion.claim", "suggestion.object") and actor.unit_ids:
        data["unit"] = min(actor.unit_ids)  # everybody answers for the own unit
    with transaction.atomic():
        try:
            transition_perform(
                subject=ready.subject, transition=permission.partition(".")[2], actor=actor, data=data
            )
        except NotAllowed:
            return "not_allowed"
        except NotFound:
            return "not_found"
        finally:
            transaction.set_rollback(True)
    return "may"
