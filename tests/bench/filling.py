"""A county full of suggestions, written set by set: what the pages are measured on.

The share of each state is the same at every size, and so is what one row shows: the first unit leads and the
first deputy leads six cases of ten, so that a page of fifty rows is full for them at both sizes.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from people import Cast

from luoshi.notifications.models import Notice
from luoshi.suggestions.models import (
    Ask,
    Assignment,
    Clock,
    Contact,
    Delegation,
    Deputy,
    Evaluation,
    Reply,
    Suggestion,
    Unit,
)

UNITS, DEPUTIES = 40, 60
BATCH = 2000
# Of a hundred suggestions: the state, its parts' state and its letters' state.
SHARES: tuple[tuple[int, str, str, str], ...] = (
    (52, "closed", "done", "issued"),
    (8, "tracking", "done", "issued"),
    (6, "evaluated", "done", "issued"),
    (6, "replied", "done", "issued"),
    (8, "in_handling", "handling", "drafted"),
    (4, "in_handling", "handling", "under_review"),
    (6, "assigned", "pending", ""),
    (4, "pre_assigned", "", ""),
    (3, "registered", "", ""),
    (1, "submitted", "", ""),
    (1, "draft", "", ""),
    (1, "withdrawn", "", ""),
)
PLAN = tuple(share[1:] for share in SHARES for _ in range(share[0]))
CATEGORIES = ("交通", "水利", "教育", "卫生", "农业", "城建", "环保", "民政")
LETTERS = (("A", "resolved"), ("B", "in_progress"), ("C", "deferred"))


@dataclass(frozen=True)
class _Row:
    number: int
    suggestion: Suggestion
    part_state: str
    letter_state: str


def county_fill(cast: Cast, count: int, today: date) -> None:
    """``count`` suggestions in every state, with asks, parts, clocks, contacts, letters, grades, notices."""
    world = cast.world
    units = [world.roads, *_units()]
    deputies = [world.deputy, *_deputies(world.delegation)]
    rows = [_row(world, number, deputies, today) for number in range(count)]
    Suggestion.objects.bulk_create([row.suggestion for row in rows], batch_size=BATCH)
    Ask.objects.bulk_create(
        (
            Ask(suggestion=row.suggestion, position=place, text=f"请求解决第{place}个问题，明确完成时间。")
            for row in rows
            for place in (1, 2)
        ),
        batch_size=BATCH,
    )
    handed = [row for row in rows if row.part_state]
    leads = Assignment.objects.bulk_create(
        [_part(row, units[_sixty(row.number, UNITS)], "lead") for row in handed], batch_size=BATCH
    )
    helpers = [
        _part(row, units[1 + (row.number * 7) % (UNITS - 1)], "co")
        for row in handed
        if row.number % 3 == 0 and units[_sixty(row.number, UNITS)] == world.roads
    ]
    Assignment.objects.bulk_create(helpers, batch_size=BATCH)
    pairs = list(zip(handed, leads, strict=True))
    Clock.objects.bulk_create(
        (clock for row, lead in pairs for clock in _clocks(row, lead, today)), batch_size=BATCH
    )
    Contact.objects.bulk_create((_contact(row, lead) for row, lead in pairs), batch_size=BATCH)
    Reply.objects.bulk_create(
        (_reply(row, lead) for row, lead in pairs if row.letter_state), batch_size=BATCH
    )
    Evaluation.objects.bulk_create(
        (
            Evaluation(
                suggestion=row.suggestion, round=1, axis=axis, grade="satisfied", created_at=timezone.now()
            )
            for row in handed
            if row.suggestion.state in ("closed", "tracking", "evaluated")
            for axis in ("process", "result")
        ),
        batch_size=BATCH,
    )
    _notices(cast, rows)


def _row(world: Any, number: int, deputies: list[Deputy], today: date) -> _Row:
    state, part_state, letter_state = PLAN[(number * 37) % 100]
    code, result = LETTERS[number % 3] if letter_state == "issued" else ("", "")
    suggestion = Suggestion(
        session=world.session,
        lead_deputy=deputies[_sixty(number * 3, DEPUTIES)],
        number=None if state in ("draft", "submitted", "withdrawn") else number + 1,
        title=f"关于解决第{number}村道路与饮水问题的建议",
        content=f"第{number}村位于山区，道路破损，群众出行不便；饮水工程年久失修，旱季缺水。" * 4,
        category=CATEGORIES[number % len(CATEGORIES)],
        state=state,
        is_key=number % 20 == 0,
        registered_on=today - timedelta(days=90),
        handed_over_on=today - timedelta(days=80) if part_state else None,
        replied_on=today - timedelta(days=20) if letter_state == "issued" else None,
        closed_on=today - timedelta(days=10) if state == "closed" else None,
        class_code=code,
        result_class=result,
    )
    return _Row(number, suggestion, part_state, letter_state)


def _sixty(number: int, others: int) -> int:
    """0 for six of ten, else one of the others in turn."""
    return 0 if number % 10 < 6 else 1 + (number // 10 * 4 + number % 10) % (others - 1)


def _units() -> list[Unit]:
    return Unit.objects.bulk_create(Unit(name=f"第{number}局") for number in range(1, UNITS))


def _deputies(delegation: Delegation) -> list[Deputy]:
    return Deputy.objects.bulk_create(
        Deputy(delegation=delegation, name=f"代表{number}") for number in range(1, DEPUTIES)
    )


def _part(row: _Row, unit: Unit, role: str) -> Assignment:
    return Assignment(
        suggestion=row.suggestion,
        unit=unit,
        role=role,
        state=row.part_state,
        handed_over_on=row.suggestion.handed_over_on,
        principal="主管甲",
        in_charge="分管乙",
        handler="经办丙",
    )


def _clocks(row: _Row, lead: Assignment, today: date) -> list[Clock]:
    """The lead's clock and the one of the case: running where the case is open, in every light."""
    is_open = row.part_state != "done"
    due = today + timedelta(days=row.number * 13 % 90 - 20)
    kinds = (("lead_reply", lead, "unit"), ("hand_over", None, "reviewing_office"))
    return [
        Clock(
            suggestion=row.suggestion,
            assignment=part,
            owed_by=debtor,
            kind=kind,
            round=1,
            starts_on=today - timedelta(days=80),
            due_on=due,
            state="running" if is_open and part else "met",
            ended_on=None if is_open and part else today - timedelta(days=20),
        )
        for kind, part, debtor in kinds
    ]


