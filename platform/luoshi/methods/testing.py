"""The contract of a method as checks that anybody can run over one: in this repository over every installed
method, in a method's own tests by a subclass of :class:`MethodContract`.

Each check raises :class:`ContractBrokenError` with a sentence that says what to change.
"""

import json
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import rules.permissions
from celery import current_app
from django.apps import AppConfig, apps
from django.db import models, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.exceptions import Resolver404
from django.utils import timezone
from rest_framework.permissions import AllowAny

from luoshi.methods.api_urls import method_api_urlpatterns
from luoshi.methods.column_reading import read_columns
from luoshi.methods.facade import county_methods
from luoshi.methods.host import WrongAnswerError
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import LoadedMethod, MethodRegistry, registry_current, registry_using
from luoshi.methods.resolver import MethodResolver
from luoshi.methods.samples import actor_sample, case_sample, transition_sample
from luoshi.methods.types import CaseView, NavigationItem, TransitionView
from luoshi.methods.urls import method_urlpatterns
from luoshi.tenancy import tenant_current

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOREIGN_APPS = ("luoshi.", "django.contrib.")
_SAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


class ContractBrokenError(AssertionError):
    """The method does not keep the contract."""


def require(condition: object, message: str) -> None:
    """Raise with ``message`` unless ``condition`` holds; unlike ``assert`` also under ``python -O``."""
    if not condition:
        raise ContractBrokenError(message)


def method_installed(slug: str) -> LoadedMethod:
    """The usable method of that slug, or the contract is broken for the reason the registry remembers."""
    method = registry_current().get(slug)
    require(method is not None, f"no method {slug!r} is installed")
    require(isinstance(method, LoadedMethod), f"{slug} is broken: {getattr(method, 'reason', '')}")
    assert isinstance(method, LoadedMethod)
    return method


# One slug everywhere


def check_app(method: LoadedMethod) -> None:
    """The package is an installed app whose label is the slug with underscores."""
    config = _app(method)
    require(config.label == method.label, f"the app's label is {config.label!r}, not {method.label!r}")


def check_description(method: LoadedMethod) -> None:
    """Name and summary are there for the county's people, and the source says whose idea it is."""
    for field in ("name", "summary", "source"):
        require(
            CHINESE.search(getattr(method.info, field)),
            f"describe_method: {field} must be in Chinese and not empty",
        )


def check_files(method: LoadedMethod) -> None:
    """Templates and static files lie in a folder named by the slug, so that no method overlays another."""
    for kind in ("templates", "static"):
        folder = Path(_app(method).path) / kind
        if folder.is_dir():
            strangers = sorted(entry.name for entry in folder.iterdir() if entry.name != method.slug)
            require(
                not strangers, f"{kind}/ holds {strangers}; everything belongs into {kind}/{method.slug}/"
            )


def check_permissions(method: LoadedMethod) -> None:
    """Every permission whose predicate this method wrote begins with its label and a dot."""
    for name, predicate in rules.permissions.permissions.items():
        if _belongs(getattr(predicate.fn, "__module__", ""), method):
            require(
                name.startswith(f"{method.label}."), f"permission {name!r} must begin with {method.label!r}"
            )


def check_navigation(method: LoadedMethod) -> None:
    """Menu entries are in Chinese and lead to named pages of the method itself."""
    if not method.implements("navigation"):
        return
    require(method.urls is not None, "navigation without a urls module leads nowhere")
    names = {pattern.name for pattern in _patterns(_page_resolver(method))}
    for item in tuple(method.call("navigation", {}) or ()):  # type: ignore[arg-type, var-annotated]
        require(isinstance(item, NavigationItem), f"navigation gave a {type(item).__name__}")
        require(CHINESE.search(item.label), f"menu label {item.label!r} must be in Chinese")
        require(
            item.url_name in names, f"menu entry {item.label} leads to {item.url_name!r}, which is no page"
        )


