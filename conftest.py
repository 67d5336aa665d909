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


class BrowserTogether(LoadScopeScheduling):
    """Hands every test out by itself, but those of the browser as one: they share what is dear to start."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Distribute the tests over the processes."""
    return BrowserTogether(config, log)
