"""Nothing is answered that nobody wrote down, and nothing is written down that is not answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path
from endpoints import (
    CMS_PUBLIC,
    COUNTY_LINES,
    GROUPS,
    METHODS,
    NOT_IN_THE_FILE,
    PROVINCE_LINES,
    Line,
    group_of,
    operations_of,
    routes_of,
    table,
    unlisted,
    vanished,
)

COUNTY = "luoshi_site.urls.county"
PROVINCE = "luoshi_site.urls.province"
FILE = Path(__file__).parents[2] / "docs/api/openapi.json"


def patterns(module: str) -> Any:
    return get_resolver(module).url_patterns


def leak(request: HttpRequest) -> HttpResponse:
    return HttpResponse("an address that nobody wrote down")


@pytest.fixture
def leaking(request: pytest.FixtureRequest) -> list[Any]:
    """The county's URLs with one more, at the address that the test asks for."""
    return [path(request.param, leak), *patterns(COUNTY)]


@pytest.mark.parametrize(
    ("module", "lines"), [(COUNTY, COUNTY_LINES), (PROVINCE, PROVINCE_LINES)], ids=["county", "province"]
)
def test_every_address_is_written_down_and_answers(module: str, lines: list[Line]) -> None:
    assert unlisted(patterns(module), lines) == []
    assert vanished(patterns(module), lines) == []


def test_every_line_speaks_of_each_method_once() -> None:
    for lines in (COUNTY_LINES, PROVINCE_LINES):
        seen = [(line.route, line.method) for line in lines]
        assert len(seen) == len(set(seen))
        assert {route: len(METHODS) for route, _ in seen} == {
            route: sum(known == route for known, _ in seen) for route, _ in seen
        }


@pytest.mark.parametrize("leaking", ["leak/", "api/v1/leak/", "office/leak/<int:pk>/"], indirect=True)
def test_an_address_that_nobody_wrote_down_is_found(leaking: list[Any]) -> None:
    (found,) = unlisted(leaking, COUNTY_LINES)
    assert "leak/" in found


def test_a_line_without_an_address_is_found() -> None:
    gone = table("gone/ | /gone/ | * | 404 404 404 404 404 404 404")
    assert vanished(patterns(COUNTY), [*COUNTY_LINES, *gone]) == ["gone/"]


def test_every_group_has_its_reason_and_is_used() -> None:
    assert all(len(reason) > 20 for reason in GROUPS.values())
    present = {route.text for route in routes_of(patterns(COUNTY))}
    assert [text for text in CMS_PUBLIC if text not in present] == []
    assert [text for text in NOT_IN_THE_FILE if text not in present] == []
    assert len([text for text in present if group_of(text) == "cms/"]) > 100


def test_a_methods_addresses_stand_below_its_gate() -> None:
    """Whatever a method answers is shut with it: no pattern beside the resolver that does the shutting."""
    outside = [
        route.text
        for route in routes_of(patterns(COUNTY))
        if group_of(route.text) in ("methods/", "api/v1/methods/") and not route.gated
    ]
    assert outside == []


@pytest.mark.parametrize("leaking", ["methods/leak/"], indirect=True)
def test_a_methods_address_beside_its_gate_is_found(leaking: list[Any]) -> None:
    found = [r.text for r in routes_of(leaking) if group_of(r.text) == "methods/" and not r.gated]
    assert found == ["methods/leak/"]


def test_the_resolver_and_the_openapi_file_name_the_same_operations() -> None:
    document = json.loads(FILE.read_text("utf-8"))
    written = {
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert operations_of(patterns(COUNTY)) == written
    assert len(written) >= 12


def test_no_operation_of_the_file_is_open_to_strangers() -> None:
    document = json.loads(FILE.read_text("utf-8"))
    for address, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["security"], (method, address)
            assert {} not in operation["security"], (method, address)


def test_every_operation_of_the_table_is_tried_with_its_own_method() -> None:
    """A line that hopes for 405 would hide an operation that nobody tries."""
    tried = {
        (line.method.lower(), line.route)
        for line in COUNTY_LINES
        if line.route.startswith("api/v1/") and line.statuses[1] != 405
    }
    for route in routes_of(patterns(COUNTY)):
        for method in getattr(route.pattern.callback, "actions", None) or {}:
            if not group_of(route.text) and method != "head":
                assert (method, route.text) in tried


def test_nothing_of_wagtails_own_api_is_mounted_outside_its_admin() -> None:
    """Its page API lists drafts' neighbours and more; version 3 of it even writes."""
    found = [
        route.text
        for module in (COUNTY, PROVINCE)
        for route in routes_of(patterns(module))
        if str(getattr(route.pattern.callback, "__module__", "")).startswith(
            ("wagtail.api", "wagtail.admin.api", "ninja")
        )
        and not route.text.startswith("cms/")
    ]
    assert found == []
