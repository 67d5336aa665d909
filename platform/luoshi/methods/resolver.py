"""The gate in front of a method's URLs: in a county that has the method off they do not exist.

The check sits in the resolver, not in a middleware or in each view: what does not resolve is answered exactly
like a URL that was never there, also by the redirect that adds a missing slash, and no view of a method can
be forgotten.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern

from luoshi.methods.selectors import method_is_on
from luoshi.tenancy import NoCounty

Patterns = Sequence[URLPattern | URLResolver]


class MethodResolver(URLResolver):
    """All URLs of one method below ``<slug>/``, in a namespace of their own."""

    def __init__(self, slug: str, urls: ModuleType | Patterns, *, namespace: str) -> None:
        super().__init__(
            RoutePattern(f"{slug}/", is_endpoint=False), urls, app_name=namespace, namespace=namespace
        )
        self.slug = slug

    def resolve(self, path: Any) -> ResolverMatch:
        match = super().resolve(path)
        try:
            is_on = method_is_on(self.slug)
        except NoCounty:
            is_on = False
        if not is_on:
            raise Resolver404({"path": path, "tried": []})
        return match
