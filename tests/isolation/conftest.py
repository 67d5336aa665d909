"""Two counties, both filled, once for each file of tests: filling them takes longer than most tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import override_settings
from sides import OTHER_CASES, Sides, side_fill

from luoshi_tenants.context import county_context

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: "DjangoDbBlocker", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sides]:
    """衡南县 and 新化县, the second one with ids that the first does not have. Rolled back after the file."""
    from luoshi_tenants.models import County

    media: Path = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock():
        with override_settings(MEDIA_ROOT=str(media)), transaction.atomic():
            here, there = County.objects.get(code="430422"), County.objects.get(code="431322")
            with county_context(here):
                first = side_fill(here, "hengnan.localhost", "甲地的秘密", 1)
            with county_context(there):
                second = side_fill(there, "xinhua.localhost", "乙地的秘密", 1 + OTHER_CASES)
            yield first, second
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def sides(filled: Sides) -> Iterator[Sides]:
    """Both counties, the first one bound, for one test: rolled back. Not together with ``db``."""
    with county_context(filled[0].county), transaction.atomic():
        yield filled
        transaction.set_rollback(True)
