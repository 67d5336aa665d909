"""Who may do what: each relation of the table as a predicate, each permission as their union.

Predicates take the actor and a :class:`Target`; they read what the door has loaded and, where they must, ask
the database once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

import rules

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, RecipientSystem
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.lifecycle.transition import Who
from luoshi.suggestions.models import Assignment, CoSignature, Suggestion


@dataclass(frozen=True, slots=True)
class Target:
    """What a permission is asked about. ``assignment`` is set for acts on a unit's part."""

    suggestion: Suggestion
    assignment: Assignment | None = None


def _holds(*roles: Role) -> rules.Predicate:
    def holds(actor: Actor, target: Target | None) -> bool:
        return actor.has(*roles)

    return rules.Predicate(holds, name="holds:" + "|".join(role.value for role in roles))


@rules.predicate
def is_lead_deputy(actor: Actor, target: Target) -> bool:
    """领衔代表: first signer, contact, evaluates; whoever is elected again keeps his old cases."""
    return actor.has(Role.DEPUTY) and target.suggestion.lead_deputy_id in actor.deputy_ids


def _has_signature(actor: Actor, target: Target, state: str) -> bool:
    return (
        actor.has(Role.DEPUTY)
        and CoSignature.objects.filter(
            suggestion=target.suggestion, deputy_id__in=actor.deputy_ids, state=state
        ).exists()
    )


@rules.predicate
def is_invited_co_signer(actor: Actor, target: Target) -> bool:
    """A deputy who was asked to co-sign and has not answered."""
    return _has_signature(actor, target, CoSignature.State.INVITED)


@rules.predicate
def is_co_signer(actor: Actor, target: Target) -> bool:
    """附议代表."""
    return _has_signature(actor, target, CoSignature.State.CONFIRMED)


@rules.predicate
def is_unit_staff(actor: Actor, target: Target) -> bool:
    """Works for the unit of this assignment, as its head or as a handler."""
    return (
        actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER)
        and target.assignment is not None
        and target.assignment.unit_id in actor.unit_ids
    )


@rules.predicate
def is_unit_head(actor: Actor, target: Target) -> bool:
    """Head of this very unit (负责人审签): the head of another one is not enough."""
    return (
        bool(is_unit_staff(actor, target))
        and actor.has(Role.UNIT_HEAD)
        and target.assignment is not None
        and target.assignment.unit_id in actor.headed_unit_ids
    )


@rules.predicate
def is_lead_unit_staff(actor: Actor, target: Target) -> bool:
    """Works for a lead of the suggestion's present round."""
    return (
        actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER)
        and Assignment.objects.filter(
            suggestion=target.suggestion,
            round=target.suggestion.round,
            unit_id__in=actor.unit_ids,
            role__in=[AssignmentRole.LEAD, AssignmentRole.SEPARATE],
        )
        .exclude(state__in=GONE)
        .exists()
    )


@rules.predicate
def is_proposed_unit(actor: Actor, target: Target) -> bool:
    """Works for a unit proposed in the pre-assignment."""
    return (
        actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER)
        and target.suggestion.proposals.filter(unit_id__in=actor.unit_ids).exists()
    )


@rules.predicate
def is_reviewing_office(actor: Actor, target: Target) -> bool:
    """政府办 for the government's items, the congress's office for all others."""
    if target.suggestion.recipient_system == RecipientSystem.GOVERNMENT:
        return actor.has(Role.GOVERNMENT_OFFICE)
    return actor.has(Role.CONGRESS_OFFICE)


@rules.predicate
def is_importer(actor: Actor, target: Target) -> bool:
    """The import itself: no person, and by no other way than the import's."""
    return actor.has(Role.SYSTEM) and actor.channel == Channel.IMPORT


WHO: dict[Who, rules.Predicate] = {
    Who.LEAD_DEPUTY: is_lead_deputy,
    Who.INVITED_CO_SIGNER: is_invited_co_signer,
    Who.CO_SIGNER: is_co_signer,
    Who.PRESIDIUM: _holds(Role.PRESIDIUM),
    Who.SECRETARIAT: _holds(Role.SECRETARIAT),
    Who.CONGRESS_OFFICE: _holds(Role.CONGRESS_OFFICE),
    Who.GOVERNMENT_OFFICE: _holds(Role.GOVERNMENT_OFFICE),
    Who.REVIEWING_OFFICE: is_reviewing_office,
    Who.PROPOSED_UNIT: is_proposed_unit,
    Who.UNIT_STAFF: is_unit_staff,
    Who.UNIT_HEAD: is_unit_head,
    Who.LEAD_UNIT_STAFF: is_lead_unit_staff,
    Who.SITE_EDITOR: _holds(Role.SITE_EDITOR),
    Who.SYSTEM: _holds(Role.SYSTEM),
    Who.IMPORTER: is_importer,
}

SEES_EVERYTHING = (
    Role.CONGRESS_OFFICE,
    Role.SECRETARIAT,
    Role.GOVERNMENT_OFFICE,
    Role.LEADER,
    Role.COMMITTEE,
    Role.SYSTEM,
)
SEES_EVALUATIONS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.COMMITTEE, Role.SYSTEM)
MAY_SEND_FILES = (
    Role.DEPUTY,
    Role.SECRETARIAT,
    Role.CONGRESS_OFFICE,
    Role.PRESIDIUM,
    Role.GOVERNMENT_OFFICE,
    Role.UNIT_HEAD,
    Role.UNIT_HANDLER,
)
MAY_DRAFT = (Role.DEPUTY, Role.SECRETARIAT, Role.CONGRESS_OFFICE, Role.PRESIDIUM, Role.SYSTEM)


def permissions_register(add: Callable[[str, rules.Predicate], None] = rules.add_perm) -> None:
    """Give every transition its permission. Called once, when the app is ready."""
    for transition in ALL_TRANSITIONS:
        add(transition.permission, reduce(or_, (WHO[who] for who in transition.who)))


def may(actor: Actor, permission: str, target: Target) -> bool:
    """Whether ``actor`` holds ``permission`` for ``target``. An unknown permission is refused."""
    return bool(rules.has_perm(permission, actor, target))


def sees_evaluations(actor: Actor, suggestion: Suggestion) -> bool:
    """Evaluations are the deputy's and the congress's own: no unit and no government office reads them."""
    return actor.has(*SEES_EVALUATIONS) or bool(is_lead_deputy(actor, Target(suggestion)))
