"""No permission without its file of tests and no file without its permission; nobody is left out."""

from pathlib import Path

import rules
from people import Cast

from luoshi.accounts.actor import Role
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.suggestions.rules import permissions_register

OTHERS = {"confidential", "every_permission", "presidium"}


def test_each_permission_has_its_file() -> None:
    files = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert files - OTHERS == {row.permission.replace(".", "_") for row in ALL_TRANSITIONS}


def test_each_file_tries_its_own_permission() -> None:
    for row in ALL_TRANSITIONS:
        file = Path(__file__).parent / f"test_{row.permission.replace('.', '_')}.py"
        tried = f'assert outcomes(cast, "{row.permission}") == expected(cast, MAY, SEES)'
        assert file.read_text(encoding="utf-8").count(tried) == 1


def test_each_transition_is_registered_once_as_a_permission() -> None:
    found: list[str] = []
    permissions_register(lambda name, predicate: found.append(name))
    assert sorted(found) == sorted(row.permission for row in ALL_TRANSITIONS)
    assert [name for name in found if not rules.perm_exists(name)] == []


def test_everybody_of_the_county_is_tried(cast: Cast) -> None:
    assert {role for actor in cast.people.values() for role in actor.roles} == set(Role)
