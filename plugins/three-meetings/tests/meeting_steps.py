"""The way of a case between two meetings."""

from people import Cast
from ready import accepted, opinion_in
from world import contact, fresh

from luoshi.suggestions.models import Assignment, Reply, Suggestion


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
