"""What enabled methods may do at the door: shut a gate, write a record, roll everything back. Never more."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from people import Cast
from ready import READY
from snapshot import snapshot
from world import World, fresh

from luoshi.errors import Invalid
from luoshi.methods.host import MethodFailed
from luoshi.methods.markers import hookimpl
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.types import CaseView, Data, MethodInfo, Problem, Requirement, TransitionView
from luoshi.outbox.drain import outbox_drain
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.services.door import GateShut

sys.path.insert(0, str(Path(__file__).parents[2] / "methods_fixtures"))

FIXTURES = {
    "every-hook": "luoshi_every_hook.hooks",
    "refusing": "luoshi_refusing.hooks",
    "crashing": "luoshi_crashing.hooks",
    "half-way": "luoshi_half_way.hooks",
    "database-breaker": "luoshi_database_breaker.hooks",
    "from-the-future": "luoshi_from_the_future.hooks",
}


class Gate:
    """A method of this test: says what it is told to, remembers what it was asked."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.problems: list[Problem] = []
        self.fails = False
        self.asked: list[tuple[str, str]] = []
        self.recorded: list[tuple[str, str, dict[str, Any]]] = []

    @hookimpl
    def describe_method(self) -> MethodInfo:
        return MethodInfo(slug="gate", name="测试关口", summary="样例", source="样例")

    @hookimpl
    def transition_requirements(
        self, case: CaseView, transition: TransitionView, actor: Any
    ) -> list[Requirement]:
        self.asked.append((transition.name, case.state))
        return self.requirements

    @hookimpl
    def validate_transition(self, case: CaseView, transition: TransitionView, data: Data) -> list[Problem]:
        return self.problems

    @hookimpl
    def record_transition(self, case: CaseView, transition: TransitionView, data: Data) -> None:
        self.recorded.append((transition.name, case.state, dict(data)))
        if self.fails:
            Suggestion.objects.filter(pk=case.id).update(note="写了一半")
            raise RuntimeError("record_transition")


@pytest.fixture
def gate() -> Gate:
    """The test's own method."""
    return Gate()


@pytest.fixture
def enable(county: object, gate: Gate) -> Iterator[Callable[[str], None]]:
    """Switches methods on in this county, usable or not."""
    from django.utils import timezone

    plugins = {slug: import_module(module) for slug, module in FIXTURES.items()}
    registry = MethodRegistry.of_plugins({**plugins, "gate": gate})

    def switch_on(slug: str) -> None:
        MethodActivation.objects.create(slug=slug, is_enabled=True, enabled_at=timezone.now())

    with registry_using(registry):
        yield switch_on


def refused(world: World, suggestion: Suggestion) -> GateShut:
    """Try to register; the refusal. Nothing is written."""
    before = snapshot()
    with pytest.raises(GateShut) as refusal:
        world.act(suggestion, "register", world.congress)
    assert snapshot() == before
    return refusal.value


