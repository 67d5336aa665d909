"""Gives the fixtures and helpers of tests/support to the tests of the platform and of the methods."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tests" / "support"))

pytest_plugins = ["county_fixtures"]

# What Django and Wagtail have loaded never goes away; walked through each time it costs a tenth of the run.
gc.set_threshold(200_000, 20, 50)


def pytest_collection_finish() -> None:
    """Leave what is loaded by now alone for good."""
    gc.collect()
    gc.freeze()
