"""Shared reads of what a county has switched on."""

from typing import Any, TypeVar

from pydantic import BaseModel

from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import LoadedMethod, registry_current
from luoshi.tenancy import tenant_current

OptionsT = TypeVar("OptionsT", bound=BaseModel)


def methods_enabled() -> dict[str, dict[str, Any]]:
    """Slug and stored options of every method that this county has on, in the order of the slugs. One query.

    :raises NoCounty: without a county.
    """
    tenant_current()
    rows = MethodActivation.objects.filter(is_enabled=True).order_by("slug")
    return dict(rows.values_list("slug", "options"))


def method_is_on(slug: str) -> bool:
    """True where this county has the method on and the method can be used.

    :raises NoCounty: without a county.
    """
    tenant_current()
    if not isinstance(registry_current().get(slug), LoadedMethod):
        return False
    return MethodActivation.objects.filter(slug=slug, is_enabled=True).exists()


def method_options(*, slug: str, model: type[OptionsT]) -> OptionsT:
    """This county's options of a method, as the method's own type; its defaults where none were stored.

    :raises NoCounty: without a county.
    :raises pydantic.ValidationError: where the stored options no longer fit the model.
    """
    tenant_current()
    stored = MethodActivation.objects.filter(slug=slug).values_list("options", flat=True).first()
    return model.model_validate(stored or {})
