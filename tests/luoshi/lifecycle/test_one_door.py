"""ADR 3: the state of the four subjects is written by the door and by nothing else. Read from the sources.

Every place in the product that writes anything called ``state`` is listed here, with the reason why it may.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[3]
ROOMS = ("platform/luoshi", "tenants/luoshi_tenants", "cms/luoshi_cms", "deploy/luoshi_site", "plugins")
WRITERS = frozenset({"update", "create", "acreate", "get_or_create", "update_or_create", "bulk_update"})
SUBJECTS = frozenset({"Suggestion", "Assignment", "Reply", "Publication"})

ACTS = "platform/luoshi/suggestions/acts"
SERVICES = "platform/luoshi/suggestions/services"
# The four subjects: the door, a consequence that stands in the same event, and the acts.
THE_DOOR = {
    (f"{SERVICES}/door.py", "ctx.subject.state = row.target"),
    (f"{SERVICES}/door.py", "ctx.suggestion.state = stage"),
    (f"{SERVICES}/context.py", "subject.state = target"),
    # The row's own target a moment earlier: the old part leaves a constraint before the new one enters it.
    (f"{ACTS}/handling.py", "Assignment.objects.filter(pk=old.pk).update(state=ctx.transition.target)"),
    # A past year's parts and letters are made as they ended (import_closed).
    (f"{ACTS}/importing.py", "Assignment(state=AssignmentState.DONE)"),
    (f"{ACTS}/importing.py", "Reply(state=ReplyState.ISSUED)"),
}
DESK = "platform/luoshi/workbench/desk"
IMPORTING = "platform/luoshi/workbench/importing"
# States of other things: a co-signer's or a unit's answer, a promise, a clock, what a method asks, an import,
# the rows of a batch.
NO_SUBJECT = {
    (f"{ACTS}/hand_over.py", "proposal.state = Proposal.State.PROPOSED"),
    (f"{ACTS}/hand_over.py", "proposal.state = Proposal.State.CLAIMED"),
    (f"{ACTS}/hand_over.py", "proposal.state = Proposal.State.OBJECTED"),
    (f"{ACTS}/intake.py", "signature.state = CoSignature.State.INVITED"),
    (
        f"{ACTS}/replying.py",
        "promise.state = Promise.State.KEPT if data.kept else Promise.State.BROKEN",
    ),
    (
        f"{SERVICES}/duties.py",
        "CaseDuty.objects.filter(pk__in=gone).update(state=CaseDuty.State.CLOSED)",
    ),
    (f"{SERVICES}/duties.py", "standing.update(state=CaseDuty.State.CLOSED)"),
    (f"{DESK}/batches.py", "item.state = DeskItem.State.DONE"),
    (f"{DESK}/batches.py", "item.state, item.message = (DeskItem.State.FAILED, _OUR_FAULT)"),
    (
        f"{DESK}/batches.py",
        "item.state, item.message = (DeskItem.State.FAILED, refusal.message or _OUR_FAULT)",
    ),
    (f"{DESK}/entry_views.py", "batch.items.update(state=DeskItem.State.DONE)"),
    (
        f"{IMPORTING}/jobs.py",
        "ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(state=State.CONFIRMED)",
    ),
    (f"{IMPORTING}/jobs.py", "job.state, job.message, job.stored = (state, message, '')"),
    (f"{IMPORTING}/jobs.py", "job.state, job.outcome, job.message = (State.CHECKED, outcome, message)"),
}


def writes_of(source: str) -> Iterator[str]:
    """Every statement or call of ``source`` that writes an attribute or column called ``state``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [part for target in targets for part in _parts(target)]
            if node.value is not None and any(_is_state(part) for part in flat):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call):
            yield from _calls(node)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "set state" in node.value.lower()
        ):
            yield node.value


def _parts(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [part for element in target.elts for part in _parts(element)]
    return [target]


def _is_state(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "state"


def _calls(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    if name == "setattr" and "state" in texts:
        yield ast.unparse(node)
    if name == "bulk_update" and "state" in texts:
        yield ast.unparse(node)
    if name in WRITERS or name in SUBJECTS:
        for keyword in node.keywords:
            if keyword.arg == "state":
                yield f"{ast.unparse(node.func)}(state={ast.unparse(keyword.value)})"
            elif keyword.arg == "defaults" and "state" in texts:
                yield ast.unparse(node)


def product_files() -> list[Path]:
    """Python of the product: no tests, no migrations."""
    return sorted(
        path
        for room in ROOMS
        for path in (TOP / room).rglob("*.py")
        if not {"migrations", "tests", "templates"} & set(path.relative_to(TOP).parts)
    )


def test_nothing_but_the_door_writes_a_state() -> None:
    found = {
        (str(path.relative_to(TOP)), text)
        for path in product_files()
        for text in writes_of(path.read_text(encoding="utf-8"))
    }
    clocks_and_signatures = {
        (file, text)
        for file, text in found
        if "Clock.State" in text or "CoSignature" in text or "co_signatures" in text
    }
    assert found - clocks_and_signatures - NO_SUBJECT == THE_DOOR
    assert found >= NO_SUBJECT


@pytest.mark.parametrize(
    "bad",
    [
        "suggestion.state = 'closed'",
        "suggestion.state, other = 'closed', 1",
        "reply.state: str = 'issued'",
        "Suggestion.objects.filter(pk=1).update(state='closed')",
        "Reply.objects.update_or_create(pk=1, defaults={'state': 'issued'})",
        "setattr(assignment, 'state', 'done')",
        "Assignment.objects.bulk_update(rows, ['state'])",
        "Assignment.objects.bulk_create([Assignment(state='done')])",
        "cursor.execute('UPDATE suggestions_reply SET state = %s', [x])",
    ],
)
def test_the_reader_sees_every_way_to_write_one(bad: str) -> None:
    assert len(list(writes_of(bad))) == 1


@pytest.mark.parametrize(
    "good",
    ["x = suggestion.state", "Reply.objects.filter(state='issued')", "if a.state == 'b': pass", "state = 1"],
)
def test_reading_a_state_is_no_writing(good: str) -> None:
    assert list(writes_of(good)) == []
