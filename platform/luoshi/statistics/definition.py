"""A figure, defined once: what it counts, out of what, by which rule, and the list behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from django.db.models import Count, Q, QuerySet

from luoshi.lifecycle.states import Grade
from luoshi.statement import Statement
from luoshi.statistics.facts import LATE, facts, facts_named
from luoshi.statistics.scope import Scope
from luoshi.suggestions.county_settings import CountySettings, KeyCounting
from luoshi.suggestions.models import Session, Suggestion

COUNTED = Q(counted=True)


class _Shape(NamedTuple):
    """What makes the statement of the figures another one: two of the county's rules, and whether the scope
    is one system by itself.

    Conditions are given it in place of the settings: one that asks for more than stands here fails at once.
    """

    trigger_grades: frozenset[Grade]
    key_counting: KeyCounting
    of_one_system: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure of the report.

    ``code``: unique, its path in the report's JSON. ``meaning`` and ``denominator``: Chinese, for the reader
    of the report; the latter is empty where the figure is a plain count. ``source``: the rule it comes from,
    such as ``HN-02``. ``condition``: over the columns of :func:`luoshi.statistics.facts.facts`.
    """

    code: str
    label: str
    meaning: str
    source: str
    condition: Q
    denominator: str = ""

    def cases(self, scope: Scope) -> QuerySet[Suggestion]:
        """The suggestions behind the figure."""
        return facts(scope, self.condition).filter(self.condition)

    def explained(self) -> dict[str, str]:
        """The figure's explanation, as the report carries it."""
        return {
            "label": self.label,
            "meaning": self.meaning,
            "denominator": self.denominator,
            "source": self.source,
        }


class Counts:
    """How many suggestions fall under each of these figures, which are the same for every county.

    Putting their statement together costs far more than running it, so it is written once for each shape
    that a scope and a county's rules give it.
    """

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._definitions = tuple(definitions)
        self._written: dict[_Shape, Statement] = {}

    def of(self, scope: Scope) -> Mapping[str, int]:
        """The numbers by code. One query."""
        settings, system = scope.settings, scope.recipient_system
        shape = _Shape(settings.trigger_grades, settings.key_counting, system is not None)
        statement = self._written.get(shape)
        if statement is None:
            statement = self._written[shape] = self._statement(shape)
        values = {
            "session": scope.session.pk,
            "day": scope.as_of,
            "kind": scope.item_kind.value,
            "body": scope.congress_body.value,
            "system": system.value if system is not None else "",
        }
        rows = statement.tuples(values)
        found = rows[0] if rows else [0] * len(self._definitions)  # nothing submitted is no row
        return {definition.code: count for definition, count in zip(self._definitions, found, strict=True)}

    def _statement(self, shape: _Shape) -> Statement:
        rules = cast(CountySettings, shape)
        conditions = [definition.condition for definition in self._definitions]

        def write(
            session: int, kind: Any, body: Any, day: Any = None, system: Any = None
        ) -> QuerySet[Any, Any]:
            scope = Scope(Session(pk=session), rules, day, kind, body, system)
            columns = {
                f"figure_{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions)
            }
            rows: QuerySet[Any] = facts(scope, *conditions)
            counted = rows.order_by().values("session").annotate(**columns)
            found: QuerySet[Any, Any] = counted.values_list(*columns)
            return found

        variables: dict[str, type] = {"session": int, "kind": str, "body": str}
        if shape.of_one_system:
            variables["system"] = str
        if LATE in facts_named(*conditions):
            variables["day"] = date  # without it a condition that asks for the day cannot be written
        return Statement(write, **variables)
