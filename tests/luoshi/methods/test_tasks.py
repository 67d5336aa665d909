"""A method's background work does nothing where the method is off, and says so."""

import logging
from typing import Any

import pytest
from luoshi_every_hook.tasks import count_notes

from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry
from luoshi.tenancy import NoCounty
from luoshi_tenants.context import county_context, public_context


def test_the_task_works_where_the_method_is_on(switched_on: Any) -> None:
    from luoshi_every_hook.models import Note

    switched_on("every-hook")
    Note.objects.create(case_id=1, kind="record", text="一")
    assert count_notes() == 1
    assert count_notes.name == "luoshi_every_hook.count_notes"
    assert count_notes.method_slug == "every-hook"


def test_the_task_does_nothing_where_the_method_is_off(
    county: Any, registry: MethodRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    MethodActivation.objects.create(slug="every-hook", is_enabled=False)
    with caplog.at_level(logging.INFO, logger="luoshi.methods"):
        assert count_notes() is None  # its table does not even exist here
    assert [record.getMessage() for record in caplog.records] == [
        "method every-hook is off in c430422: count_notes does nothing"
    ]


def test_a_neighbour_s_switch_starts_nothing(two_counties: Any, switched_on: Any) -> None:
    switched_on("every-hook")
    with county_context(two_counties[1]):
        assert count_notes() is None


def test_without_a_county_the_task_raises(county: Any, registry: MethodRegistry) -> None:
    with public_context(), pytest.raises(NoCounty):
        count_notes()
