"""For each act of the tables a case on which it can be done, by a person who may do it.

``READY`` is written by hand, one entry for each row; a row without an entry makes the tests red.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.utils import timezone
from people import Cast
from world import contact, fresh

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Assignment, Clock, Publication, PublishedVersion, Reply, Suggestion
from luoshi.suggestions.rendition import names_hidden, rendition_sources, sources_digest
from luoshi.suggestions.selectors.settings import county_settings


@dataclass
class Ready:
    """An act that can be done: on what, by whom, with which input."""

    subject: Any
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


def today() -> date:
    """Today in the county."""
    return timezone.localdate()


def parts(c: Cast) -> list[dict[str, Any]]:
    """The roads office leads, the water office helps."""
    return [{"unit": c.world.roads.pk, "role": "lead"}, {"unit": c.world.water.pk, "role": "co"}]


# -- cases at a stage -------------------------------------------------------------------------------------

Build = Callable[..., Any]


def stage(build: Build) -> Build:
    """A case at this stage: the one that :func:`stages_keep` has put aside, else a new one."""

    @wraps(build)
    def at(c: Cast, **data: Any) -> Any:
        kept = c.kept.get(_key(build, data))
        return build(c, **data) if kept is None else fresh(kept)

    return at


def _key(build: Build, data: dict[str, Any]) -> str:
    return f"{build.__name__}{sorted(data.items())}"


STAGES = (
    "submitted",
    "registered",
    "pre_assigned",
    "handed_over",
    "accepted",
    "handling",
    "drafted",
    "approved",
    "issued",
    "issued B",
)


def stages_keep(c: Cast, names: tuple[str, ...] = STAGES) -> None:
    """Walk a case of its own to each of the named stages; ``issued B``: issued with a reply of class B.

    Whoever takes a kept case puts it back by rolling back: walking it on changes it for everybody.
    """
    kept = {}
    for name in names:
        build_name, _, letter = name.partition(" ")
        data = {"class_code": letter} if letter else {}
        build: Build = globals()[build_name]
        kept[_key(build, data)] = build(c, **data)
    c.kept.update(kept)


def draft(c: Cast, **data: Any) -> Suggestion:
    """A draft of the writer."""
    return c.world.draft(**data)


def co_signing(c: Cast, **data: Any) -> Suggestion:
    """``second`` has co-signed, ``invited`` has not answered."""
    suggestion = draft(c, **data)
    ids = [c.second.deputy_id, c.invited.deputy_id]
    c.world.act(suggestion, "invite_co_signers", c.writer, deputies=ids)
    c.world.act(suggestion, "co_sign", c.second)
    return fresh(suggestion)


@stage
def submitted(c: Cast, **data: Any) -> Suggestion:
    """Submitted with the signature of ``second``."""
    suggestion = co_signing(c, **data)
    c.world.act(suggestion, "remove_co_signer", c.writer, deputies=[c.invited.deputy_id])
    c.world.act(suggestion, "submit", c.writer, one_matter=True, exclusions_acknowledged=True)
    return fresh(suggestion)


@stage
def registered(c: Cast, **data: Any) -> Suggestion:
    """Registered under the next number."""
    suggestion = submitted(c, **data)
    c.world.act(suggestion, "register", c.congress)
    return fresh(suggestion)


@stage
def pre_assigned(c: Cast, **data: Any) -> Suggestion:
    """Proposed to the roads and the water office."""
    suggestion = registered(c, **data)
    c.world.act(suggestion, "pre_assign", c.congress, units=parts(c))
    return fresh(suggestion)


@stage
def handed_over(c: Cast, units: list[dict[str, Any]] | None = None, **data: Any) -> Suggestion:
    """Handed over to the roads office, with the water office to help."""
    suggestion = pre_assigned(c, **data)
    c.world.act(suggestion, "hand_over", c.congress, units=units or parts(c))
    return fresh(suggestion)


def part_of(suggestion: Suggestion, unit: Any) -> Assignment:
    """The part of ``unit`` in the present round."""
    return Assignment.objects.get(suggestion=suggestion, unit=unit, round=fresh(suggestion).round)


@stage
def accepted(c: Cast, **data: Any) -> Assignment:
    """The lead has accepted."""
    lead = part_of(handed_over(c, **data), c.world.roads)
    c.world.act(lead, "accept", c.lead_head)
    return fresh(lead)


def co_accepted(c: Cast, **data: Any) -> Assignment:
    """The co-unit has accepted."""
    co = part_of(handed_over(c, **data), c.world.water)
    c.world.act(co, "accept", c.co_head)
    return fresh(co)


def return_requested(c: Cast, **data: Any) -> Assignment:
    """The lead has asked to give it back."""
    lead = accepted(c, **data)
    c.world.act(lead, "request_return", c.lead_head, reason="不属本单位职责")
    return fresh(lead)


def contacted(c: Cast, **data: Any) -> tuple[Assignment, int]:
    """The lead has recorded a contact; its id."""
    lead = accepted(c, **data)
    made = c.world.act(lead, "record_contact", c.lead_head, **contact(lead)).created["contact"]
    return fresh(lead), made


@stage
def handling(c: Cast, **data: Any) -> Assignment:
    """The lead works on it; the co-unit has not accepted yet."""
    lead, _ = contacted(c, **data)
    c.world.act(lead, "start", c.lead_head)
    return fresh(lead)


def opinion_in(c: Cast, suggestion: Suggestion) -> Assignment:
    """Let the co-unit accept and hand its opinion in."""
    co = part_of(suggestion, c.world.water)
    c.world.act(co, "accept", c.co_head)
    c.world.act(co, "submit_opinion", c.co_head, text="无不同意见。")
    return fresh(co)


@stage
def drafted(c: Cast, class_code: str = "A", **data: Any) -> Reply:
    """A written reply, all opinions in."""
    lead = handling(c, **data)
    opinion_in(c, lead.suggestion)
    reply = Reply.objects.get(pk=c.world.act(lead, "draft_reply", c.lead_head).created["reply"])
    c.world.act(reply, "edit", c.lead_head, body="现答复如下。", class_code=class_code)
    return fresh(reply)


def signed(c: Cast, **data: Any) -> Reply:
    """Signed by the unit's head."""
    reply = drafted(c, **data)
    c.world.act(reply, "sign", c.lead_head)
    return fresh(reply)


