"""The API of the methods, for ``/api/v1/methods/``; the namespace of each is ``api-<slug>``."""

from rest_framework.routers import SimpleRouter

from luoshi.methods.registry import MethodRegistry, registry_current
from luoshi.methods.resolver import MethodResolver


def method_api_urlpatterns(registry: MethodRegistry) -> list[MethodResolver]:
    """One gated resolver for each method that declares API routes."""
    resolvers: list[MethodResolver] = []
    for method in registry.methods:
        if method.api_routes:
            router = SimpleRouter()
            for route in method.api_routes:
                router.register(route.prefix, route.viewset, basename=route.basename)
            resolvers.append(MethodResolver(method.slug, router.urls, namespace=f"api-{method.slug}"))
    return resolvers


urlpatterns = method_api_urlpatterns(registry_current())
