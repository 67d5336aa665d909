"""The list of suggestions: what its address asks for, what is found, and the counts that are its filters."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, ResultClass, SuggestionState
from luoshi.suggestions.models import Assignment, CoSignature, Session, Suggestion, Unit
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.desk.records import DeskItem
from luoshi.workbench.duties import Duty, duty_find
from luoshi.workbench.figures.asked import Behind, behind_asked
from luoshi.workbench.lights import LIGHTS, NONE, Light, light_of, light_q, with_due
from luoshi.workbench.search import suggestions_matching

PER_PAGE = 50
LONGEST = 100
"""Characters of one filter that are read."""
FILTERS = (
    *("todo", "batch", "session", "state", "light", "unit", "role", "category", "key", "class", "q"),
    *("figure", "kind", "body", "system"),  # of the statistics
)
_IN_TURN = (
    F("due").asc(nulls_last=True),
    "-session__year",
    "-session_id",
    F("number").asc(nulls_last=True),
    "pk",
)
ROLES = {
    "lead": "我主办、分办",
    "co": "我会办",
    "first": "我领衔",
    "signed": "我附议",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one address, as text; what is empty does not filter."""

    values: Mapping[str, str]
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Asked":
        """The filters that the address names; anything else in it is let lie."""
        values = {name: str(given.get(name) or "").strip()[:LONGEST] for name in FILTERS}
        number = str(given.get("page") or "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        return cls({name: value for name, value in values.items() if value}, max(page, 1))

    def value(self, name: str) -> str:
        """One filter; empty where the address has it not."""
        return self.values.get(name, "")

    def link(self, **changes: str) -> str:
        """The query of the address with these filters changed, from the first page."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: values[name] for name in (*FILTERS, "page") if values.get(name)})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with the number of suggestions it would show; ``None``: not counted."""

    value: str
    label: str
    link: str
    chosen: bool
    count: int | None = None
    light: Light | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list and the choices around it."""

    asked: Asked
    rows: list[Suggestion]
    total: int
    pages: int
    lights: list[Choice]
    states: list[Choice]
    sessions: list[Choice]
    units: list[Choice]
    categories: list[Choice]
    classes: list[Choice]
    roles: list[Choice]
    duty: Duty | None = None
    behind: Behind | None = None
    today: date = field(default_factory=date.today)

    @property
    def before(self) -> str:
        """Link to the page before, or empty."""
        return self.asked.link(page=str(self.asked.page - 1)) if self.asked.page > 1 else ""

    @property
    def after(self) -> str:
        """Link to the page after, or empty."""
        return self.asked.link(page=str(self.asked.page + 1)) if self.asked.page < self.pages else ""


def suggestions_list(actor: Actor, asked: Asked, today: date) -> Found:
    """One page of what ``actor`` may see and the address asks for. Eight queries, whatever the data.

    The counts of a filter are those of the list without that filter: what a click on them would show.
    """
    duty = duty_find(actor, asked.value("todo"))
    behind = behind_asked(actor, asked.values)
    found = _filtered(actor, asked, duty, behind)
    stated, lit = _counts(found, asked, today)
    total = sum(count for state, count in stated.items() if asked.value("state") in ("", state))
    pages = max(1, -(-total // PER_PAGE))
    asked = Asked(asked.values, min(asked.page, pages))
    rows: Any = found if not asked.value("state") else found.filter(state=asked.value("state"))
    if asked.value("light") in lit:
        rows = rows.filter(light_q(asked.value("light"), today))
    first = (asked.page - 1) * PER_PAGE
    dated = sum(count for key, count in lit.items() if key != NONE.key and asked.value("light") in ("", key))
    if first + PER_PAGE <= dated:
        # What has a date stands first: a page of it alone need not put all the others in order as well.
        rows = rows.filter(due__isnull=False)
    return Found(
        asked=asked,
        rows=_for_display(rows, first),
        total=total,
        pages=pages,
        lights=[
            Choice(
                light.key,
                light.word,
                _toggle(asked, "light", light.key),
                asked.value("light") == light.key,
                lit[light.key],
                light,
            )
            for light in LIGHTS
        ],
        states=[
            Choice(
                state.value,
                state.label,
                _toggle(asked, "state", state.value),
                asked.value("state") == state,
                stated[state],
            )
            for state in SuggestionState
            if stated[state] or asked.value("state") == state
        ],
        sessions=_choices(asked, "session", [(row.code, _session(row)) for row in _sessions()]),
        units=_choices(asked, "unit", [(str(pk), name) for pk, name in _units(actor)]),
        categories=_choices(asked, "category", [(text, text) for text in _categories(actor)]),
        classes=_choices(asked, "class", [(value, label) for value, label in ResultClass.choices]),
        roles=_choices(asked, "role", [(key, ROLES[key]) for key in _own_roles(actor)]),
        duty=duty,
        behind=behind,
        today=today,
    )


def _filtered(actor: Actor, asked: Asked, duty: Duty | None, behind: Behind | None) -> QuerySet[Suggestion]:
    """Everything but state and light, which are counted."""
    found = suggestions_visible(actor)
    wanted = Q()
    if asked.value("todo"):
        wanted &= duty.condition(actor) if duty else Q(pk__in=[])
    if behind is not None:
        wanted &= behind.rows
    if asked.value("batch"):
        wanted &= _batch(_number(asked.value("batch")))
    if asked.value("session"):
        wanted &= Q(session__code=asked.value("session"))
    if asked.value("unit"):
        wanted &= _part(Assignment.objects.filter(unit_id=_number(asked.value("unit"))))
    if asked.value("category"):
        wanted &= Q(category=asked.value("category"))
    if asked.value("key"):
        wanted &= Q(is_key=True)
    if asked.value("class"):
        wanted &= Q(result_class=asked.value("class"))
    if asked.value("role"):
        wanted &= _role(actor, asked.value("role"))
    found = with_due(found.filter(wanted), actor)
    return suggestions_matching(found, asked.value("q")) if asked.value("q") else found


def _part(rows: QuerySet[Assignment]) -> Q:
    return Q(Exists(rows.filter(suggestion=OuterRef("pk")).exclude(state__in=GONE)))


def _batch(number: int) -> Q:
    """What was done together in one batch of the office's desk."""
    done = DeskItem.objects.filter(batch_id=number, state=DeskItem.State.DONE)
    return Q(pk__in=done.values("suggestion_id"))


def _role(actor: Actor, role: str) -> Q:
    parts = Assignment.objects.filter(unit_id__in=actor.unit_ids)
    if role == "lead":
        return _part(parts.exclude(role=AssignmentRole.CO))
    if role == "co":
        return _part(parts.filter(role=AssignmentRole.CO))
    if role == "first":
        return Q(lead_deputy_id=actor.deputy_id, lead_deputy__isnull=False)
    if role == "signed":
        signed = CoSignature.objects.filter(deputy_id=actor.deputy_id or 0, state=CoSignature.State.CONFIRMED)
        return Q(Exists(signed.filter(suggestion=OuterRef("pk"))))
    return Q(pk__in=[])


def _own_roles(actor: Actor) -> list[str]:
    unit = ["lead", "co"] if actor.unit_ids else []
    return unit + (["first", "signed"] if actor.has(Role.DEPUTY) and actor.deputy_id else [])


def _counts(found: Any, asked: Asked, today: date) -> tuple[Counter[str], Counter[str]]:
    """How many there are in each state (in the light that is asked for) and in each light (in that state).

    One query, which asks for each suggestion's date once: a condition for each light would ask again for
    each of them, and cost six times as much.
    """
    states: Counter[str] = Counter()
    lights = Counter({light.key: 0 for light in LIGHTS})
    chosen = asked.value("light") if asked.value("light") in lights else ""
    grouped = found.order_by().values("state", "due").annotate(count=Count("pk"))
    for state, due, count in grouped.values_list("state", "due", "count"):
        light = light_of(due, today).key
        if chosen in ("", light):
            states[state] += count
        if asked.value("state") in ("", state):
            lights[light] += count
    return states, lights


def _for_display(found: Any, first: int) -> list[Suggestion]:
    """One page from the row ``first`` on, in the order in which they turn red, with what a row shows.

    The page is cut from the bare ids: all of them are put in order, and only fifty are read in full.
    """
    page = list(found.order_by(*_IN_TURN).values_list("pk", "due")[first : first + PER_PAGE])
    parts = (
        Assignment.objects.exclude(state__in=GONE).select_related("unit").order_by("-round", "-role", "pk")
    )
    rows = (
        Suggestion.objects.select_related("session", "lead_deputy", "delegation")
        .defer("content", "note")
        .prefetch_related(Prefetch("assignments", parts, to_attr="live"))
        .in_bulk([pk for pk, _ in page])
    )
    for pk, due in page:
        setattr(rows[pk], "due", due)  # noqa: B010 - as if the query had brought it
    return [rows[pk] for pk, _ in page]


def _sessions() -> QuerySet[Session]:
    return Session.objects.order_by("-year", "-code")


def _session(row: Session) -> str:
    term, _, number = row.code.partition("-")
    return f"{term} 届 {number} 次（{row.year}）"


def _units(actor: Actor) -> list[tuple[int, str]]:
    """Units of those that this person may know of: a unit's own people and deputies see who handles."""
    return [(unit.pk, unit.short_name or unit.name) for unit in Unit.objects.order_by("name")]


def _categories(actor: Actor) -> list[str]:
    rows = suggestions_visible(actor).exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct())


def _choices(asked: Asked, name: str, pairs: list[tuple[str, str]]) -> list[Choice]:
    return [
        Choice(value, label, asked.link(**{name: value}), asked.value(name) == value)
        for value, label in pairs
    ]


def _toggle(asked: Asked, name: str, value: str) -> str:
    return asked.link(**{name: "" if asked.value(name) == value else value})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
