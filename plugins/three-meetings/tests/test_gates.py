"""The gates on signing the reply and on closing: shut, open, varied by the options, crashing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from meeting_steps import at_work, drafted, issue, to_evaluated
from people import Cast
from world import contact, fresh

from luoshi.errors import Refusal
from luoshi.methods.types import Requirement
from luoshi.suggestions.models import Attachment, Clock, Reply
from luoshi.suggestions.selectors.acts import acts_available
from luoshi.suggestions.services.door import GateShut
from luoshi_three_meetings import meetings

Switch = Callable[..., None]
Meet = Callable[..., Any]
NO_FACE = {"face_to_face": 0}
STAGES = ("accepted",)


def shut(cast: Cast, subject: Any, act: str, actor: Any, **data: Any) -> dict[str, Requirement]:
    """The unmet requirements by which the door refuses the act."""
    with pytest.raises(GateShut) as raised:
        cast.world.act(subject, act, actor, **data)
    return {row.code: row for row in raised.value.requirements if not row.met}


def sign(cast: Cast, reply: Reply) -> None:
    cast.world.act(reply, "sign", cast.lead_head)
    assert fresh(reply).state == "unit_signed"


def test_without_the_method_nothing_is_asked(cast: Cast) -> None:
    sign(cast, drafted(cast, at_work(cast)))


def test_a_unit_signs_only_after_the_first_two_meetings(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch()
    lead = at_work(cast)
    reply = drafted(cast, lead)
    unmet = shut(cast, reply, "sign", cast.lead_head)
    assert set(unmet) == {"met_before", "met_during", "face_to_face"}
    assert unmet["met_during"].reason == "本县要求县交通运输局在审签答复前完成“办中见面”"
    assert unmet["met_during"].how_to_meet == "请县交通运输局与代表沟通，登记一次“办中见面”，然后请代表确认"
    # What was recorded was not a way that counts; where it was, only the deputy's word is asked for (below).
    assert unmet["met_before"].how_to_meet == (
        "“办前见面”已登记，但还不算数：方式须为登门走访、座谈、邀请考察、电话、答复稿征求意见；"
        "须经代表确认，可请代表在其页面、确认单上确认"
    )
    assert unmet["face_to_face"].reason == (
        "本县要求县交通运输局审签答复前至少与代表当面沟通 1 次，算数的有 0 次"
    )
    meet(lead, "before")
    assert set(shut(cast, reply, "sign", cast.lead_head)) == {"met_during"}
    meet(lead, "during", mode="phone")
    sign(cast, reply)


def test_the_gate_is_shown_before_anybody_tries(cast: Cast, switch: Switch) -> None:
    switch()
    reply = drafted(cast, at_work(cast))
    acts = acts_available(suggestion=fresh(reply.suggestion), actor=cast.lead_head)
    (act,) = [row for row in acts if row.name == "sign"]
    assert (act.is_open, {row.code for row in act.requirements if not row.met}) == (
        False,
        {"met_before", "met_during", "face_to_face"},
    )


@pytest.mark.parametrize("said", [None, False])
def test_a_meeting_that_the_deputy_did_not_confirm_does_not_count(
    said: bool | None, cast: Cast, switch: Switch, meet: Meet
) -> None:
    """And the unit cannot tell from the words whether he denied or is silent."""
    switch(**NO_FACE, before="off")
    lead = at_work(cast)
    meet(lead, "during", said=said)
    (unmet,) = shut(cast, drafted(cast, lead), "sign", cast.lead_head).values()
    assert unmet.code == "met_during"
    assert unmet.how_to_meet == ("“办中见面”已登记，但还不算数：须经代表确认，可请代表在其页面、确认单上确认")


def test_the_gate_names_only_what_the_best_meeting_lacks(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(**NO_FACE, before="off", photo_wanted=True)
    lead = at_work(cast)
    meet(lead, "during", mode="written")
    reply = drafted(cast, lead)
    confirmed = "须经代表确认，可请代表在其页面、确认单上确认"
    (unmet,) = shut(cast, reply, "sign", cast.lead_head).values()
    modes = "方式须为登门走访、座谈、邀请考察、电话、答复稿征求意见"
    assert unmet.how_to_meet == f"“办中见面”已登记，但还不算数：{modes}；须附照片；{confirmed}"
    meet(lead, "during")
    (unmet,) = shut(cast, reply, "sign", cast.lead_head).values()
    assert unmet.how_to_meet == f"“办中见面”已登记，但还不算数：须附照片；{confirmed}"


def test_another_meeting_heals_one_that_was_denied(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(before="off")
    lead = at_work(cast)
    meet(lead, "during", said=False)
    reply = drafted(cast, lead)
    assert set(shut(cast, reply, "sign", cast.lead_head)) == {"met_during", "face_to_face"}
    meet(lead, "during")
    sign(cast, reply)


@pytest.mark.parametrize(
    ("options", "given", "opens"),
    [
        ({"before": "off", "during": "off", **NO_FACE}, None, True),
        ({"before": "off", "during": "watch", **NO_FACE}, None, True),
        ({"before": "off", **NO_FACE}, {}, True),
        ({"before": "off", **NO_FACE}, {"mode": "written"}, False),
        ({"before": "off", **NO_FACE, "modes": ["written"]}, {"mode": "written"}, True),
        ({"before": "off", **NO_FACE, "modes": ["written"]}, {"mode": "visit"}, False),
        ({"before": "off"}, {"mode": "phone"}, False),
        ({"before": "off"}, {"mode": "inspection"}, True),
        ({"before": "off", "face_to_face": 2}, {"mode": "visit"}, False),
        ({"before": "off", **NO_FACE, "confirmation": False}, {"said": None}, True),
        ({"before": "off", **NO_FACE, "confirmation": False}, {"said": False}, False),
        ({"before": "off", **NO_FACE}, {"by": "congress"}, True),
        ({"before": "off", **NO_FACE, "proxy_counts": False}, {"by": "congress"}, False),
        ({"before": "off", **NO_FACE, "place_wanted": True}, {}, False),
        ({"before": "off", **NO_FACE, "place_wanted": True}, {"place": "村委会"}, True),
        ({"before": "off", **NO_FACE, "photo_wanted": True}, {}, False),
        ({"before": "off", **NO_FACE, "exempt": ["resolved"]}, None, True),
        ({"before": "off", **NO_FACE, "exempt": ["reference_only"]}, None, False),
    ],
    ids=str,
)
def test_the_options_vary_the_gate(
    options: dict[str, Any],
    given: dict[str, Any] | None,
    opens: bool,
    cast: Cast,
    switch: Switch,
    meet: Meet,
) -> None:
    switch(**options)
    lead = at_work(cast)
    if given is not None:
        given = dict(given)
        by = given.pop("by", None)
        if by:
            given["by"] = getattr(cast, by)
        meet(lead, "during", **given)
    reply = drafted(cast, lead)
    if opens:
        sign(cast, reply)
    else:
        assert shut(cast, reply, "sign", cast.lead_head)


def test_a_photo_counts_where_one_is_wanted(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(before="off", photo_wanted=True)
    lead = at_work(cast)
    made = meet(lead, "during")
    reply = drafted(cast, lead)
    assert set(shut(cast, reply, "sign", cast.lead_head)) == {"met_during", "face_to_face"}
    for media_type in ("application/pdf", "image/jpeg"):
        Attachment.objects.create(
            suggestion=lead.suggestion,
            contact=made,
            kind="evidence",
            file=f"attachments/{media_type[-3:]}",
            original_name="现场",
            media_type=media_type,
            size=1,
            sha256="0" * 64,
        )
        if media_type == "application/pdf":
            assert shut(cast, reply, "sign", cast.lead_head)
    sign(cast, reply)


def test_a_case_is_closed_only_after_the_last_meeting(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(before="off", during="off", **NO_FACE)
    lead = at_work(cast)
    suggestion = to_evaluated(cast, drafted(cast, lead))
    (unmet,) = shut(cast, suggestion, "close", cast.congress).values()
    assert (unmet.code, unmet.reason) == ("met_after", "本县要求县交通运输局在办结前完成“办后见面”")
    meet(fresh(lead), "after", mode="phone")
    cast.world.act(suggestion, "close", cast.congress)
    assert fresh(suggestion).state == "closed"


@pytest.mark.parametrize(("rule", "opens"), [("gate", False), ("watch", True), ("off", True)])
def test_the_last_meeting_is_asked_as_the_county_says(
    rule: str, opens: bool, cast: Cast, switch: Switch
) -> None:
    switch(before="off", during="off", after=rule, **NO_FACE)
    suggestion = to_evaluated(cast, drafted(cast, at_work(cast)))
    if opens:
        cast.world.act(suggestion, "close", cast.congress)
    else:
        assert set(shut(cast, suggestion, "close", cast.congress)) == {"met_after"}


def test_the_end_of_tracking_asks_for_the_last_meeting(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(before="off", during="off", **NO_FACE)
    lead = at_work(cast)
    suggestion = to_evaluated(cast, drafted(cast, lead, "B"))
    cast.world.act(suggestion, "track", cast.congress)
    ending = {"exit": "decisive_progress", "explanation": "已开工"}
    assert set(shut(cast, suggestion, "end_tracking", cast.congress, **ending)) == {"met_after"}
    meet(fresh(lead), "after")
    cast.world.act(suggestion, "end_tracking", cast.congress, **ending)


@pytest.mark.parametrize(("excused", "recorded"), [(True, True), (True, False), (False, True)])
def test_a_silent_deputy_does_not_keep_a_case_open(
    excused: bool, recorded: bool, cast: Cast, switch: Switch, meet: Meet
) -> None:
    switch(before="off", during="off", silent_excused=excused, **NO_FACE)
    lead = at_work(cast)
    reply = drafted(cast, lead)
    suggestion = issue(cast, reply)
    if recorded:
        meet(fresh(lead), "after", said=None)
    clock = Clock.objects.get(suggestion=suggestion, kind="evaluation")
    Clock.objects.filter(pk=clock.pk).update(due_on=clock.starts_on - timedelta(days=1))
    cast.world.act(suggestion, "lapse_evaluation", cast.system)
    if excused and recorded:
        cast.world.act(suggestion, "close", cast.congress)
        assert fresh(suggestion).state == "closed"
    else:
        assert "met_after" in shut(cast, suggestion, "close", cast.congress)


def test_the_county_s_own_words_are_used(cast: Cast, switch: Switch) -> None:
    switch(name="三访", meeting="走访", before_word="办前走访", during_word="办中拜访", after_word="办后回访")
    unmet = shut(cast, drafted(cast, at_work(cast)), "sign", cast.lead_head)
    assert unmet["met_during"].reason == "本县要求县交通运输局在审签答复前完成“办中拜访”"
    assert unmet["met_during"].how_to_meet == "请县交通运输局与代表沟通，登记一次“办中拜访”，然后请代表确认"


def test_a_crash_keeps_the_gate_shut(cast: Cast, switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    switch(before="off", during="off", **NO_FACE)
    reply = drafted(cast, at_work(cast))

    def crash(*args: Any) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(meetings, "phases_of", crash)
    with pytest.raises(Refusal) as raised:
        cast.world.act(reply, "sign", cast.lead_head)
    assert (raised.value.status, fresh(reply).state) == (409, "drafted")
    monkeypatch.undo()
    sign(cast, reply)


def test_a_new_round_needs_its_own_meetings(cast: Cast, switch: Switch, meet: Meet) -> None:
    switch(**NO_FACE, during="off", after="off")
    lead = at_work(cast)
    meet(lead, "before")
    reply = drafted(cast, lead)
    suggestion = issue(cast, reply)
    cast.world.evaluate(suggestion, "dissatisfied")
    cast.world.act(suggestion, "rehandle", cast.congress, reason="请重新答复")
    second = cast.world.lead(suggestion)
    cast.world.act(second, "accept", cast.lead_head)
    written = contact(second, "before", mode="written")
    cast.world.act(second, "record_contact", cast.lead_head, **written)
    cast.world.act(second, "start", cast.lead_head)
    assert set(shut(cast, drafted(cast, fresh(second)), "sign", cast.lead_head)) >= {"met_before"}
