"""A county with the fixture methods installed, and its three administrators in their browsers."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from kinds import KindsMethod
from people import Cast

from luoshi.methods.registry import MethodRegistry, registry_using

sys.path.insert(0, str(Path(__file__).parents[3] / "methods_fixtures"))

FIXTURES = {
    "refusing": "luoshi_refusing.hooks",
    "crashing": "luoshi_crashing.hooks",
    "database-breaker": "luoshi_database_breaker.hooks",
    "from-the-future": "luoshi_from_the_future.hooks",
}


@dataclass
class Setup:
    """The county's page of methods: ``kinds`` is the method with every kind of option."""

    cast: Cast
    kinds: KindsMethod
    admin: Client
    audit: Client

    def switch_on(self, *slugs: str, **options: Any) -> None:
        """Past the services, whatever state the method is in."""
        from django.utils import timezone

        from luoshi.methods.models import MethodActivation

        for slug in slugs:
            MethodActivation.objects.update_or_create(
                slug=slug, defaults={"is_enabled": True, "enabled_at": timezone.now(), "options": options}
            )


@pytest.fixture
def kinds() -> Iterator[KindsMethod]:
    """The fixture methods in the place of the process's own."""
    method = KindsMethod()
    plugins = {slug: import_module(module) for slug, module in FIXTURES.items()}
    with registry_using(MethodRegistry.of_plugins({**plugins, "kinds": method})):
        yield method


@pytest.fixture
def setup(cast: Cast, kinds: KindsMethod, signed_in: Callable[..., Client]) -> Setup:
    """The county with nothing switched on."""
    return Setup(cast, kinds, signed_in(cast.system_admin), signed_in(cast.audit_admin))
