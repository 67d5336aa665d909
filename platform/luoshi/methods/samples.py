"""Plausible frozen values for the tests of a method: change what matters, keep the rest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from luoshi.accounts.actor import Actor, Role
from luoshi.methods.types import AssignmentView, CaseView, EventView, TenantView, TransitionView

_CASE = CaseView(
    id=1,
    number=12,
    title="关于修缮村级道路的建议",
    session="17-4",
    item_kind="suggestion",
    recipient_system="government",
    state="in_handling",
    round=1,
    is_key=False,
    imported=False,
    handed_over_on=date(2019, 5, 23),
    lead_deputy_id=1,
    assignments=(
        AssignmentView(
            id=1,
            unit_id=1,
            unit_name="县交通运输局",
            role="lead",
            round=1,
            state="handling",
            due_on=date(2019, 8, 23),
        ),
    ),
    contacts=(),
    replies=(),
    evaluations=(),
)
_TRANSITION = TransitionView(subject="reply", name="issue", subject_id=1, source="approved", target="issued")
_ACTOR = Actor(user_id=1, name="经办人", roles=frozenset({Role.UNIT_HANDLER}), unit_ids=frozenset({1}))
_TENANT = TenantView(schema="c430422", code="430422", name="衡南县", province_code="430000")


def case_sample(**changes: Any) -> CaseView:
    """A suggestion in handling by one lead unit, without contacts, replies and evaluations."""
    return replace(_CASE, **changes)


def transition_sample(**changes: Any) -> TransitionView:
    """The issuing of a reply."""
    return replace(_TRANSITION, **changes)


def event_sample(**changes: Any) -> EventView:
    """The first event of the sample case: the sample transition has happened."""
    event = EventView(
        suggestion_id=1,
        sequence=1,
        transition=_TRANSITION,
        actor_id=1,
        at=datetime(2019, 8, 1, 8, 0, tzinfo=UTC),
    )
    return replace(event, **changes)


def actor_sample(**changes: Any) -> Actor:
    """A handler of the sample case's lead unit."""
    return replace(_ACTOR, **changes)


def tenant_sample(**changes: Any) -> TenantView:
    """A county whose province sets no limit to its methods."""
    return replace(_TENANT, **changes)
