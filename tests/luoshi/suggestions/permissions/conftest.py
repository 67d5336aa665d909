"""One cast for all files here, with a case at each stage: walking one there takes longer than most files."""

import contextlib
import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from laid import cast_laid
from people import Cast
from ready import STAGES

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HERE = Path(__file__).parent
_laid: list[Cast] = []


@pytest.fixture
def ground(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Cast:
    """Laid with the first test here and rolled back after the last one, before any other test runs."""
    if not _laid:
        folder = next(node for node in request.node.iter_parents() if node.path == HERE)
        with contextlib.ExitStack() as stack:
            stack.enter_context(django_db_blocker.unblock())
            _laid.append(stack.enter_context(cast_laid(STAGES)))
            stack.callback(_laid.clear)
            folder.addfinalizer(stack.pop_all().close)
    return _laid[0]


@pytest.fixture
def cast(ground: Cast, county: object) -> Cast:
    """The folder's cast; what a test does is undone after it."""
    return copy.deepcopy(ground)


@pytest.fixture
def staged(cast: Cast) -> Cast:
    """The same: each test here has the cases that are kept."""
    return cast
