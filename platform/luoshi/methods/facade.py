"""The only way to ask methods: all those that one county has switched on, one guarded call each.

There is no form of this that asks all methods. Without a county nothing is asked and an error is raised.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from django.template.loader import render_to_string

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, Problem
from luoshi.methods.column_reading import read_columns, read_content
from luoshi.methods.host import (
    MethodFailed,
    WrongAnswerError,
    hook_call,
    hook_call_many,
    read_items,
    read_nothing,
    unusable_reason,
)
from luoshi.methods.models import MethodActivation
from luoshi.methods.options import options_validated
from luoshi.methods.registry import LoadedMethod, MethodRegistry, registry_current
from luoshi.methods.selectors import methods_enabled, options_in_force
from luoshi.methods.types import (
    CaseView,
    ColumnContent,
    Data,
    EventView,
    HealthNote,
    NavigationItem,
    Obligation,
    Panel,
    PublicColumn,
    Requirement,
    Statistic,
    StatisticScope,
    TransitionView,
)
from luoshi.tenancy import NoCounty, TenantView, tenant_current
from luoshi.validation import Input

T = TypeVar("T")

CALL_THE_ADMINISTRATOR = "请联系系统管理员：修复或升级该工作法，或在本县停用后再办理"
NOT_SHOWN = "暂时无法显示"
HEALTH_LEVELS = frozenset({"ok", "warning", "error"})


@dataclass(frozen=True, slots=True)
class MethodNavigation:
    """The menu entries of one method that this person may see."""

    slug: str
    name: str
    items: tuple[NavigationItem, ...]


@dataclass(frozen=True, slots=True)
class MethodStatistics:
    """One method's figures. ``failure`` is a Chinese sentence where they could not be had, else empty."""

    slug: str
    name: str
    figures: tuple[Statistic, ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodExport:
    """One method's records of a case. ``failure`` is a Chinese sentence where they could not be had, else
    empty.
    """

    slug: str
    name: str
    data: Mapping[str, Any]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodPanel:
    """One panel of a case's page. ``html`` is rendered and safe; ``failure`` is a Chinese sentence in its
    place where it could not be had, else empty.
    """

    slug: str
    title: str
    html: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodColumns:
    """The columns that one method has on the public site. ``failure`` is a Chinese sentence where it cannot
    say, else empty."""

    slug: str
    name: str
    columns: tuple[PublicColumn, ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodColumn:
    """One page of a method's column. ``column`` is ``None`` where the method could not even name it, and
    ``content`` where it could not be had; ``failure`` is then a Chinese sentence, else empty."""

    slug: str
    name: str
    column: PublicColumn | None
    content: ColumnContent | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodObligations:
    """What one method will ask of whom. ``failure`` is a Chinese sentence where it cannot say, else empty."""

    slug: str
    name: str
    items: tuple[Obligation, ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class MethodHealth:
    """How one enabled method fares in this county."""

    slug: str
    name: str
    notes: tuple[HealthNote, ...]

    @property
    def is_red(self) -> bool:
        return any(note.level == "error" for note in self.notes)


@dataclass(frozen=True, slots=True)
class EnabledMethod:
    """A method that the county has on. ``method`` is ``None`` where it cannot be used, for ``reason``."""

    slug: str
    name: str
    options: Mapping[str, Any]
    method: LoadedMethod | None
    reason: str = ""


class CountyMethods:
    """The methods of one county. Made by :func:`county_methods`."""

    def __init__(
        self, tenant: TenantView, enabled: tuple[EnabledMethod, ...], registry: MethodRegistry
    ) -> None:
        self.tenant = tenant
        self.enabled = enabled
        self._registry = registry

    @property
    def slugs(self) -> tuple[str, ...]:
        """The slugs of the enabled methods, usable or not, in order."""
        return tuple(entry.slug for entry in self.enabled)

    def requirements(
        self, case: CaseView, transition: TransitionView, actor: Actor
    ) -> tuple[Requirement, ...]:
        """All conditions of an act, of every enabled method. A method that cannot answer adds one that is
        unmet.
        """
        found: list[Requirement] = []
        for entry in self.enabled:
            try:
                answers = self._ask(
                    entry,
                    "transition_requirements",
                    _read_requirements,
                    case=case,
                    transition=transition,
                    actor=actor,
                )
            except MethodFailed as failure:
                found.append(
                    Requirement(
                        code="method_broken",
                        met=False,
                        reason=failure.message,
                        how_to_meet=CALL_THE_ADMINISTRATOR,
                        owner=entry.slug,
                        broken=True,
                    )
                )
            else:
                found.extend(replace(answer, owner=entry.slug, broken=False) for answer in answers or ())
        return tuple(found)

    def requirements_many(
        self, asked: Sequence[tuple[CaseView, TransitionView, Actor]]
    ) -> list[tuple[Requirement, ...]]:
        """The conditions of many acts, in one savepoint for each method: for looking over many cases.

        :raises MethodFailed: where a method cannot answer one of them; ask one by one then.
        """
        found: list[tuple[Requirement, ...]] = [() for _ in asked]
        arguments = [{"case": case, "transition": row, "actor": actor} for case, row, actor in asked]
        for entry in self.enabled:
            method = _usable(entry, "transition_requirements")
            with options_in_force(entry.slug, entry.options):
                answers = hook_call_many(method, "transition_requirements", _read_requirements, arguments)
            for number, answer in enumerate(answers or ()):
                found[number] += tuple(replace(row, owner=entry.slug, broken=False) for row in answer)
        return found

    def problems(self, case: CaseView, transition: TransitionView, data: Data) -> tuple[Problem, ...]:
        """All that is wrong with what was sent. A method that cannot answer adds one problem of its own."""
        found: list[Problem] = []
        for entry in self.enabled:
            try:
                answers = self._ask(
                    entry,
                    "validate_transition",
                    read_items(Problem, "validate_transition"),
                    case=case,
                    transition=transition,
                    data=_read_only(data),
                )
            except MethodFailed as failure:
                found.append(Problem("", f"{failure.message}。{CALL_THE_ADMINISTRATOR}"))
            else:
                found.extend(answers or ())
        return tuple(found)

    def record(self, case: CaseView, transition: TransitionView, data: Data) -> None:
        """Let every enabled method write its records of the act, in the caller's transaction.

        :raises MethodFailed: by the first method that fails; the caller's transaction must then roll back.
        """
        for entry in self.enabled:
            self._ask(
                entry,
                "record_transition",
                read_nothing,
                writes=True,
                case=case,
                transition=transition,
                data=_read_only(data),
            )

    def done(self, event: EventView, *, slug: str) -> None:
        """Tell one method of an act that has happened. The outbox has one consumer for each method.

        Does nothing where the county has the method off.

        :raises MethodFailed: the outbox should try again.
        """
        for entry in self.enabled:
            if entry.slug == slug:
                self._ask(entry, "transition_done", read_nothing, writes=True, event=event)

    def navigation(self, actor: Actor) -> tuple[MethodNavigation, ...]:
        """The menu entries that this person may see. A method that cannot answer has none."""
        menus: list[MethodNavigation] = []
        for entry in self.enabled:
            try:
                items = self._ask(entry, "navigation", read_items(NavigationItem, "navigation"))
            except MethodFailed:
                continue
            seen = tuple(
                item for item in items or () if not item.roles or not item.roles.isdisjoint(actor.roles)
            )
            if seen:
                menus.append(MethodNavigation(entry.slug, entry.name, seen))
        return tuple(menus)

    def panels(self, case: CaseView, actor: Actor) -> tuple[MethodPanel, ...]:
        """The panels of every enabled method for the page of a case, rendered; a failure is shown in the
        place of the panels.
        """
        shown: list[MethodPanel] = []
        for entry in self.enabled:
            try:
                panels = self._ask(entry, "case_panels", _read_panels(entry.slug), case=case, actor=actor)
            except MethodFailed:
                shown.append(MethodPanel(entry.slug, entry.name, "", NOT_SHOWN))
            else:
                shown.extend(panels or ())
        return tuple(shown)

    def statistics(self, scope: StatisticScope) -> tuple[MethodStatistics, ...]:
        """The figures of every enabled method; a failure is shown in the place of the figures."""
        parts: list[MethodStatistics] = []
        for entry in self.enabled:
            try:
                figures = self._ask(entry, "statistics", _read_statistics, tenant=self.tenant, scope=scope)
            except MethodFailed as failure:
                parts.append(MethodStatistics(entry.slug, entry.name, (), failure.message))
            else:
                if figures:
                    parts.append(MethodStatistics(entry.slug, entry.name, figures))
        return tuple(parts)

    def public_columns(self) -> tuple[MethodColumns, ...]:
        """The public columns of every enabled method. One that cannot say has a failure and no columns."""
        parts: list[MethodColumns] = []
        for entry in self.enabled:
            try:
                columns = self._ask(entry, "public_columns", read_columns)
            except MethodFailed as failure:
                parts.append(MethodColumns(entry.slug, entry.name, (), failure.message))
            else:
                if columns:
                    parts.append(MethodColumns(entry.slug, entry.name, columns))
        return tuple(parts)

    def public_column(self, *, method: str, slug: str, page: int) -> MethodColumn | None:
        """One page of a public column; ``None`` where this county has no such column or it has no such page.

        :param page: counted from 1.
        """
        entry = next((entry for entry in self.enabled if entry.slug == method), None)
        if entry is None:
            return None
        column: PublicColumn | None = None
        try:
            columns = self._ask(entry, "public_columns", read_columns) or ()
            column = next((one for one in columns if one.slug == slug), None)
            if column is None:
                return None
            content = self._ask(
                entry, "public_column", read_content, tenant=self.tenant, slug=slug, page=page
            )
        except MethodFailed:
            return MethodColumn(entry.slug, entry.name, column, None, NOT_SHOWN)
        return None if content is None else MethodColumn(entry.slug, entry.name, column, content)

    def export_case(self, case: CaseView) -> tuple[MethodExport, ...]:
        """Every enabled method's records of a case; a failure is shown in the place of the records."""
        parts: list[MethodExport] = []
        for entry in self.enabled:
            try:
                data = self._ask(entry, "export_case_data", _read_export, case=case)
            except MethodFailed as failure:
                parts.append(MethodExport(entry.slug, entry.name, {}, failure.message))
            else:
                if data:
                    parts.append(MethodExport(entry.slug, entry.name, data))
        return tuple(parts)

    def erase_case(self, case: CaseView) -> None:
        """Let every method that this county ever had on erase its records of a case, in the caller's
        transaction.

        Off is no excuse here: the records of a method outlive its switch.

        :raises MethodFailed: by the first method that fails or is missing; the caller's transaction must then
            roll back.
        """
        for slug, options in MethodActivation.objects.order_by("slug").values_list("slug", "options"):
            entry = _entry(slug, options, self._registry)
            self._ask(entry, "erase_case_data", read_nothing, writes=True, case=case)

    def health(self) -> tuple[MethodHealth, ...]:
        """How each enabled method fares; a missing, incompatible or crashing one is red."""
        return tuple(MethodHealth(entry.slug, entry.name, self._notes(entry)) for entry in self.enabled)

    def _notes(self, entry: EnabledMethod) -> tuple[HealthNote, ...]:
        notes: list[HealthNote] = []
        if self.tenant.methods_allowed is not None and entry.slug not in self.tenant.methods_allowed:
            notes.append(HealthNote("warning", "省级已不再允许本县使用该工作法"))
        if entry.method is not None:
            try:
                options_validated(entry.method.options_model, entry.options)
            except Invalid as invalid:
                notes.append(HealthNote("error", f"保存的选项不合要求：{invalid.message}"))
        try:
            notes.extend(self._ask(entry, "check_method", _read_notes, tenant=self.tenant) or ())
        except MethodFailed as failure:
            notes.append(HealthNote("error", failure.message))
        return tuple(notes)

    def _ask(
        self,
        entry: EnabledMethod,
        hook: str,
        read: Callable[[object], T],
        *,
        writes: bool = False,
        **arguments: object,
    ) -> T | None:
        method = _usable(entry, hook)
        with options_in_force(entry.slug, entry.options):
            return hook_call(method, hook, read, writes=writes, **arguments)


def county_methods(tenant: TenantView) -> CountyMethods:
    """The methods that ``tenant`` has on. One query.

    :raises NoCounty: where the connection is bound to no county, or to another one.
    """
    if tenant_current().schema != tenant.schema:
        raise NoCounty(f"当前连接不在{tenant.name}的范围内")
    registry = registry_current()
    enabled = tuple(_entry(slug, options, registry) for slug, options in methods_enabled().items())
    return CountyMethods(tenant, enabled, registry)


def county_methods_rehearsed(tenant: TenantView, *, slug: str, options: Mapping[str, Any]) -> CountyMethods:
    """One method alone, as if ``tenant`` had it on with ``options``; to be asked, never to record.

    So a county sees the effect of options on its open cases before they take hold. No query.

    :raises NoCounty: where the connection is bound to no county, or to another one.
    :raises Invalid: where an option is wrong.
    """
    if tenant_current().schema != tenant.schema:
        raise NoCounty(f"当前连接不在{tenant.name}的范围内")
    registry = registry_current()
    entry = _entry(slug, options, registry)
    if entry.method is not None:
        entry = replace(entry, options=options_validated(entry.method.options_model, options))
    return CountyMethods(tenant, (entry,), registry)


def method_obligations(*, slug: str, options: Mapping[str, Any]) -> MethodObligations:
    """What a method with ``options`` will ask of whom, whether the county has it on or not. No query.

    A method that does not say has no items.

    :raises NoCounty: without a county.
    :raises Invalid: where an option is wrong.
    """
    tenant_current()
    entry = _entry(slug, options, registry_current())
    if entry.method is None:
        return MethodObligations(entry.slug, entry.name, (), f"工作法“{entry.name}”{entry.reason}")
    model = entry.method.options_model or Input
    valid = model.model_validate(options_validated(entry.method.options_model, options))
    try:
        items = hook_call(entry.method, "obligations", _read_obligations, options=valid)
    except MethodFailed as failure:
        return MethodObligations(entry.slug, entry.name, (), failure.message)
    return MethodObligations(entry.slug, entry.name, items or ())


def _entry(slug: str, options: Mapping[str, Any], registry: MethodRegistry) -> EnabledMethod:
    method = registry.get(slug)
    if isinstance(method, LoadedMethod):
        return EnabledMethod(slug, method.info.name, options, method)
    return EnabledMethod(slug, slug, options, None, unusable_reason(method))


def _usable(entry: EnabledMethod, hook: str) -> LoadedMethod:
    if entry.method is None:
        raise MethodFailed(entry.slug, hook, f"工作法“{entry.name}”{entry.reason}")
    return entry.method


def _read_only(data: Data) -> Data:
    return MappingProxyType(dict(data))


def _read_requirements(answer: object) -> tuple[Requirement, ...]:
    requirements = read_items(Requirement, "transition_requirements")(answer)
    for requirement in requirements:
        # Whatever is not exactly True or False must not open a gate by being truthy.
        if type(requirement.met) is not bool:
            raise WrongAnswerError(f"requirement {requirement.code}: met is {type(requirement.met).__name__}")
        if not (requirement.code and requirement.reason and requirement.how_to_meet):
            raise WrongAnswerError(f"requirement {requirement.code!r} does not explain itself")
    return requirements


def _read_panels(slug: str) -> Callable[[object], tuple[MethodPanel, ...]]:
    """Reads and renders: a template that fails is the method's failure as much as a hook that raises."""

    def read(answer: object) -> tuple[MethodPanel, ...]:
        panels = read_items(Panel, "case_panels")(answer)
        for panel in panels:
            if not panel.template.startswith(f"{slug}/"):
                raise WrongAnswerError(f"panel template {panel.template!r} is not the method's own")
        return tuple(
            MethodPanel(slug, panel.title, render_to_string(panel.template, dict(panel.context)))
            for panel in panels
        )

    return read


def _read_obligations(answer: object) -> tuple[Obligation, ...]:
    obligations = read_items(Obligation, "obligations")(answer)
    for obligation in obligations:
        if not (obligation.who and obligation.what and obligation.when):
            raise WrongAnswerError(f"obligation {obligation!r} does not say who, what and when")
    return obligations


def _read_statistics(answer: object) -> tuple[Statistic, ...]:
    statistics = read_items(Statistic, "statistics")(answer)
    for statistic in statistics:
        json.dumps(statistic.value)
    return statistics


def _read_notes(answer: object) -> tuple[HealthNote, ...]:
    notes = read_items(HealthNote, "check_method")(answer)
    for note in notes:
        if note.level not in HEALTH_LEVELS:
            raise WrongAnswerError(f"health level {note.level!r}")
    return notes


def _read_export(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise WrongAnswerError(f"export_case_data returned {type(answer).__name__}, not a mapping")
    data = dict(answer)
    json.dumps(data)
    return data
