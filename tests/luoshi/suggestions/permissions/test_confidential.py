"""What people do not see: other deputies' and other units' cases, evaluations, another unit's signature."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from people import Cast, person
from ready import READY, Ready, drafted, evaluated, part_of, replied
from who_may import outcome, outcomes
from world import fresh

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.models import Event
from luoshi.errors import WrongState
from luoshi.outbox.models import Message
from luoshi.suggestions.models import CoSignature, Evaluation, PerformedAct, Suggestion, Unit, UnitMember
from luoshi.suggestions.rules import sees_evaluations
from luoshi.suggestions.selectors.cases import suggestion_visible, suggestions_visible
from luoshi.suggestions.services.log import stream_key

STAGES = ("submitted", "registered", "pre_assigned", "handed_over", "accepted", "drafted", "issued")


def numbers(actor: Actor) -> set[int]:
    """Ids of what this person may know of."""
    return set(suggestions_visible(actor).values_list("pk", flat=True))


def test_one_is_visible_exactly_where_it_is_among_the_visible_ones(
    staged: Cast, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    """By whatever a person is, a former deputy and a head of two units too."""
    people = [*staged.people.values(), person("谁也不是")]
    people.append(replace(staged.stranger, earlier_deputy_ids=staged.writer.deputy_ids))
    people.append(
        replace(staged.outside_head, unit_ids=staged.outside_head.unit_ids | staged.co_head.unit_ids)
    )
    every = list(Suggestion.objects.values_list("pk", flat=True))
    for actor in people:
        with django_assert_max_num_queries(len(every)):
            visible = {pk for pk in every if suggestion_visible(actor, pk)}
        assert visible == numbers(actor), actor.name
    assert {len(numbers(actor)) for actor in people} >= {0, len(every)}


def test_a_deputy_sees_his_own_and_what_he_signed(staged: Cast) -> None:
    everything = set(Suggestion.objects.values_list("pk", flat=True))
    assert numbers(staged.writer) == numbers(staged.second) == everything
    assert numbers(staged.stranger) == set()
    # invited once and removed since
    assert numbers(staged.invited) == set()
    CoSignature.objects.filter(deputy_id=staged.second.deputy_id).update(state="declined")
    assert numbers(staged.second) == set()


def test_a_unit_sees_what_it_has_a_part_in_and_what_is_proposed_to_it(staged: Cast) -> None:
    with_units = {
        row.pk for row in Suggestion.objects.exclude(state__in=["draft", "submitted", "registered"])
    }
    assert numbers(staged.lead_head) == numbers(staged.lead_handler) == with_units
    assert numbers(staged.co_head) == with_units
    assert numbers(staged.outside_head) == numbers(staged.outside_handler) == set()


def test_a_unit_that_gave_it_back_still_finds_it_and_a_proposed_one_that_did_not_get_it_does_not(
    staged: Cast,
) -> None:
    suggestion = staged.kept["pre_assigned[]"]
    school = [{"unit": staged.world.schools.pk, "role": "lead"}]
    staged.world.act(suggestion, "hand_over", staged.congress, units=school)
    assert suggestion.pk not in numbers(staged.lead_head)
    lead = part_of(suggestion, staged.world.schools)
    road = [{"unit": staged.world.roads.pk, "role": "lead"}]
    staged.world.act(lead, "reassign", staged.government, units=road, reason="职责调整")
    assert suggestion.pk in numbers(staged.outside_head)
    with pytest.raises(WrongState, match="承办现为“已改办”，不能“签收”；最近一次操作：政府办 于"):
        staged.world.act(lead, "accept", staged.outside_head)


def test_administrators_see_no_case(staged: Cast) -> None:
    for actor in (staged.system_admin, staged.security_admin, staged.audit_admin, staged.editor):
        assert numbers(actor) == set()


def test_only_the_offices_of_the_congress_see_drafts(staged: Cast) -> None:
    own = staged.world.draft()
    sees = {name for name, actor in staged.people.items() if own.pk in numbers(actor)}
    assert sees == {"writer", "congress", "secretariat", "system", "importer"}


def test_evaluations_are_the_deputys_and_the_congresss_own(staged: Cast) -> None:
    suggestion = replied(staged)
    sees = {name for name, actor in staged.people.items() if sees_evaluations(actor, suggestion)}
    assert sees == {"writer", "congress", "secretariat", "committee", "system", "importer"}


def test_no_record_of_an_evaluation_carries_the_grade(staged: Cast) -> None:
    suggestion = replied(staged)
    grades = [
        {"axis": axis, "grade": "dissatisfied", "reason": "至今未动工"} for axis in ("process", "result")
    ]
    staged.world.act(suggestion, "evaluate", staged.writer, key="once", grades=grades)
    assert Evaluation.objects.filter(suggestion=suggestion, grade="dissatisfied").count() == 2
    event = Event.objects.get(stream__key=stream_key(suggestion.pk), kind="suggestion.evaluate")
    assert event.payload is not None
    assert set(event.payload) == {
        "subject",
        "subject_id",
        "transition",
        "label",
        "source",
        "target",
        "actor",
        "channel",
        "round",
        "replaces_proxy",
        "commitments",
    }
    written = [event.payload for event in Event.objects.filter(stream__key=stream_key(suggestion.pk))]
    written += list(Message.objects.filter(key=stream_key(suggestion.pk)).values_list("payload", flat=True))
    written += list(PerformedAct.objects.values_list("outcome", flat=True))
    text = json.dumps(written, ensure_ascii=False)
    assert [word for word in ("satisfied", "满意", "至今未动工") if word in text] == []


def test_the_head_of_another_unit_signs_nothing_here(staged: Cast) -> None:
    """Head by role and member of this unit, but its handler: the position decides (负责人审签)."""
    both = person("两处任职", Role.UNIT_HEAD, unit=staged.world.schools)
    UnitMember.objects.create(user_id=both.user_id, unit=staged.world.roads, position="handler")
    both = replace(both, unit_ids=frozenset([staged.world.schools.pk, staged.world.roads.pk]))
    ready = READY["reply.sign"](staged)
    assert outcome("reply.edit", Ready(ready.subject, both, {"body": "改写"}), both) == "may"
    assert outcome("reply.sign", ready, both) == "not_allowed"
    heads_it = replace(both, headed_unit_ids=both.unit_ids)
    assert outcome("reply.sign", ready, heads_it) == "may"


def test_who_lost_the_role_of_deputy_acts_as_none(staged: Cast) -> None:
    gone = replace(staged.second, roles=frozenset({Role.LEADER}))
    ready = READY["suggestion.agree_to_withdraw"](staged)
    assert outcome("suggestion.agree_to_withdraw", ready, staged.second) == "may"
    assert outcome("suggestion.agree_to_withdraw", ready, gone) == "not_allowed"


@pytest.mark.parametrize(
    "permission", ["reply.send_back", "reply.approve", "assignment.reassign", "assignment.reject_return"]
)
def test_what_goes_to_the_courts_is_reviewed_by_the_congress(staged: Cast, permission: str) -> None:
    ready = READY[permission](staged)
    Suggestion.objects.filter(pk=fresh(ready.subject).suggestion_id).update(recipient_system="court")
    Unit.objects.update(system="court")
    may = {name for name, met in outcomes(staged, permission, ready).items() if met == "may"}
    assert may == {"congress"}


def test_a_comment_is_the_lead_deputys_not_a_co_signers(staged: Cast) -> None:
    reply = drafted(staged)
    staged.world.act(reply, "share_draft", staged.lead_head)
    assert (
        outcome("reply.comment", Ready(reply, staged.second, {"text": "同意"}), staged.second)
        == "not_allowed"
    )


def test_an_evaluation_by_the_office_is_labelled(staged: Cast) -> None:
    suggestion = replied(staged)
    staged.world.evaluate(suggestion, "satisfied", staged.congress)
    assert set(Evaluation.objects.filter(suggestion=suggestion).values_list("by_proxy", flat=True)) == {True}
    other = evaluated(staged, class_code="B")
    assert set(Evaluation.objects.filter(suggestion=other).values_list("by_proxy", flat=True)) == {False}
