"""No permission without its file of tests, and no file without its permission."""

from pathlib import Path

from luoshi.accounts.rules import _REFUSALS, PERMISSIONS


def test_each_permission_has_its_file_and_its_words():
    files = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert files - {"every_permission"} == set(PERMISSIONS) == set(_REFUSALS)