def under_review(c: Cast, **data: Any) -> Reply:
    """Before the reviewing office."""
    reply = signed(c, **data)
    c.world.act(reply, "submit_review", c.lead_head)
    return fresh(reply)


def reviewer(c: Cast, suggestion: Suggestion) -> Actor:
    """政府办 for the government's items, the congress's office for the others."""
    return c.government if suggestion.recipient_system == "government" else c.congress


@stage
def approved(c: Cast, **data: Any) -> Reply:
    """Passed by the reviewing office."""
    reply = under_review(c, **data)
    c.world.act(reply, "approve", reviewer(c, reply.suggestion))
    return fresh(reply)


@stage
def issued(c: Cast, **data: Any) -> Reply:
    """In the deputy's hands."""
    reply = approved(c, **data)
    c.world.act(reply, "issue", c.lead_head)
    return fresh(reply)


def replied(c: Cast, **data: Any) -> Suggestion:
    """The only lead has replied."""
    return fresh(issued(c, **data).suggestion)


def evaluated(c: Cast, grade: str = "satisfied", actor: Actor | None = None, **data: Any) -> Suggestion:
    """Evaluated by the lead deputy, or by ``actor`` for him."""
    suggestion = replied(c, **data)
    c.world.evaluate(suggestion, grade, actor)
    return fresh(suggestion)


def merged(c: Cast, **data: Any) -> Suggestion:
    """Merged into another one that has its reply."""
    suggestion, main = registered(c, **data), c.world.registered()
    c.world.act(suggestion, "merge", c.congress, into=main.pk, reason="内容相近")
    c.world.act(main, "hand_over", c.congress, units=[{"unit": c.world.roads.pk, "role": "lead"}])
    lead = part_of(main, c.world.roads)
    c.world.begin(lead, c.lead_head)
    c.world.reply_issue(lead)
    return fresh(suggestion)


def grades(grade: str = "satisfied", reason: str = "") -> list[dict[str, str]]:
    """Both default axes alike."""
    return [{"axis": axis, "grade": grade, "reason": reason} for axis in ("process", "result")]


def tracking(c: Cast, **data: Any) -> Suggestion:
    """Class B and tracked."""
    suggestion = evaluated(c, class_code="B", **data)
    c.world.act(suggestion, "track", c.congress)
    return fresh(suggestion)