def test_an_unmet_requirement_shuts_and_a_met_one_opens(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    suggestion = world.submitted()
    enable("gate")
    gate.requirements = [Requirement("paper", False, "须有纸质原件", "请上传原件")]
    shut = refused(world, suggestion)
    assert [(row.code, row.owner, row.met, row.broken) for row in shut.requirements] == [
        ("paper", "gate", False, False)
    ]
    assert shut.message == "须有纸质原件。请上传原件"
    assert gate.recorded == []
    gate.requirements = [Requirement("paper", True, "须有纸质原件", "请上传原件")]
    world.act(suggestion, "register", world.congress)
    assert fresh(suggestion).state == "registered"
    assert gate.asked == [("register", "submitted"), ("register", "submitted")]
    [(name, state, data)] = gate.recorded
    assert (name, state, data["number"]) == ("register", "registered", None)


def test_core_and_method_say_all_that_is_missing_at_once(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    suggestion = world.draft()
    enable("gate")
    gate.requirements = [Requirement("paper", False, "须有纸质原件", "请上传原件")]
    with pytest.raises(GateShut) as refusal:
        world.act(suggestion, "submit", world.writer, exclusions_acknowledged=True)
    unmet = [(row.owner, row.code) for row in refusal.value.requirements if not row.met]
    assert unmet == [("core", "one_matter"), ("gate", "paper")]


def test_a_problem_of_a_method_is_wrong_input(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    suggestion = world.submitted()
    enable("gate")
    gate.problems = [Problem("number", "编号与纸质件不符")]
    before = snapshot()
    with pytest.raises(Invalid) as refusal:
        world.act(suggestion, "register", world.congress)
    assert refusal.value.problems == (Problem("number", "编号与纸质件不符"),)
    assert snapshot() == before


@pytest.mark.parametrize("slug", ["crashing", "half-way", "database-breaker"])
def test_a_broken_method_keeps_the_gate_shut_and_the_transaction_usable(
    world: World, enable: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    """The check of the input crashes first; here only the gate is asked."""
    from luoshi.methods.facade import CountyMethods

    suggestion = world.submitted()
    enable(slug)
    with pytest.raises(Invalid, match="请联系系统管理员"):
        world.act(suggestion, "register", world.congress)
    monkeypatch.setattr(CountyMethods, "problems", lambda *args: ())
    shut = refused(world, suggestion)
    assert [(row.code, row.owner, row.met, row.broken) for row in shut.requirements] == [
        ("method_broken", slug, False, True)
    ]
    MethodActivation.objects.filter(slug=slug).update(is_enabled=False)
    world.act(suggestion, "register", world.congress)
    assert fresh(suggestion).state == "registered"


@pytest.mark.parametrize("slug", ["from-the-future", "never-installed"])
def test_a_method_that_is_missing_or_too_new_shuts_its_countys_gates(
    world: World, enable: Callable[[str], None], slug: str
) -> None:
    suggestion = world.submitted()
    enable(slug)
    before = snapshot()
    with pytest.raises(Invalid, match="请联系系统管理员"):
        world.act(suggestion, "register", world.congress)
    assert snapshot() == before


def test_a_record_that_cannot_be_written_rolls_everything_back(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    suggestion = world.submitted()
    enable("gate")
    gate.fails = True
    before = snapshot()
    with pytest.raises(MethodFailed):
        world.act(suggestion, "register", world.congress, key="k")
    assert snapshot() == before
    assert [name for name, _, _ in gate.recorded] == ["register"]
    gate.fails = False
    assert world.act(suggestion, "register", world.congress, key="k").repeated is False


def test_the_one_who_refuses_is_named(world: World, enable: Callable[[str], None]) -> None:
    suggestion = world.submitted()
    enable("refusing")
    with pytest.raises(Invalid, match="此样例认为一切输入都不对"):
        world.act(suggestion, "register", world.congress)


def test_methods_are_told_after_the_commit_and_once_a_message(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    enable("gate")
    suggestion = world.submitted()
    assert Message.objects.filter(payload__suggestion_id=suggestion.pk).count() == 2
    outbox_drain()
    assert [name for name, _, _ in gate.recorded] == ["submit"]


def test_a_past_year_is_not_asked_for_what_it_cannot_have(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    suggestion = world.draft()
    enable("gate")
    gate.requirements = [Requirement("paper", False, "须有纸质原件", "请上传原件")]
    world.act(
        suggestion,
        "import_closed",
        world.importer,
        number=7,
        units=[{"unit": world.roads.pk, "role": "lead"}],
        source_digest="0" * 64,
    )
    assert fresh(suggestion).state == "closed"
    assert gate.asked == []
    assert [name for name, _, _ in gate.recorded] == ["import_closed"]


def queries_of(world: World, suggestion: Suggestion) -> list[str]:
    """SQL of one registering."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        world.act(suggestion, "register", world.congress)
    return [row["sql"] for row in captured.captured_queries]


def test_without_a_method_the_door_pays_nothing_for_them(
    world: World, enable: Callable[[str], None], gate: Gate
) -> None:
    bare = queries_of(world, world.submitted())
    enable("gate")
    busy = queries_of(world, world.submitted())
    # One for the door's own transaction inside the test's.
    assert len([sql for sql in bare if sql.startswith("SAVEPOINT")]) == 1
    assert len([sql for sql in bare if "methods_methodactivation" in sql]) == 1
    # One more for each hook that is asked: problems, requirements, record.
    assert len([sql for sql in busy if sql.startswith("SAVEPOINT")]) == 4


def test_every_act_works_with_a_method_on(cast: Cast, enable: Callable[[str], None], gate: Gate) -> None:
    """The view of the case is made at every kind of subject."""
    enable("gate")
    for permission in ("reply.issue", "publication.check_secrecy"):
        ready = READY[permission](cast)
        cast.world.act(ready.subject, permission.partition(".")[2], ready.actor, **ready.data)
        assert gate.recorded[-1][0] == permission.partition(".")[2]