def check_public_columns(method: LoadedMethod) -> None:
    """Who names public columns shows them, in Chinese and under addresses that are addresses; with the
    defaults of the options."""
    names, shows = method.implements("public_columns"), method.implements("public_column")
    require(names == shows, "public_columns and public_column belong together")
    if not names:
        return
    try:
        columns = read_columns(method.call("public_columns", {}))
    except WrongAnswerError as error:
        raise ContractBrokenError(f"public_columns: {error}") from error
    for column in columns:
        require(
            CHINESE.search(column.title) and CHINESE.search(column.about),
            f"public column {column.slug!r}: title and about must be in Chinese",
        )


# Options


def check_options(method: LoadedMethod) -> None:
    """The options have defaults, refuse what they do not know, carry Chinese titles and survive a JSON round
    trip.
    """
    model = method.options_model
    if model is None:
        return
    require(model.model_config.get("extra") == "forbid", f"{model.__name__} must refuse unknown fields")
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    require(
        not required, f"{model.__name__}: {required} need defaults, a county must be able to start at once"
    )
    for name, field in model.model_fields.items():
        require(
            CHINESE.search(field.title or ""), f"{model.__name__}.{name} needs a Chinese title for the form"
        )
    schema = model.model_json_schema()
    require(
        set(schema["properties"]) == set(model.model_fields), f"{model.__name__}: the schema lacks fields"
    )
    require(json.loads(json.dumps(schema)) == schema, f"{model.__name__}: the schema is no JSON")
    stored = json.loads(json.dumps(model().model_dump(mode="json")))
    require(
        model.model_validate(stored) == model(), f"{model.__name__} does not survive being stored as JSON"
    )


# Tables


def check_models(method: LoadedMethod) -> None:
    """Tables, constraints and indexes bear the label; keys are bigint; no key leaves the county's schema."""
    config = _app(method)
    for model in config.get_models():
        _check_model(model, method)
    if any(True for _ in config.get_models()):
        require(
            (Path(config.path) / "migrations" / "0001_initial.py").is_file(), "tables without a migration"
        )


def _check_model(model: type[models.Model], method: LoadedMethod) -> None:
    meta, prefix = model._meta, f"{method.label}_"
    require(meta.db_table.startswith(prefix), f"table {meta.db_table} must begin with {prefix}")
    require(isinstance(meta.pk, models.BigAutoField), f"{meta.label}: the key must be a BigAutoField")
    require(not meta.unique_together, f"{meta.label}: use a named UniqueConstraint for unique_together")
    for named in (*meta.constraints, *meta.indexes):
        require(named.name.startswith(prefix), f"{meta.label}: {named.name} must begin with {prefix}")
    for field in meta.local_fields:
        if not field.primary_key:
            require(
                not field.unique, f"{meta.label}.{field.name}: use a named UniqueConstraint for unique=True"
            )
        target = field.related_model
        if target is not None:
            home = target if isinstance(target, str) else target._meta.app_config.name
            require(
                home == method.package or home.startswith(FOREIGN_APPS),
                f"{meta.label}.{field.name} points into {home}, which may stand in another schema",
            )


# Pages, API, tasks


def check_urls(method: LoadedMethod) -> None:
    """Every page has a name, and no view of the method can be reached past the gate."""
    if method.urls is not None:
        for pattern in _patterns(_page_resolver(method)):
            require(pattern.name, f"the page {pattern.pattern} has no name")
    for pattern, gates in _views(get_resolver(), ()):
        view: Any = pattern.callback
        view = getattr(view, "cls", None) or getattr(view, "view_class", view)
        if _belongs(view.__module__, method):
            require(method.slug in gates, f"{pattern.pattern} is shown outside the gate of {method.slug}")


def check_api(method: LoadedMethod) -> None:
    """Every viewset says who may use it."""
    for route in method.api_routes:
        allowed = getattr(route.viewset, "permission_classes", ())
        require(
            "permission_classes" in _own_attributes(route.viewset),
            f"{route.viewset.__name__} names no permission",
        )
        require(allowed and AllowAny not in allowed, f"{route.viewset.__name__} is open to everybody")


