"""The way of a case between two meetings."""

from typing import Any

from people import Cast
from ready import accepted, opinion_in
from world import contact, fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.methods.models import MethodActivation
from luoshi.methods.services import method_enable, method_options_set
from luoshi.suggestions.models import Assignment, Contact, Reply, Suggestion

SLUG = "three-meetings"


def method_switch(**options: Any) -> None:
    """Switch the method on with these options, or change them."""
    if MethodActivation.objects.filter(slug=SLUG, is_enabled=True).exists():
        method_options_set(slug=SLUG, options=options, actor=SYSTEM_ACTOR)
    else:
        method_enable(slug=SLUG, options=options, actor=SYSTEM_ACTOR)


def meeting(cast: Cast, part: Assignment, phase: str, *, said: bool | None = True, **data: Any) -> Contact:
    """Record a contact of a part, and let the deputy answer: ``said`` true, false or None for no answer."""
    by = data.pop("by", cast.writer)
    head = cast.world.head_of(part)
    made = cast.world.act(part, "record_contact", head, **contact(part, phase, **data)).created["contact"]
    if said is not None:
        answer: dict[str, Any] = {"contact": made}
        if by is not cast.writer:
            answer["basis"] = "确认单第1号"
        if not said:
            answer["reason"] = "当天没有见过面"
        cast.world.act(part, "confirm_contact" if said else "deny_contact", by, **answer)
    return Contact.objects.get(pk=made)


def at_work(cast: Cast) -> Assignment:
    """The lead has accepted and, the first contact made by telephone, begun; the helpers are done."""
    lead = accepted(cast)
    phone = contact(lead, "before", mode="written")
    cast.world.act(lead, "record_contact", cast.lead_head, **phone)
    cast.world.act(lead, "start", cast.lead_head)
    opinion_in(cast, lead.suggestion)
    return fresh(lead)


def drafted(cast: Cast, lead: Assignment, letter: str = "A") -> Reply:
    reply = Reply.objects.get(pk=cast.world.act(lead, "draft_reply", cast.lead_head).created["reply"])
    cast.world.act(reply, "edit", cast.lead_head, body="现答复如下。", class_code=letter)
    return fresh(reply)


def issue(cast: Cast, reply: Reply) -> Suggestion:
    """Sign, review, issue."""
    cast.world.act(reply, "sign", cast.lead_head)
    cast.world.act(reply, "submit_review", cast.lead_head)
    cast.world.act(reply, "approve", cast.government)
    cast.world.act(reply, "issue", cast.lead_head)
    return fresh(reply.suggestion)


def to_evaluated(cast: Cast, reply: Reply) -> Suggestion:
    """Issued and graded."""
    suggestion = issue(cast, reply)
    cast.world.evaluate(suggestion, "satisfied")
    return fresh(suggestion)
