"""Gives the fixtures and helpers of tests/support to the tests of the platform and of the methods."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tests" / "support"))

pytest_plugins = ["county_fixtures"]
