"""``stage``: a served county and a browser, the same for all tests here; see ``tests/support/stage.py``."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import chromium_needed

if TYPE_CHECKING:
    from public_pages import Showcase
    from pytest_django import DjangoDbBlocker
    from stage import Stage

HERE = Path(__file__).parent
_open: "list[Stage]" = []
_broken: list[Exception] = []
_shown: "list[Showcase]" = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let them be chosen by ``-m browser``; the root's conftest keeps them in one process."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> "Stage":
    """Set up with the first test here and taken down after the last one, before any other test runs: the
    driver's event loop must not be there when other tests ask the database."""
    path = chromium_needed()
    if _broken:
        pytest.fail(f"the stage could not be set up, see the first test here: {_broken[0]!r}")
    if not _open:
        from stage import Stage

        folder = next(node for node in request.node.iter_parents() if node.path == HERE)
        try:
            _open.append(Stage(path, django_db_blocker.unblock))
        except Exception as error:
            _broken.append(error)
            raise
        folder.addfinalizer(lambda: _open.pop().close())
    return _open[0]


@pytest.fixture
def shown(stage: "Stage") -> "Showcase":
    """Public cases of the stage's county and pages of its editors, made once."""
    if not _shown:
        from public_pages import editorial, showcase

        from luoshi.accounts.actor import SYSTEM_ACTOR
        from luoshi.methods.services import method_disable, method_enable

        with stage.data():
            # The cases are walked without meetings here; what the method asks is tried elsewhere.
            method_disable(slug="three-meetings", actor=SYSTEM_ACTOR)
            _shown.append(showcase(stage.cast))
            method_enable(slug="three-meetings", options={"public_column": True}, actor=SYSTEM_ACTOR)
            editorial()
    return _shown[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a test fails, keep what everybody saw then in the folder ``LUOSHI_BROWSER_PICTURES``."""
    report = yield
    folder = os.environ.get("LUOSHI_BROWSER_PICTURES")
    if folder and report.when == "call" and report.failed and _open:
        pages = [page for context in _open[0].browser.contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=Path(folder) / f"{item.name}-{number}.png", full_page=True)
    return report
