"""The platform's contract over this method."""

from pathlib import Path

from luoshi.methods.testing import MethodContract


class TestSiteVisit(MethodContract):
    slug = "site-visit"
    tests = Path(__file__).parent
