"""The pages of the methods, for ``/methods/``; the namespace of each is its slug."""

from luoshi.methods.registry import MethodRegistry, registry_current
from luoshi.methods.resolver import MethodResolver


def method_urlpatterns(registry: MethodRegistry) -> list[MethodResolver]:
    """One gated resolver for each method that has a ``urls`` module."""
    return [
        MethodResolver(method.slug, method.urls, namespace=method.slug)
        for method in registry.methods
        if method.urls is not None
    ]


urlpatterns = method_urlpatterns(registry_current())