def proposed(c: Cast, **data: Any) -> Publication:
    """The unit proposes to publish its reply."""
    reply = issued(c, **data)
    made = c.world.act(reply, "propose_publication", c.lead_head, mode="full", ground="涉及公共利益")
    return Publication.objects.get(pk=made.created["publication"])


def at_publication(c: Cast, *steps: tuple[str, str], **data: Any) -> Publication:
    """A publication after ``steps``, each an act and the name of who does it."""
    publication = proposed(c, **data)
    office = "government" if publication.suggestion.recipient_system == "government" else "congress"
    for name, who in steps:
        given = publication_data(publication, name)
        c.world.act(publication, name, c.people[office if who == "office" else who], **given)
    return fresh(publication)


def publication_data(publication: Publication, act: str) -> dict[str, Any]:
    """What an act on a publication needs said."""
    if act == "confirm_rendition":
        return masked(publication)
    if act == "publish":
        version = PublishedVersion.newest(publication.pk)
        assert version is not None
        return {"digest": version.digest}
    reason = "涉及个人信息"
    given = {
        "withhold": {"reason": reason, "ground": "privacy"},
        "revoke": {"reason": reason},
        "reassess": {"reason": reason},
    }
    return given.get(act, {})


def masked(publication: Publication, **texts: str) -> dict[str, Any]:
    """A rendition to confirm: the originals, but for ``texts`` by key."""
    row = Publication.objects.select_related("suggestion", "reply").get(pk=publication.pk)
    sources = rendition_sources(row)
    pieces = [{"key": source.key, "text": texts.get(source.key, source.text)} for source in sources]
    hidden = names_hidden(row.suggestion, county_settings())
    return {"source": sources_digest(row, sources, hidden), "pieces": pieces}


BASIS = "征询意见表第1号"
CHECKED = (("check_secrecy", "lead_head"),)
CONFIRMED = (*CHECKED, ("confirm_rendition", "office"))
APPROVED = (*CONFIRMED, ("approve", "office"))
WITH_EDITOR = (*APPROVED, ("send_to_editor", "office"))
PUBLISHED = (*WITH_EDITOR, ("publish", "system"))


# -- one entry for each row -------------------------------------------------------------------------------


def _lapse(c: Cast, **data: Any) -> Ready:
    suggestion = replied(c, **data)
    clocks = Clock.objects.filter(suggestion=suggestion, kind="evaluation")
    assert clocks.update(due_on=today() - timedelta(days=1)) == 1
    return Ready(suggestion, c.system)


def _withdraw(c: Cast, **data: Any) -> Ready:
    suggestion = registered(c, **data)
    c.world.act(suggestion, "agree_to_withdraw", c.second)
    return Ready(suggestion, c.writer, {"reason": "情况已变化", "basis": "撤回申请第1号"})


def _extension_pending(c: Cast, **data: Any) -> Assignment:
    lead = accepted(c, **data)
    c.world.act(lead, "request_extension", c.lead_head, until=lead.due_on + timedelta(days=30), reason="复杂")
    return lead


def _start(c: Cast, **data: Any) -> Ready:
    return Ready(contacted(c, **data)[0], c.lead_head)


def _answer_contact(c: Cast, extra: dict[str, Any], **data: Any) -> Ready:
    lead, made = contacted(c, **data)
    return Ready(lead, c.writer, {"contact": made, "basis": BASIS, **extra})


def _extension(c: Cast, **data: Any) -> Ready:
    lead = accepted(c, **data)
    return Ready(lead, c.lead_head, {"until": lead.due_on + timedelta(days=30), "reason": "涉及面广"})


def _send_back_opinion(c: Cast, **data: Any) -> Ready:
    lead = handling(c, **data)
    return Ready(opinion_in(c, lead.suggestion), c.lead_head, {"reason": "意见不明确"})


def _supplement(c: Cast, **data: Any) -> Ready:
    return Ready(part_of(tracking(c, **data), c.world.roads), c.lead_head)


def _comment(c: Cast, **data: Any) -> Ready:
    reply = drafted(c, **data)
    c.world.act(reply, "share_draft", c.lead_head)
    return Ready(reply, c.writer, {"text": "请写明完工时间"})


def promised(c: Cast, **data: Any) -> tuple[Reply, int]:
    """The head of the unit has promised something after the reply; the promise's id."""
    reply = issued(c, **data)
    made = c.world.act(reply, "add_promise", c.lead_head, text="年底前完工")
    return reply, made.created["promise"]


