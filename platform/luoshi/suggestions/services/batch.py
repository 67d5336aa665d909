"""What many acts of one transaction share, so that an import does not ask for it at every row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from luoshi.calendar.selectors import day_table
from luoshi.calendar.types import DayTable
from luoshi.methods.facade import CountyMethods, county_methods
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import Deputy, Session, Suggestion, Unit
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.tenancy import NoCounty, tenant_current


@dataclass(frozen=True, slots=True)
class Batch:
    """Settings, methods, calendar and reference data of one county as they stood when the batch began.

    Made by :func:`batch_begin` inside the transaction whose acts it serves, and never kept beyond it: what
    another person changes meanwhile is not seen, just as if all acts had happened at the beginning.

    ``drafted``: what was drafted in this transaction, by id. Nobody else can see it before the commit, so the
    door neither locks it nor reads it again.
    """

    schema: str
    settings: CountySettings
    methods: CountyMethods
    units: Mapping[int, Unit]
    deputies: Mapping[int, Deputy]
    sessions: Mapping[str, Session]
    drafted: dict[int, Suggestion] = field(default_factory=dict)
    _days: dict[tuple[int, int], DayTable] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse to serve another county than the one it was loaded from.

        :raises NoCounty: where the connection is bound elsewhere.
        """
        if tenant_current().schema != self.schema:
            raise NoCounty("这一批数据属于另一个县")

    def day_table(self, first_year: int, last_year: int) -> DayTable:
        """The county's days of these years, loaded once."""
        years = (first_year, last_year)
        if years not in self._days:
            self._days[years] = day_table(first_year, last_year)
        return self._days[years]


def batch_begin() -> Batch:
    """Load everything for the county that is bound. Five queries.

    The caller has locked the session that its acts fill: nobody else numbers in it meanwhile.
    """
    tenant = tenant_current()
    return Batch(
        schema=tenant.schema,
        settings=county_settings(),
        methods=county_methods(tenant),
        units=Unit.objects.in_bulk(),
        deputies=Deputy.objects.select_related("delegation").in_bulk(),
        sessions={session.code: session for session in Session.objects.all()},
    )
