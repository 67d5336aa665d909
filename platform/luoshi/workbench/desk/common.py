"""What the desk's pages share: whose they are, what an address names, how a failure is told."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404
from django.utils.crypto import get_random_string

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import RecipientSystem
from luoshi.suggestions.models import Session, Suggestion
from luoshi.suggestions.rules import Target, may

REGISTER, PRE_ASSIGN, HAND_OVER = "suggestion.register", "suggestion.pre_assign", "suggestion.hand_over"


def has_page(actor: Actor, permission: str) -> bool:
    """Whether the desk's page of an act is this person's. The door decides of each suggestion."""
    return may(actor, permission, Target(Suggestion()))


def page_only_for(actor: Actor, permission: str) -> None:
    """Let nobody else see the page.

    :raises Http404: for whoever has not the permission.
    """
    if not has_page(actor, permission):
        raise Http404("没有这一页")


def in_charge(actor: Actor) -> Q:
    """What is offered to this person's office: the congress hands everything over, the government's office
    what goes to the government; courts, procuratorate and the like get theirs from the congress directly
    (domain.md C1 row 8)."""
    if actor.has(Role.CONGRESS_OFFICE):
        return Q()
    return Q(recipient_system=RecipientSystem.GOVERNMENT)


def numbers_read(texts: Iterable[str]) -> list[int]:
    """Ids that an address or a form names, each once and in their order; anything else is let lie."""
    good = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19)
    return list(dict.fromkeys(good))


def number_read(text: str | None) -> int:
    """One id; 0 where there is none."""
    return next(iter(numbers_read([text or ""])), 0)


def once_new() -> str:
    """A token for a form that must be done once however often it is sent."""
    return get_random_string(32)


def sessions_of(rows: Iterable[Suggestion]) -> list[Session]:
    """The sessions of these suggestions, the newest first."""
    found = {row.session_id: row.session for row in rows}
    return sorted(found.values(), key=lambda session: (session.year, session.pk), reverse=True)