def _settle(c: Cast, **data: Any) -> Ready:
    reply, promise = promised(c, **data)
    return Ready(reply, c.congress, {"promise": promise, "kept": False, "note": "至今未动工"})


def import_data(c: Cast, **data: Any) -> dict[str, Any]:
    """What the table of a past year states at least."""
    return {
        "number": 77,
        "units": [{"unit": c.world.roads.pk, "role": "lead"}],
        "source_digest": "0" * 64,
        **data,
    }


def _with_data(publication: Publication, actor: Actor, act: str) -> Ready:
    return Ready(publication, actor, publication_data(publication, act))


def _reason(reason: str = "理由") -> dict[str, Any]:
    return {"reason": reason}


READY: dict[str, Callable[..., Ready]] = {
    "suggestion.edit": lambda c, **d: Ready(draft(c, **d), c.writer, {"title": "关于修建桥梁的建议"}),
    "suggestion.invite_co_signers": lambda c, **d: Ready(
        draft(c, **d), c.writer, {"deputies": [c.invited.deputy_id]}
    ),
    "suggestion.co_sign": lambda c, **d: Ready(co_signing(c, **d), c.invited),
    "suggestion.decline_co_sign": lambda c, **d: Ready(co_signing(c, **d), c.invited),
    "suggestion.remove_co_signer": lambda c, **d: Ready(
        co_signing(c, **d), c.writer, {"deputies": [c.invited.deputy_id]}
    ),
    "suggestion.submit": lambda c, **d: Ready(
        draft(c, **d), c.writer, {"one_matter": True, "exclusions_acknowledged": True}
    ),
    "suggestion.convert_motion": lambda c, **d: Ready(
        submitted(c, **d), c.secretariat, {"motion_number": "议3", "decision": "主席团决定转为建议"}
    ),
    "suggestion.send_back": lambda c, **d: Ready(submitted(c, **d), c.congress, _reason()),
    "suggestion.not_accept": lambda c, **d: Ready(
        submitted(c, **d), c.congress, {"exclusion": "no_content", "note": "没有实际内容"}
    ),
    "suggestion.register": lambda c, **d: Ready(submitted(c, **d), c.congress),
    "suggestion.withdraw": _withdraw,
    "suggestion.agree_to_withdraw": lambda c, **d: Ready(registered(c, **d), c.second),
    "suggestion.merge": lambda c, **d: Ready(
        registered(c, **d), c.congress, {"into": c.world.registered().pk, "reason": "内容相近"}
    ),
    "suggestion.pre_assign": lambda c, **d: Ready(registered(c, **d), c.government, {"units": parts(c)}),
    "suggestion.claim": lambda c, **d: Ready(pre_assigned(c, **d), c.lead_head, {"unit": c.world.roads.pk}),
    "suggestion.object": lambda c, **d: Ready(
        pre_assigned(c, **d), c.lead_head, {"unit": c.world.roads.pk, "reason": "不属本单位"}
    ),
    "suggestion.hand_over": lambda c, **d: Ready(pre_assigned(c, **d), c.congress, {"units": parts(c)}),
    "suggestion.mark_key": lambda c, **d: Ready(
        registered(c, **d), c.congress, {"decision": "主任会议第3次会议"}
    ),
    "suggestion.evaluate": lambda c, **d: Ready(
        replied(c, **d), c.writer, {"grades": grades(), "basis": BASIS}
    ),
    "suggestion.evaluate_own": lambda c, **d: Ready(
        evaluated(c, actor=c.congress, **d), c.writer, {"grades": grades()}
    ),
    "suggestion.evaluate_merged": lambda c, **d: Ready(
        merged(c, **d), c.writer, {"grades": grades(), "basis": BASIS}
    ),
    "suggestion.remind_evaluation": lambda c, **d: Ready(replied(c, **d), c.congress),
    "suggestion.lapse_evaluation": _lapse,
    "suggestion.close": lambda c, **d: Ready(evaluated(c, **d), c.congress),
    "suggestion.track": lambda c, **d: Ready(evaluated(c, class_code="B", **d), c.congress),
    "suggestion.rehandle": lambda c, **d: Ready(evaluated(c, "dissatisfied", **d), c.congress, _reason()),
    "suggestion.end_tracking": lambda c, **d: Ready(
        tracking(c, **d), c.congress, {"exit": "decisive_progress", "explanation": "已开工"}
    ),
    "suggestion.import_closed": lambda c, **d: Ready(draft(c, **d), c.importer, import_data(c)),
    "assignment.accept": lambda c, **d: Ready(part_of(handed_over(c, **d), c.world.roads), c.lead_head),
    "assignment.request_return": lambda c, **d: Ready(accepted(c, **d), c.lead_head, _reason()),
    "assignment.reject_return": lambda c, **d: Ready(return_requested(c, **d), c.government, _reason()),
    "assignment.approve_return": lambda c, **d: Ready(
        return_requested(c, **d),
        c.government,
        {"reason": "同意", "units": [{"unit": c.world.schools.pk, "role": "lead"}]},
    ),
    "assignment.reassign": lambda c, **d: Ready(
        accepted(c, **d),
        c.government,
        {"reason": "职责调整", "units": [{"unit": c.world.schools.pk, "role": "lead"}]},
    ),
    "assignment.plan": lambda c, **d: Ready(accepted(c, **d), c.lead_head, {"triage": "at_once"}),
    "assignment.record_contact": lambda c, **d: (lambda lead: Ready(lead, c.lead_head, contact(lead)))(
        accepted(c, **d)
    ),
    "assignment.confirm_contact": lambda c, **d: _answer_contact(c, {}, **d),
    "assignment.deny_contact": lambda c, **d: _answer_contact(c, _reason("当天未见面"), **d),
    "assignment.start": _start,
    "assignment.request_extension": _extension,
    "assignment.consent_extension": lambda c, **d: Ready(_extension_pending(c, **d), c.congress),
    "assignment.refuse_extension": lambda c, **d: Ready(_extension_pending(c, **d), c.congress, _reason()),
    "assignment.submit_opinion": lambda c, **d: Ready(co_accepted(c, **d), c.co_head, {"text": "同意"}),
    "assignment.send_back_opinion": _send_back_opinion,
    "assignment.draft_reply": lambda c, **d: Ready(handling(c, **d), c.lead_head),
    "assignment.draft_supplement": _supplement,
    "reply.edit": lambda c, **d: Ready(drafted(c, **d), c.lead_head, {"body": "改写。"}),
    "reply.share_draft": lambda c, **d: Ready(drafted(c, **d), c.lead_head),
    "reply.comment": _comment,
    "reply.record_promise": lambda c, **d: Ready(drafted(c, **d), c.lead_head, {"text": "年底前完工"}),
    "reply.add_promise": lambda c, **d: Ready(issued(c, **d), c.lead_head, {"text": "年底前完工"}),
    "reply.settle_promise": _settle,
    "reply.sign": lambda c, **d: Ready(drafted(c, **d), c.lead_head),
    "reply.submit_review": lambda c, **d: Ready(signed(c, **d), c.lead_head),
    "reply.send_back": lambda c, **d: Ready(under_review(c, **d), c.government, _reason()),
    "reply.approve": lambda c, **d: Ready(under_review(c, **d), c.government),
    "reply.issue": lambda c, **d: Ready(approved(c, **d), c.lead_head),
    "reply.propose_publication": lambda c, **d: Ready(
        issued(c, **d), c.lead_head, {"mode": "summary", "ground": "社会关切"}
    ),
    "publication.check_secrecy": lambda c, **d: Ready(proposed(c, **d), c.lead_head),
    "publication.confirm_rendition": lambda c, **d: _with_data(
        at_publication(c, *CHECKED, **d), c.government, "confirm_rendition"
    ),
    "publication.approve": lambda c, **d: Ready(at_publication(c, *CONFIRMED, **d), c.government),
    "publication.send_to_editor": lambda c, **d: Ready(at_publication(c, *APPROVED, **d), c.government),
    "publication.publish": lambda c, **d: _with_data(
        at_publication(c, *WITH_EDITOR, **d), c.system, "publish"
    ),
    "publication.correct": lambda c, **d: Ready(
        at_publication(c, *PUBLISHED, ("confirm_rendition", "office"), **d), c.government, _reason("错字")
    ),
    "publication.withhold": lambda c, **d: _with_data(proposed(c, **d), c.government, "withhold"),
    "publication.revoke": lambda c, **d: Ready(at_publication(c, *PUBLISHED, **d), c.government, _reason()),
    "publication.reassess": lambda c, **d: Ready(
        at_publication(c, ("withhold", "office"), **d), c.government, _reason("情形已消失")
    ),
}
