"""The fixture methods, and a county that has them on."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from luoshi.methods.facade import CountyMethods
    from luoshi.methods.registry import MethodRegistry
    from luoshi_tenants.models import County

sys.path.insert(0, str(Path(__file__).parents[2] / "methods_fixtures"))

FIXTURE_METHODS = {
    "every-hook": "luoshi_every_hook.hooks",
    "refusing": "luoshi_refusing.hooks",
    "crashing": "luoshi_crashing.hooks",
    "half-way": "luoshi_half_way.hooks",
    "database-breaker": "luoshi_database_breaker.hooks",
    "from-the-future": "luoshi_from_the_future.hooks",
}


@pytest.fixture(scope="session")
def fixture_registry() -> "MethodRegistry":
    """All fixture methods, loaded as plugins; ``from-the-future`` is broken."""
    from luoshi.methods.registry import MethodRegistry

    return MethodRegistry.of_plugins(
        {slug: import_module(module) for slug, module in FIXTURE_METHODS.items()}
    )


@pytest.fixture
def registry(fixture_registry: "MethodRegistry") -> Iterator["MethodRegistry"]:
    """The fixture methods in the place of the process's own registry."""
    from luoshi.methods.registry import registry_using

    with registry_using(fixture_registry):
        yield fixture_registry


@pytest.fixture
def note_table(county: "County") -> None:
    """The table of ``every-hook`` in the county's schema; gone with the test's transaction."""
    from django.db import connection
    from luoshi_every_hook.models import Note

    with connection.schema_editor() as editor:
        editor.create_model(Note)


@pytest.fixture
def switched_on(
    county: "County", registry: "MethodRegistry", note_table: None
) -> Callable[..., "CountyMethods"]:
    """Makes the façade of the county with the given methods on, whatever their state; past the services."""
    from django.utils import timezone

    from luoshi.methods.facade import county_methods
    from luoshi.methods.models import MethodActivation

    def make(*slugs: str, **options: Any) -> "CountyMethods":
        for slug in slugs:
            MethodActivation.objects.create(
                slug=slug, is_enabled=True, enabled_at=timezone.now(), options=options
            )
        return county_methods(county.view)

    return make


@pytest.fixture
def every_hook_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """``luoshi_every_hook`` among the installed apps, without making every other app ready a second time."""
    from django.apps import AppConfig, apps

    config = AppConfig.create("luoshi_every_hook")
    config.apps = apps
    monkeypatch.setitem(apps.app_configs, config.label, config)
    config.import_models()


@pytest.fixture
def odd(
    switched_on: Callable[..., "CountyMethods"],
) -> Callable[[str, Callable[..., object]], "CountyMethods"]:
    """Makes the façade over a method with one odd hook."""
    from odd_method import one_hook

    from luoshi.methods.facade import county_methods
    from luoshi.methods.registry import registry_using

    current = switched_on("odd")

    def make(hook: str, answer: Callable[..., object]) -> "CountyMethods":
        with registry_using(one_hook(hook, answer)):
            return county_methods(current.tenant)

    return make
