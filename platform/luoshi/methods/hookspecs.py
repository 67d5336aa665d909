"""Every hook a method may implement, typed and grouped by subject. What is not here is not part of the plugin
API.

Rules for all of them:

- A method SHALL answer for itself alone: the host calls each enabled method by itself.
- Arguments are frozen values; a method SHALL NOT change what they hold.
- A hook that yields is read to its end at once, inside the host's guard.
- Inside a transaction each call runs in a savepoint of its own. A method SHALL let its errors escape: the
  host undoes that method's part, attributes the failure to it and goes on with the others, or refuses, as the
  hook's page says.
- A hook SHALL be an ordinary function: neither ``async`` nor a pluggy wrapper, and without default values.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from luoshi.methods.markers import hookspec
from luoshi.methods.types import (
    Actor,
    ApiRoute,
    CaseView,
    ColumnContent,
    Data,
    EventView,
    HealthNote,
    MethodInfo,
    NavigationItem,
    Obligation,
    Panel,
    Problem,
    PublicColumn,
    Requirement,
    Schedule,
    Statistic,
    StatisticScope,
    TenantView,
    TransitionView,
)

__all__ = ["SUBJECTS", "Custody", "Declarations", "Identity", "Lifecycle"]


class Identity:
    """Who the method is, what it can be told, and its being switched on and off."""

    @hookspec
    def describe_method(self) -> MethodInfo:  # type: ignore[empty-body]
        """Say what this method is called, where it comes from and which plugin API it was written for.

        Called once per process, while methods are loaded. A method SHALL implement it; the slug SHALL be that
        of the entry point. It SHALL NOT touch the database.
        """

    @hookspec
    def options_model(self) -> type[BaseModel]:  # type: ignore[empty-body]
        """Name the pydantic model of a county's options: form, JSON schema and type in one.

        Called once per process, while methods are loaded. The model SHALL refuse unknown fields and SHALL
        have a default for every field, so that a county can switch the method on at once. Without this hook a
        method has no options.
        """

    @hookspec
    def obligations(self, options: BaseModel) -> Iterable[Obligation]:  # type: ignore[empty-body]
        """Say in plain Chinese what the method with these options will ask of whom, and when.

        Called for the page on which a county switches methods and sets their options, also before the method
        is on and with options that are not saved yet. It SHALL NOT touch the database. If it raises, the page
        says that the obligations cannot be shown.

        :param options: an instance of the method's options model; of an empty one where it has none.
        """

    @hookspec
    def check_method(self, tenant: TenantView) -> Iterable[HealthNote]:  # type: ignore[empty-body]
        """Look whether all that the method needs in this county is there.

        Called for an enabled method by ``luoshi doctor`` and by the county's health page, never during a
        case's act. A method MAY return no note, which means that all is well. It SHALL NOT write.

        :param tenant: the county that is looked at; the database connection is bound to it.
        """

    @hookspec
    def method_enabled(self, tenant: TenantView, actor: Actor) -> None:
        """Prepare what the method needs in a county that has just switched it on or changed its options.

        Called in the transaction of the switch or the change, after the row is written. Raising undoes it.
        Because a method may be switched on again, it SHALL be safe to run twice. The change may be tried and
        rolled back: it SHALL have no effect outside the database.

        :param tenant: the county.
        :param actor: who switched it on or changed its options.
        """

    @hookspec
    def method_disabled(self, tenant: TenantView, actor: Actor) -> None:
        """Put away what must not go on in a county that has just switched the method off.

        Called in the transaction of the switch. Records SHALL stay. Raising undoes this hook's own writes and
        is logged, but does not keep the county from switching the method off. As the switch may be tried and
        rolled back, it SHALL have no effect outside the database.

        :param tenant: the county.
        :param actor: who switched it off.
        """


class Lifecycle:
    """What a method asks for, checks, records and does when a case moves. It never adds a state."""

    @hookspec
    def transition_requirements(  # type: ignore[empty-body]
        self, case: CaseView, transition: TransitionView, actor: Actor
    ) -> Iterable[Requirement]:
        """Name the conditions of this act, met and unmet, each with its reason and the way to meet it.

        Called by the door under the case's row lock before anything is written, and once by a case page to
        show what is missing; not for the import of a closed case, which asks no gates. A method SHALL return
        nothing for an act it does not care about, and SHALL NOT write. If it raises or returns something
        else, the gate stays shut.

        :param case: the case as it stands now.
        :param transition: the act that is asked for.
        :param actor: who asks for it.
        """

    @hookspec
    def validate_transition(  # type: ignore[empty-body]
        self, case: CaseView, transition: TransitionView, data: Data
    ) -> Iterable[Problem]:
        """Check what was sent with the act; one problem for each thing wrong, in Chinese.

        Called by the door under the case's row lock before anything is written, and not for the import of a
        closed case. It SHALL NOT write. If it raises, the act is refused.

        :param case: the case as it stands now.
        :param transition: the act that is asked for.
        :param data: what was sent, read-only.
        """

    @hookspec
    def record_transition(self, case: CaseView, transition: TransitionView, data: Data) -> None:
        """Write the method's own records of the act.

        Called by the door in the transaction that writes the new state and the event, after both. Raising
        rolls all of it back. Effects outside the database SHALL wait for ``transition_done``.

        :param case: the case as it stands after the act.
        :param transition: the act.
        :param data: what was sent, read-only and already validated.
        """

    @hookspec
    def transition_done(self, event: EventView) -> None:
        """Do what follows from an act that has happened.

        Called from the outbox after the commit, at least once and never for a county that has switched the
        method off. It SHALL be idempotent: the pair of case and sequence names the event. It runs in a
        transaction of its own; if it raises, it is tried again later, and other methods are not kept waiting.

        :param event: the act that has happened.
        """


class Declarations:
    """What a method adds to menus, API, clock, report and public site."""

    @hookspec
    def navigation(self) -> Iterable[NavigationItem]:  # type: ignore[empty-body]
        """Name the method's menu entries.

        Called when a menu is drawn in a county that has the method on. It SHALL NOT touch the database. If it
        raises, only these entries are missing.
        """

    @hookspec
    def case_panels(self, case: CaseView, actor: Actor) -> Iterable[Panel]:  # type: ignore[empty-body]
        """Show what the method knows of a case on the case's page.

        Called once for each showing of the page. It SHALL NOT write, and SHALL give this person nothing that
        he may not know: a unit's people see the page as well. The panel's template SHALL lie below the
        method's own folder. If the hook raises or a template fails, the panel says that it cannot be shown.

        :param case: the case as it stands now.
        :param actor: who looks at the page.
        """

    @hookspec
    def api_routes(self) -> Iterable[ApiRoute]:  # type: ignore[empty-body]
        """Name the viewsets to mount below ``/api/v1/methods/<slug>/``.

        Called once per process, while methods are loaded. Each viewset SHALL name its permission classes. In
        counties that have the method off the routes answer 404.
        """

    @hookspec
    def schedules(self) -> Iterable[Schedule]:  # type: ignore[empty-body]
        """Name the recurring tasks of the method.

        Called once per process, while methods are loaded. Each task SHALL be made with
        ``luoshi.methods.tasks.method_task``, which does nothing in counties that have the method off.
        """

    @hookspec
    def statistics(self, tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:  # type: ignore[empty-body]
        """Count the method's own figures for a report.

        Called when a report is made. It SHALL NOT write, and the number of its queries SHALL NOT grow with
        the number of cases. If it raises, the report shows these figures as failed and prints the rest.
        A figure SHOULD name the list behind it (``numerator_list``), and SHALL set ``tells_answers`` where
        its change tells how a deputy graded or answered.

        :param tenant: the county.
        :param scope: the session, kind of item and congress that the report speaks of.
        """

    @hookspec
    def public_columns(self) -> Iterable[PublicColumn]:  # type: ignore[empty-body]
        """Name the columns that the method has on the county's public site.

        Called whenever the column 建议办理 is shown, for its links, and for the map of the site. It SHALL NOT
        touch the database: the options are there without a query. A column exists while the method is on
        and names it; else its address is 404. A method SHOULD name none before its options say so: what a
        county publishes it decides on purpose. If the hook raises, only these links are missing.
        """

    @hookspec
    def public_column(self, tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
        """Show one page of one of these columns, for everybody to read.

        Called when the page is read. It SHALL NOT write, the number of its queries SHALL NOT grow with the
        number of cases, and it SHALL count over what is public (``luoshi.publication.public.public_mains``)
        or in aggregates from which nothing can be told of a case that is not. Cases are named by their
        publication's id; the host adds what is public of them and leaves out what is not. ``None`` says that
        there is no such page. If the hook raises, the page says that it cannot be shown now, and the rest of
        the site stands.

        :param tenant: the county.
        :param slug: of the column, one that ``public_columns`` has named.
        :param page: counted from 1.
        """


class Custody:
    """The method's records of one case, given out and erased."""

    @hookspec
    def export_case_data(self, case: CaseView) -> Mapping[str, Any]:  # type: ignore[empty-body]
        """Give out all records that the method holds of a case, as JSON.

        Called when a case is exported. A method that has records of cases SHALL implement both this hook and
        ``erase_case_data``. After an erasure the mapping SHALL be empty.

        :param case: the case.
        """

    @hookspec
    def erase_case_data(self, case: CaseView) -> None:
        """Erase all records that the method holds of a case.

        Called in the transaction that erases the case, also in a county that has switched the method off
        since: its records are still there. Raising rolls the whole erasure back. It SHALL be safe to run
        twice.

        :param case: the case.
        """


SUBJECTS: tuple[type, ...] = (Identity, Lifecycle, Declarations, Custody)