def _contact(row: _Row, lead: Assignment) -> Contact:
    return Contact(
        suggestion=row.suggestion,
        assignment=lead,
        round=1,
        phase="before",
        mode="visit",
        held_on=row.suggestion.handed_over_on,
        persons="承办人与领衔代表",
        summary="了解具体诉求",
        recorded_at=timezone.now(),
        confirmed=None if row.number % 5 == 0 else True,
    )


def _reply(row: _Row, lead: Assignment) -> Reply:
    issued = row.letter_state == "issued"
    return Reply(
        suggestion=row.suggestion,
        assignment=lead,
        round=1,
        state=row.letter_state,
        body="您提出的建议收悉，现答复如下。",
        class_code=row.suggestion.class_code,
        result_class=row.suggestion.result_class,
        issued_on=row.suggestion.replied_on if issued else None,
    )


def _notices(cast: Cast, rows: list[_Row]) -> None:
    """A tenth of the suggestions has an unread notice for everybody."""
    Notice.objects.bulk_create(
        (
            Notice(
                recipient_id=actor.user_id,
                suggestion=row.suggestion,
                kind="suggestion.handed_over",
                text="已交办，请签收",
                message_id=row.number,
            )
            for row in rows[::10]
            for actor in cast.people.values()
            if actor.user_id is not None
        ),
        batch_size=BATCH,
    )
