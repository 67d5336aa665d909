"""A grade changed behind the door does not pass unnoticed, and the log still tells nobody what it was."""

import json

from world import World

from luoshi.audit.models import Event
from luoshi.suggestions.models import Evaluation
from luoshi.suggestions.selectors.evaluations import evaluations_verify


def test_a_flipped_and_a_deleted_grade_are_found(world: World) -> None:
    suggestion = world.evaluated("dissatisfied")
    other = world.evaluated("satisfied")
    assert evaluations_verify() == []
    Evaluation.every.filter(suggestion=suggestion, axis="result").update(grade="satisfied")
    assert evaluations_verify() == [f"建议 {suggestion.pk} 第 1 轮“result”的评价与日志不符，可能被改动"]
    Evaluation.every.filter(suggestion=suggestion, axis="result").update(grade="dissatisfied")
    Evaluation.every.filter(suggestion=other, axis="process").delete()
    assert evaluations_verify() == [f"建议 {other.pk} 有 1 项日志中的评价已不在表中，可能被删除"]


def test_what_the_deputy_replaced_stays_vouched_for(world: World) -> None:
    suggestion = world.replied()
    world.evaluate(suggestion, "satisfied", world.congress)
    grades = [{"axis": axis, "grade": "dissatisfied", "reason": "没有动工"} for axis in ("process", "result")]
    world.act(suggestion, "evaluate_own", world.writer, grades=grades)
    assert evaluations_verify() == []
    assert [row.grade for row in Evaluation.objects.filter(suggestion=suggestion)] == ["dissatisfied"] * 2
    assert Evaluation.every.filter(suggestion=suggestion).count() == 4


def test_the_log_holds_no_grade(world: World) -> None:
    world.evaluated("dissatisfied")
    payloads = json.dumps([event.payload for event in Event.objects.all()])
    assert "dissatisfied" not in payloads
