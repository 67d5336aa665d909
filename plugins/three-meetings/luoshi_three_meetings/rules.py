"""Who may do what with the confirmation of meetings. The names of permissions begin with the label."""

from dataclasses import dataclass

import rules

from luoshi.accounts.actor import Actor, Role
from luoshi.suggestions.models import Contact

SPEAKS_FOR_HANDLING = (Role.UNIT_HEAD, Role.UNIT_HANDLER, Role.GOVERNMENT_OFFICE)
"""The side whose meetings are confirmed: it never holds the means of the confirmation."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a permission is asked about: a contact with its suggestion loaded."""

    contact: Contact


@rules.predicate
def is_handling_side(actor: Actor, meeting: Meeting | None) -> bool:
    """Works for a unit or for the government's office, whatever else he is."""
    return actor.has(*SPEAKS_FOR_HANDLING) or bool(actor.unit_ids)


@rules.predicate
def is_own_deputy(actor: Actor, meeting: Meeting) -> bool:
    """The lead deputy of the meeting's suggestion."""
    return actor.has(Role.DEPUTY) and meeting.contact.suggestion.lead_deputy_id in actor.deputy_ids


@rules.predicate
def is_congress_office(actor: Actor, meeting: Meeting | None) -> bool:
    """代表工委."""
    return actor.has(Role.CONGRESS_OFFICE)


ISSUE_SLIP = "three_meetings.issue_slip"
rules.add_perm(ISSUE_SLIP, (is_congress_office | is_own_deputy) & ~is_handling_side)


def may_issue(actor: Actor, contact: Contact) -> bool:
    """Whether ``actor`` may have the link and code for ``contact`` shown to him."""
    return bool(rules.has_perm(ISSUE_SLIP, actor, Meeting(contact)))
