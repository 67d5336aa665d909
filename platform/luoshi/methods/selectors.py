"""Shared reads of what a county has switched on."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from pydantic import BaseModel

from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import LoadedMethod, registry_current
from luoshi.statement import Statement
from luoshi.tenancy import tenant_current

OptionsT = TypeVar("OptionsT", bound=BaseModel)
_asked: ContextVar[tuple[str, str, Mapping[str, Any]] | None] = ContextVar(
    "luoshi_method_asked", default=None
)
"""Schema, slug and options of the method that is being asked; set for the time of one hook."""


@contextmanager
def options_in_force(slug: str, options: Mapping[str, Any]) -> Iterator[None]:
    """Let :func:`method_options` give these options for ``slug``, for the time of one hook.

    So a hook needs no query for what the host has read already, and can be asked with options that are not
    saved yet.
    """
    before = _asked.set((tenant_current().schema, slug, options))
    try:
        yield
    finally:
        _asked.reset(before)


# Asked for by every act and every page.
_ENABLED = Statement(
    lambda: MethodActivation.objects.filter(is_enabled=True).order_by("slug").values_list("slug", "options")
)


def methods_enabled() -> dict[str, dict[str, Any]]:
    """Slug and stored options of every method that this county has on, in the order of the slugs. One query.

    :raises NoCounty: without a county.
    """
    tenant_current()
    return {slug: json.loads(options) for slug, options in _ENABLED.tuples({})}


def method_is_on(slug: str) -> bool:
    """True where this county has the method on and the method can be used.

    :raises NoCounty: without a county.
    """
    tenant_current()
    if not isinstance(registry_current().get(slug), LoadedMethod):
        return False
    return MethodActivation.objects.filter(slug=slug, is_enabled=True).exists()


def method_options_asked(*, slug: str, model: type[OptionsT]) -> OptionsT:
    """The options with which a method's hook is being asked; its defaults elsewhere. Never a query.

    For hooks that shall not touch the database, such as ``navigation``.

    :raises pydantic.ValidationError: where the stored options no longer fit the model.
    """
    asked = _asked.get()
    return model.model_validate(asked[2] if asked is not None and asked[1] == slug else {})


def method_options(*, slug: str, model: type[OptionsT]) -> OptionsT:
    """This county's options of a method, as the method's own type; its defaults where none were stored.

    No query inside the method's own hooks; one elsewhere.

    :raises NoCounty: without a county.
    :raises pydantic.ValidationError: where the stored options no longer fit the model.
    """
    schema, asked = tenant_current().schema, _asked.get()
    if asked is not None and asked[:2] == (schema, slug):
        return model.model_validate(asked[2])
    stored = MethodActivation.objects.filter(slug=slug).values_list("options", flat=True).first()
    return model.model_validate(stored or {})
