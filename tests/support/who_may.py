"""Who may do each act and who may know of the case, by the law and the rules: written by hand.

From domain.md C0 (actors), C1 (column "Who") and its invariants, never from the tables of the code: a change
of who may do a thing makes a test red and has to be said here too.
"""

from collections.abc import Mapping

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

INTAKE: Mapping[str, tuple[set[str], set[str]]] = {
    "suggestion.edit": (HELPED, DRAFT),
    "suggestion.invite_co_signers": (HELPED, DRAFT),
    "suggestion.co_sign": ({"invited"}, CO_SIGNING),
    "suggestion.decline_co_sign": ({"invited"}, CO_SIGNING),
    "suggestion.remove_co_signer": (HELPED, CO_SIGNING),
    "suggestion.submit": (HELPED, DRAFT),
    "suggestion.convert_motion": (CONGRESS, RECEIVED),
    "suggestion.send_back": (CONGRESS, RECEIVED),
    "suggestion.not_accept": (CONGRESS, RECEIVED),
    "suggestion.register": (CONGRESS, RECEIVED),
    "suggestion.withdraw": (PROXY, RECEIVED),
    "suggestion.agree_to_withdraw": ({"second"}, RECEIVED),
    "suggestion.import_closed": ({"importer"}, DRAFT),
}
HAND_OVER: Mapping[str, tuple[set[str], set[str]]] = {
    "suggestion.merge": ({"congress"}, RECEIVED),
    "suggestion.pre_assign": ({"congress", "government"}, RECEIVED),
    "suggestion.claim": (LEAD | CO, WITH_UNITS),
    "suggestion.object": (LEAD | CO, WITH_UNITS),
    "suggestion.hand_over": ({"congress", "government"}, WITH_UNITS),
    "suggestion.mark_key": ({"congress"}, RECEIVED),
}
HANDLING: Mapping[str, tuple[set[str], set[str]]] = {
    "assignment.accept": (LEAD, WITH_UNITS),
    "assignment.request_return": (LEAD, WITH_UNITS),
    "assignment.reject_return": (OFFICE, WITH_UNITS),
    "assignment.approve_return": (OFFICE, WITH_UNITS),
    "assignment.reassign": (OFFICE, WITH_UNITS),
    "assignment.plan": (LEAD, WITH_UNITS),
    "assignment.record_contact": (LEAD, WITH_UNITS),
    "assignment.confirm_contact": (PROXY, WITH_UNITS),
    "assignment.deny_contact": (PROXY, WITH_UNITS),
    "assignment.start": (LEAD, WITH_UNITS),
    "assignment.request_extension": (LEAD, WITH_UNITS),
    "assignment.consent_extension": ({"congress"}, WITH_UNITS),
    "assignment.refuse_extension": ({"congress"}, WITH_UNITS),
    "assignment.submit_opinion": (CO, WITH_UNITS),
    "assignment.send_back_opinion": (LEAD, WITH_UNITS),
    "assignment.draft_reply": (LEAD, WITH_UNITS),
    "assignment.draft_supplement": (LEAD, WITH_UNITS),
}
REPLYING: Mapping[str, tuple[set[str], set[str]]] = {
    "reply.edit": (LEAD, WITH_UNITS),
    "reply.share_draft": (LEAD, WITH_UNITS),
    "reply.comment": (WRITER, WITH_UNITS),
    "reply.record_promise": (LEAD, WITH_UNITS),
    "reply.add_promise": ({"lead_head"}, WITH_UNITS),
    "reply.settle_promise": ({"congress"}, WITH_UNITS),
    "reply.sign": ({"lead_head"}, WITH_UNITS),
    "reply.submit_review": (LEAD, WITH_UNITS),
    "reply.send_back": (OFFICE, WITH_UNITS),
    "reply.approve": (OFFICE, WITH_UNITS),
    "reply.issue": (LEAD, WITH_UNITS),
    "reply.propose_publication": (LEAD, WITH_UNITS),
}
PUBLISHING: Mapping[str, tuple[set[str], set[str]]] = {
    "publication.check_secrecy": ({"lead_head"}, WITH_UNITS),
    "publication.approve": (OFFICE, WITH_UNITS),
    "publication.send_to_editor": (OFFICE | CLOCK | {"editor"}, WITH_EDITOR),
    "publication.publish": (OFFICE, WITH_EDITOR),
    "publication.withhold": (OFFICE, WITH_UNITS),
    "publication.revoke": (OFFICE, WITH_EDITOR),
    "publication.reassess": (OFFICE, WITH_UNITS),
}
FOLLOWING: Mapping[str, tuple[set[str], set[str]]] = {
    "suggestion.evaluate": (PROXY, WITH_UNITS),
    "suggestion.evaluate_own": (WRITER, WITH_UNITS),
    "suggestion.evaluate_merged": (PROXY, RECEIVED),
    "suggestion.remind_evaluation": ({"congress"} | CLOCK, WITH_UNITS),
    "suggestion.lapse_evaluation": (CLOCK, WITH_UNITS),
    "suggestion.close": ({"congress"} | CLOCK, WITH_UNITS),
    "suggestion.track": ({"congress"} | CLOCK, WITH_UNITS),
    "suggestion.rehandle": ({"congress"}, WITH_UNITS),
    "suggestion.end_tracking": ({"congress"} | CLOCK, WITH_UNITS),
}
WHO_MAY = {**INTAKE, **HAND_OVER, **HANDLING, **REPLYING, **PUBLISHING, **FOLLOWING}


def expected(c: Cast, permission: str) -> dict[str, str]:
    """What each person of the cast meets, by the tables above."""
    may, sees = WHO_MAY[permission]
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
