"""A method's pages and API exist only where the method is on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import Resolver404, clear_url_caches, include, path, resolve, reverse

from luoshi.methods.api_urls import method_api_urlpatterns
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry
from luoshi.methods.urls import method_urlpatterns
from luoshi_tenants.context import county_context, public_context

PACKAGE = Path(__file__).parents[2] / "methods_fixtures" / "luoshi_every_hook"


def core(request: HttpRequest) -> HttpResponse:
    return HttpResponse("core")


@pytest.fixture
def urlconf(fixture_registry: MethodRegistry) -> Iterator[None]:
    """A site that holds a page of the core and those of the fixture methods."""
    module = ModuleType("methods_test_urls")
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("core/", core),
        path("methods/", include(method_urlpatterns(fixture_registry))),
        path("api/v1/methods/", include(method_api_urlpatterns(fixture_registry))),
    ]
    with override_settings(
        ROOT_URLCONF=module,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        CSRF_USE_SESSIONS=False,
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [PACKAGE / "templates"]}
        ],
    ):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def get(urlconf: None) -> Callable[[str], Any]:
    return Client(headers={"host": "hengnan.localhost"}).get


PAGES = ["/methods/every-hook/", "/methods/every-hook/cases/1/", "/api/v1/methods/every-hook/notes/"]
WITHOUT_SLASH = [page.rstrip("/") for page in PAGES]


def test_the_namespace_is_the_slug(urlconf: None) -> None:
    assert reverse("every-hook:notes", args=[3]) == "/methods/every-hook/cases/3/"
    assert reverse("api-every-hook:note-list") == "/api/v1/methods/every-hook/notes/"


def test_pages_answer_where_the_method_is_on(get: Callable[[str], Any], switched_on: Any) -> None:
    switched_on("every-hook")
    assert [get(page).status_code for page in PAGES] == [200, 200, 401]
    assert [get(page).status_code for page in WITHOUT_SLASH] == [301, 301, 301]


@pytest.mark.parametrize("page", PAGES + WITHOUT_SLASH)
def test_pages_are_like_those_that_never_were_where_the_method_is_off(
    page: str, get: Callable[[str], Any], switched_on: Any
) -> None:
    switched_on("refusing")
    MethodActivation.objects.create(slug="every-hook", is_enabled=False)
    never = get("/methods/never-was/").status_code, get("/methods/never-was/").content
    assert (get(page).status_code, get(page).content) == never
    assert never[0] == 404
    assert get("/core/").status_code == 200


def test_a_county_is_not_let_in_by_its_neighbour_s_switch(
    two_counties: Any, urlconf: None, switched_on: Any
) -> None:
    switched_on("every-hook")
    assert resolve(PAGES[0]).namespace == "every-hook"
    with county_context(two_counties[1]), pytest.raises(Resolver404):
        resolve(PAGES[0])


def test_without_a_county_there_are_no_pages_of_methods(county: Any, urlconf: None, registry: Any) -> None:
    with public_context(), pytest.raises(Resolver404):
        resolve(PAGES[0])
    assert resolve("/core/").func is core


def test_a_page_costs_one_query_and_other_pages_none(
    urlconf: None, switched_on: Any, django_assert_num_queries: Any
) -> None:
    switched_on("every-hook")
    with django_assert_num_queries(1):
        resolve(PAGES[1])
    with django_assert_num_queries(0):
        resolve("/core/")
    with django_assert_num_queries(0), pytest.raises(Resolver404):
        resolve("/methods/every-hook/no/such/page/")


def test_a_broken_method_has_no_pages(fixture_registry: MethodRegistry) -> None:
    assert [resolver.slug for resolver in method_urlpatterns(fixture_registry)] == ["every-hook"]
    assert [resolver.slug for resolver in method_api_urlpatterns(fixture_registry)] == ["every-hook"]


def test_a_method_that_broke_later_has_no_pages_though_it_is_on(
    urlconf: None, switched_on: Any, county: Any
) -> None:
    from luoshi.methods.registry import registry_using

    switched_on("every-hook")
    with registry_using(MethodRegistry()), pytest.raises(Resolver404):
        resolve(PAGES[0])
