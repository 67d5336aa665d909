"""A session in which there is something under nearly every figure of the statistics."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from world import World, contact, fresh

from luoshi.accounts.actor import Channel
from luoshi.suggestions.models import (
    Assignment,
    Contact,
    Promise,
    Publication,
    Reply,
    Suggestion,
    Unit,
    UnitSuccession,
)
from luoshi.suggestions.services.drafts import suggestion_draft


def past_make(world: World, number: int, class_code: str = "", grade: str = "", **data: Any) -> Suggestion:
    """One suggestion of a past year, through the door."""
    importer = replace(world.system, channel=Channel.IMPORT)
    drafted = {name: data.pop(name) for name in ("is_key", "recipient_system") if name in data}
    drafted |= {"session": "17-4", "lead_deputy": world.deputy.pk, "title": f"历年建议{number}"}
    suggestion = suggestion_draft(data=drafted, actor=importer)
    given: dict[str, Any] = {
        "number": number,
        "units": [{"unit": world.roads.pk, "role": "lead"}, {"unit": world.water.pk, "role": "co"}],
        "class_code": class_code,
        "source_digest": hashlib.sha256(str(number).encode()).hexdigest(),
        **data,
    }
    if grade:
        given["grades"] = [{"axis": "result", "grade": grade}]
    world.act(suggestion, "import_closed", importer, **given)
    row: Suggestion = fresh(suggestion)
    return row


def year_make(world: World) -> None:
    """Fill the session 17-4 of ``world``."""
    today = timezone.localdate()
    for number, (letter, grade) in enumerate(
        (("A", "satisfied"), ("B", "basically_satisfied"), ("C", "dissatisfied"), ("", "")), 1001
    ):
        past_make(world, number, letter, grade, contact_records=number - 1000, contact_person_times=5)
    past_make(world, 1005, "A", contact_records=3, contact_person_times=1, is_key=True)
    _before_the_hand_over(world)
    _contacts(world)
    _outcomes(world)
    late = world.in_handling(raised_when="between_sessions")
    Assignment.objects.filter(suggestion=late).update(due_on=today - timedelta(days=1))
    _units(world, today)
    _promises(today)
    _publications()
    world.registered(congress_body="township")


def _before_the_hand_over(world: World) -> None:
    world.draft()
    world.submitted()
    world.act(world.submitted(), "not_accept", world.congress, exclusion="promotion", note="属产品推介")
    world.act(world.submitted(), "withdraw", world.writer, reason="另行提出")
    world.act(world.registered(), "withdraw", world.writer, reason="已解决")
    motion = world.submitted(proposer_kind="joint")
    world.act(motion, "convert_motion", world.congress, motion_number="议7", decision="转为建议")
    world.act(motion, "register", world.congress)
    main, other, third = world.replied(), world.registered(), world.registered()
    waiting = world.registered()
    world.act(third, "merge", world.congress, into=waiting.pk, reason="内容相同")
    Suggestion.objects.filter(pk=other.pk).update(state="merged", merged_into=main)


def _contacts(world: World) -> None:
    """One contact confirmed, one by proxy, one denied, one unanswered, one by telephone."""
    answers = (("confirm_contact", world.writer), ("confirm_contact", world.congress))
    for act, person in (*answers, ("deny_contact", world.writer)):
        lead = world.lead(world.in_handling())
        pk = Contact.objects.get(assignment=lead).pk
        given: dict[str, Any] = {"contact": pk}
        if act == "deny_contact":
            given["reason"] = "没有见面"
        elif person is world.congress:
            given["basis"] = "沟通确认单第1号"
        world.act(lead, act, person, **given)
    lead = world.lead(world.handed_over())
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "record_contact", world.roads_head, **contact(lead, mode="phone", person_times=2))


def _outcomes(world: World) -> None:
    world.act(world.tracking(), "end_tracking", world.congress, exit="not_feasible", explanation="已征收")
    turned = world.tracking()
    world.reply_issue(world.lead(turned), "A", kind="draft_supplement")
    world.act(turned, "end_tracking", world.congress, exit="resolved", deputy_view="agrees")
    world.act(world.evaluated(), "close", world.congress)
    world.tracking()
    world.evaluated("dissatisfied")
    again = world.evaluated("dissatisfied")
    world.act(again, "rehandle", world.congress, reason="未动工")
    unheard = world.evaluated("dissatisfied")
    world.act(unheard, "rehandle", world.congress, reason="未动工")
    lead = world.lead(unheard)
    world.begin(lead, world.roads_head)
    world.reply_issue(lead, "B")
    proxy = world.replied("B")
    world.evaluate(proxy, "satisfied", world.congress)


def _units(world: World, today: date) -> None:
    """Separate leads outside the government, and a unit under two names."""
    organs = [Unit.objects.create(name=name, system="party") for name in ("县委宣传部", "县委统战部")]
    parts = [{"unit": organ.pk, "role": "separate"} for organ in organs]
    world.handed_over(units=parts, recipient_system="party")
    newer = Unit.objects.create(name="县水务局")
    past_make(
        world, 9006, "B", units=[{"unit": newer.pk, "role": "lead"}, {"unit": world.water.pk, "role": "co"}]
    )
    UnitSuccession.objects.create(predecessor=world.water, successor=newer, kind="renamed", happened_on=today)


def _promises(today: date) -> None:
    replies = list(Reply.objects.filter(state="issued", kind="reply").order_by("pk"))
    settled = {"settled_on": today, "settled_note": "现场查看"}
    for place, given in enumerate(
        (
            {"state": "kept", **settled},
            {"state": "broken", **settled},
            {"due_on": today - timedelta(days=1)},
            {"due_on": today + timedelta(days=9)},
            {},
        )
    ):
        reply = replies[place % 3]
        Promise.objects.create(
            suggestion_id=reply.suggestion_id,
            reply=reply,
            unit_id=reply.assignment.unit_id,
            text=f"承诺{place}",
            created_at=timezone.now(),
            **given,
        )


def _publications() -> None:
    Publication.objects.all().delete()
    replies = list(Reply.objects.filter(state="issued", kind="reply").order_by("pk"))
    for reply, (state, mode, reason) in zip(
        replies,
        (
            ("published", "full", ""),
            ("published", "summary", ""),
            ("proposed", "full", ""),
            ("withheld", "none", "涉密"),
            ("revoked", "full", "有误"),
        ),
        strict=False,
    ):
        Publication.objects.create(
            suggestion_id=reply.suggestion_id,
            reply=reply,
            state=state,
            mode=mode,
            ground="应当公开",
            reason=reason,
        )