def check_schedules(method: LoadedMethod) -> None:
    """Every scheduled task exists, was made by ``method_task`` for this slug, and is named by the package."""
    if find_spec(f"{method.package}.tasks") is not None:
        import_module(f"{method.package}.tasks")  # as a worker does at its start
    for schedule in method.schedules:
        task = current_app.tasks.get(schedule.task)
        require(task is not None, f"no task is named {schedule.task!r}")
        require(
            schedule.task.startswith(f"{method.package}."),
            f"{schedule.task} must begin with {method.package}.",
        )
        require(
            getattr(task, "method_slug", None) == method.slug, f"{schedule.task} was not made by method_task"
        )
        require(schedule.every_minutes >= 1, f"{schedule.task}: every_minutes must be at least 1")


# Custody and tests


def check_custody(method: LoadedMethod) -> None:
    """Who keeps records of cases gives them out and erases them: both or neither."""
    gives, erases = method.implements("export_case_data"), method.implements("erase_case_data")
    require(gives == erases, "export_case_data and erase_case_data belong together")
    if method.implements("record_transition") or any(True for _ in _app(method).get_models()):
        require(gives, "a method with records must implement export_case_data and erase_case_data")


def check_hook_tests(method: LoadedMethod, tests: Path) -> None:
    """For every hook that the method implements there is a ``test_hook_<name>`` below ``tests``."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(tests.rglob("test_*.py")))
    missing = [hook for hook in method.hooks if not re.search(rf"def test_hook_{hook}\b", text)]
    require(not missing, f"no test for {', '.join(missing)}: write test_hook_{missing[0] if missing else ''}")


# In a county


def check_gate(method: LoadedMethod) -> None:
    """Pages and API exist while the method is on and only then. Needs a bound county."""
    tenant_current()
    only = MethodRegistry([method])
    resolvers = [*method_urlpatterns(only), *method_api_urlpatterns(only)]
    with registry_using(only), transaction.atomic():
        _switch(method, on=False)
        for resolver in resolvers:
            for path in _paths(resolver):
                require(not _resolves(resolver, path), f"/{path} answers though the method is off")
        _switch(method, on=True)
        for resolver in resolvers:
            for path in _paths(resolver):
                require(_resolves(resolver, path), f"/{path} does not answer though the method is on")
        transaction.set_rollback(True)


def check_requirements(
    method: LoadedMethod, transitions: Sequence[TransitionView], case: CaseView | None = None
) -> None:
    """Asked about any act, the method answers in its types and in Chinese. Needs a bound county."""
    with registry_using(MethodRegistry([method])), transaction.atomic():
        _switch(method, on=True)
        methods = county_methods(tenant_current())
        for transition in transitions:
            for requirement in methods.requirements(case or case_sample(), transition, actor_sample()):
                place = f"{transition.subject}.{transition.name}: {requirement.code}"
                require(not requirement.broken, f"{place}: transition_requirements fails")
                require(CHINESE.search(requirement.reason), f"{place}: the reason must be in Chinese")
                require(CHINESE.search(requirement.how_to_meet), f"{place}: how_to_meet must be in Chinese")
        transaction.set_rollback(True)


def check_erasure(method: LoadedMethod, case: CaseView | None = None) -> None:
    """After an erasure nothing is left to export; erasing twice is safe. Needs a bound county."""
    with registry_using(MethodRegistry([method])), transaction.atomic():
        _switch(method, on=True)
        methods = county_methods(tenant_current())
        methods.erase_case(case or case_sample())
        left = methods.export_case(case or case_sample())
        require(not left, f"after erase_case_data the export still holds {left}")
        methods.erase_case(case or case_sample())
        transaction.set_rollback(True)


STATIC_CHECKS = (
    check_app,
    check_description,
    check_files,
    check_permissions,
    check_navigation,
    check_public_columns,
    check_options,
    check_models,
    check_urls,
    check_api,
    check_schedules,
    check_custody,
)
"""The checks that need no database."""


class MethodContract:
    """Subclass it in a method's tests as ``Test…`` and set ``slug`` and ``tests``; it needs no database."""

    slug: ClassVar[str]
    tests: ClassVar[Path]

    def test_contract_app(self) -> None:
        check_app(method_installed(self.slug))

    def test_contract_description(self) -> None:
        check_description(method_installed(self.slug))

    def test_contract_files(self) -> None:
        check_files(method_installed(self.slug))

    def test_contract_permissions(self) -> None:
        check_permissions(method_installed(self.slug))

    def test_contract_navigation(self) -> None:
        check_navigation(method_installed(self.slug))

    def test_contract_public_columns(self) -> None:
        check_public_columns(method_installed(self.slug))

    def test_contract_options(self) -> None:
        check_options(method_installed(self.slug))

    def test_contract_models(self) -> None:
        check_models(method_installed(self.slug))

    def test_contract_urls(self) -> None:
        check_urls(method_installed(self.slug))

    def test_contract_api(self) -> None:
        check_api(method_installed(self.slug))

    def test_contract_schedules(self) -> None:
        check_schedules(method_installed(self.slug))

    def test_contract_custody(self) -> None:
        check_custody(method_installed(self.slug))

    def test_contract_hook_tests(self) -> None:
        check_hook_tests(method_installed(self.slug), self.tests)


