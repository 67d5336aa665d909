"""What every act leaves behind: an event, a message for what follows the commit, and no old public page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from luoshi.accounts.actor import Actor
from luoshi.audit.services import event_append
from luoshi.lifecycle.states import Subject
from luoshi.methods.types import TransitionView
from luoshi.outbox.services import message_add
from luoshi.shown import public_changed

TRANSITION_DONE = "suggestion.transition_done"
"""Topic of the outbox under which every act is told."""
HIDDEN_FROM_UNITS = ("assignment.deny_contact",)
"""Kinds of events that only the congress and the deputy read."""


def stream_key(suggestion_id: int) -> str:
    """Name of the suggestion's event stream in the audit log."""
    return f"suggestion:{suggestion_id}"


def acts_on(subject: Subject) -> Callable[[Mapping[str, Any]], bool]:
    """For a consumer of :data:`TRANSITION_DONE` that hears of the acts on one kind of subject alone."""
    return lambda payload: payload["subject"] == subject


def act_log(
    *,
    suggestion_id: int,
    view: TransitionView,
    label: str,
    actor: Actor,
    at: datetime,
    more: Mapping[str, Any],
    digest: str = "",
) -> int:
    """Write the event and the message of one act; returns the event's place in the log.

    Copies of public pages are forgotten with the commit: any act may change what one of them shows.

    :param label: Chinese name of the act. :param more: what the event says beyond who, what and when.
    :param digest: name of the whole of which people are told in place of this act; see the door.
    """
    event = event_append(
        stream_key=stream_key(suggestion_id),
        kind=f"{view.subject}.{view.name}",
        actor_id=actor.user_id,
        actor_role=",".join(sorted(role.value for role in actor.roles)),
        payload={
            "subject": view.subject,
            "subject_id": view.subject_id,
            "transition": view.name,
            "label": label,
            "source": view.source,
            "target": view.target,
            "actor": actor.name,
            "channel": actor.channel.value,
            **more,
        },
        at=at,
    )
    message_add(
        topic=TRANSITION_DONE,
        key=stream_key(suggestion_id),
        payload={
            "suggestion_id": suggestion_id,
            "sequence": event.seq,
            "subject": view.subject,
            "subject_id": view.subject_id,
            "transition": view.name,
            "source": view.source,
            "target": view.target,
            "actor_id": actor.user_id,
            "channel": actor.channel.value,
            "at": at.isoformat(),
            **({"digest": digest} if digest else {}),
        },
    )
    public_changed()
    return event.seq
