"""A figure, defined once: what it counts, out of what, by which rule, and the list behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from luoshi.statistics.facts import facts
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Suggestion

COUNTED = Q(counted=True)


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


def counts(scope: Scope, definitions: Iterable[Definition]) -> Mapping[str, int]:
    """How many suggestions fall under each figure, by code. One query for all of them."""
    given = list(definitions)
    columns = {
        f"figure_{place}": Count("pk", filter=definition.condition) for place, definition in enumerate(given)
    }
    row = facts(scope, *(definition.condition for definition in given)).aggregate(**columns)
    return {definition.code: row[f"figure_{place}"] for place, definition in enumerate(given)}
