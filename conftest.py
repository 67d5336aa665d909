"""Gives the fixtures and helpers of tests/support to the tests of the platform and of the methods."""

import gc
import sys
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

sys.path.insert(0, str(Path(__file__).parent / "tests" / "support"))

pytest_plugins = ["county_fixtures"]

# What Django and Wagtail have loaded never goes away; walked through each time it costs a tenth of the run.
gc.set_threshold(200_000, 20, 50)


def pytest_collection_finish() -> None:
    """Leave what is loaded by now alone for good."""
    gc.collect()
    gc.freeze()


TOGETHER = ("tests/browser/", "tests/luoshi/suggestions/permissions/")
"""Folders whose files share what is dear to set up: one process gets them all."""

DEAREST = (
    "tests/browser/",
    "tests/isolation/",
    "tests/cms/test_public_oddities.py",
    "tests/luoshi/documents/imports/test_demo_workbooks.py",
    "tests/luoshi_site/demo/",
    "tests/local/",
    "tests/failure/",
    "tests/luoshi/suggestions/test_state_machine.py",
    "tests/luoshi/workbench/figures/test_year.py",
    "tests/tenants/test_provisioning.py",
    "tests/luoshi_site/test_proxy.py",
    "tests/luoshi_site/test_static.py",
    "tests/luoshi/methods/test_template.py",
    "tests/luoshi/publication/test_search_recall.py",
    "tests/luoshi/suggestions/test_guards.py",
    "tests/cms/",
    "plugins/",
)
"""What takes longest, begun first: begun last, it would keep one process busy after the others are done."""


def dearness(path: str) -> int:
    """The place of a test file in the order of the run."""
    return next((place for place, dear in enumerate(DEAREST) if path.startswith(dear)), len(DEAREST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; each file's tests stay in their order, one after another."""
    items.sort(key=lambda item: dearness(item.nodeid))


class ByFile(LoadScopeScheduling):
    """Hands the tests out by whole files, in the order collected: its tests share what is dear."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Distribute the files over the processes; those of most tests need not be the longest ones."""
    config.option.loadscopereorder = False
    return ByFile(config, log)
