"""The frozen values that pass between the core and a method (工作法). Nothing here reaches the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from luoshi.accounts.actor import Actor
from luoshi.errors import Problem
from luoshi.methods.columns import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    ColumnFigure,
    ColumnFigures,
    ColumnPart,
    ColumnTable,
    ColumnText,
    PublicColumn,
)
from luoshi.tenancy import TenantView

__all__ = [
    "Actor",
    "ApiRoute",
    "AssignmentView",
    "CaseRow",
    "CaseView",
    "ColumnCases",
    "ColumnContent",
    "ColumnFigure",
    "ColumnFigures",
    "ColumnPart",
    "ColumnTable",
    "ColumnText",
    "ContactView",
    "EvaluationView",
    "EventView",
    "HealthNote",
    "MethodInfo",
    "NavigationItem",
    "Obligation",
    "Panel",
    "Problem",
    "PublicColumn",
    "ReplyView",
    "Requirement",
    "Schedule",
    "Statistic",
    "StatisticScope",
    "TenantView",
    "TransitionView",
]


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """A unit's part (主办、分办、会办) in one round of handling. ``accepted_on``: the day of 签收."""

    id: int
    unit_id: int
    unit_name: str
    role: str
    round: int
    state: str
    due_on: date | None
    handed_over_on: date | None = None
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class ContactView:
    """One contact (沟通) of a unit with the deputy. ``phase``: before, during, after.

    ``confirmed``: ``None`` until the deputy answered, ``False`` where he denied it (不属实). ``by_proxy``:
    staff entered his answer from paper. ``recorded_at``: when the unit entered the contact. ``photos``: how
    many pictures the unit has put to it.
    """

    id: int
    assignment_id: int
    round: int
    phase: str
    mode: str
    held_on: date
    person_times: int
    confirmed: bool | None
    by_proxy: bool = False
    place: str = ""
    recorded_at: datetime | None = None
    photos: int = 0


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A lead's reply (答复) in one round. ``result_class`` is canonical, never a letter.

    ``kind``: reply, or supplement (补充答复) after the round's reply.
    """

    id: int
    assignment_id: int
    round: int
    state: str
    result_class: str
    kind: str = "reply"
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """One grade on one axis. ``by_proxy``: entered by staff from paper."""

    round: int
    axis: str
    grade: str
    by_proxy: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A suggestion as a method may see it, at the moment of the call and under its row lock."""

    id: int
    number: int | None
    title: str
    session: str
    item_kind: str
    recipient_system: str
    state: str
    round: int
    is_key: bool
    imported: bool
    handed_over_on: date | None
    lead_deputy_id: int | None
    assignments: tuple[AssignmentView, ...]
    contacts: tuple[ContactView, ...]
    replies: tuple[ReplyView, ...]
    evaluations: tuple[EvaluationView, ...]


@dataclass(frozen=True, slots=True)
class TransitionView:
    """The act that is asked for. ``subject``: suggestion, assignment, reply or publication.

    ``target`` is ``None`` for an act that changes no state.
    """

    subject: str
    name: str
    subject_id: int
    source: str
    target: str | None


@dataclass(frozen=True, slots=True)
class EventView:
    """An act that has happened, as the outbox hands it on after the commit (at least once)."""

    suggestion_id: int
    sequence: int
    transition: TransitionView
    actor_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of a gate. ``reason`` says why it is asked, ``how_to_meet`` what to do, both in Chinese.

    ``owner``: slug of the method, or ``core``. ``broken`` marks a gate kept shut because its method crashed
    or is missing.
    """

    code: str
    met: bool
    reason: str
    how_to_meet: str
    owner: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class MethodInfo:
    """What a method says of itself. ``api``: the major version of this plugin API it was written for."""

    slug: str
    name: str
    summary: str
    source: str
    api: int = 1


@dataclass(frozen=True, slots=True)
class HealthNote:
    """One line of a method's own check. ``level``: ok, warning or error."""

    level: str
    message: str


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry. ``url_name`` lives in the method's own namespace."""

    label: str
    url_name: str
    roles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that a method, with certain options, will ask of somebody, in plain Chinese.

    ``who``: such as 承办单位. ``what``: such as 办前与代表见面. ``when``: such as 单位审签前.
    """

    who: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What a method shows on the page of a case. ``title``: Chinese heading.

    ``template``: of the method's own, below ``templates/<slug>/``; it is rendered with ``context`` and
    nothing else, so no request and no person reaches it but what the method puts there.
    """

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """A viewset below ``/api/v1/methods/<slug>/``. ``viewset`` is a DRF viewset class."""

    prefix: str
    viewset: type[Any]
    basename: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurring task of a method. ``task``: a Celery task's name. ``every_minutes``: at least 1."""

    task: str
    every_minutes: int


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure of a method for the report. ``value`` is JSON: counts as int, percents as strings.

    A rate says of what it is one: ``numerator`` of ``denominator``, and in ``definition`` what both count, in
    Chinese. A figure that is only a count gives it as ``numerator`` too.

    ``numerator_list``, ``denominator_list``: the suggestions behind them, which a reader comes to from the
    figure. Either the code of the report's own figure that counts the same (``contacts.records``), or by
    suggestion how many of what is counted it has; the amounts' sum is the count. Never part of a report.
    ``measure``: what the amounts count, such as 件次. ``tells_answers``: whoever saw the figure change could
    read off how a deputy graded or answered; until the session is over only the congress sees it then.
    """

    code: str
    label: str
    value: Any
    numerator: int | None = None
    denominator: int | None = None
    definition: str = ""
    numerator_list: str | Mapping[int, int] = field(default="", compare=False)
    denominator_list: str | Mapping[int, int] = field(default="", compare=False)
    measure: str = "件"
    tells_answers: bool = False

    def as_json(self) -> dict[str, Any]:
        """What a report holds of it."""
        names = ("code", "label", "value", "numerator", "denominator", "definition")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class StatisticScope:
    """What a report speaks of. ``session``: as in ``17-4``. ``item_kind``: suggestions and proposals are
    counted apart, and so are the congresses of county and townships.
    """

    session: str
    item_kind: str = "suggestion"
    congress_body: str = "county"


Data = Mapping[str, Any]