class MethodCountyContract(MethodContract):
    """The same and the checks that need a county: the tests offer a fixture ``county`` that binds one."""

    transitions: ClassVar[Sequence[TransitionView]] = (transition_sample(),)

    def test_contract_gate(self, county: Any) -> None:
        check_gate(method_installed(self.slug))

    def test_contract_requirements(self, county: Any) -> None:
        check_requirements(method_installed(self.slug), self.transitions)

    def test_contract_erasure(self, county: Any) -> None:
        check_erasure(method_installed(self.slug))


def _app(method: LoadedMethod) -> AppConfig:
    for config in apps.get_app_configs():
        if config.name == method.package:
            return config
    raise ContractBrokenError(f"{method.package!r} is no installed app")


def _belongs(module: str, method: LoadedMethod) -> bool:
    return f"{module}.".startswith(f"{method.package}.")


def _own_attributes(viewset: type) -> set[str]:
    """Attributes set by the method's own classes rather than by the framework's."""
    own = (base for base in viewset.__mro__ if not base.__module__.startswith("rest_framework"))
    return {name for base in own for name in vars(base)}


def _page_resolver(method: LoadedMethod) -> MethodResolver:
    (resolver,) = method_urlpatterns(MethodRegistry([method]))
    return resolver


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern, _ in _views(resolver, ()):
        yield pattern


def _views(resolver: URLResolver, gates: tuple[str, ...]) -> Iterator[tuple[URLPattern, tuple[str, ...]]]:
    if isinstance(resolver, MethodResolver):
        gates = (*gates, resolver.slug)
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _views(entry, gates)
        else:
            yield entry, gates


def _paths(resolver: MethodResolver) -> Iterator[str]:
    """One path for each named page, with samples in the place of its arguments."""
    for name in sorted(key for key in resolver.reverse_dict if isinstance(key, str)):
        for possibilities, _, _, converters in resolver.reverse_dict.getlist(name):
            for template, arguments in possibilities:
                samples = {argument: _sample(converters.get(argument)) for argument in arguments}
                yield f"{resolver.slug}/{template % samples}"


def _sample(converter: object) -> str:
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return _SAMPLES.get(kind, "1")


def _resolves(resolver: MethodResolver, path: str) -> bool:
    try:
        resolver.resolve(path)
    except Resolver404:
        return False
    return True


def _switch(method: LoadedMethod, *, on: bool) -> None:
    MethodActivation.objects.update_or_create(
        slug=method.slug, defaults={"is_enabled": on, "enabled_at": timezone.now()}
    )
