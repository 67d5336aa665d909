"""The texts beside this module, read into values."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
RURAL = re.compile(r"村|农(?!贸|民工)|集镇|乡")


@dataclass(frozen=True, slots=True)
class Title:
    """One title of a topic with the facts and wishes that suit it."""

    text: str
    role: str
    category: str
    where: str
    co_roles: tuple[str, ...]
    facts: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitText:
    """A handling unit."""

    role: str
    name: str
    short: str
    system: str
    leader: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A suggestion worded for one county. ``session`` is empty where the county has one session only."""

    title: str
    category: str
    content: str
    place: str
    lead: tuple[str, ...] = ()
    separate: tuple[str, ...] = ()
    co: tuple[str, ...] = ()
    result: str = ""
    key: bool = False
    session: str = ""


@dataclass(frozen=True, slots=True)
class CountyText:
    """Places, units and own suggestions of a county. ``letter``: 县 or 市."""

    code: str
    short: str
    letter: str
    crop: str
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    delegations: tuple[str, ...]
    units: tuple[UnitText, ...]
    weights: dict[str, int]
    skip: tuple[str, ...]
    own: tuple[Own, ...] = field(default_factory=tuple)

    def unit(self, role: str) -> UnitText:
        """The unit with that role."""
        return next(unit for unit in self.units if unit.role == role)


def titles_read() -> tuple[Title, ...]:
    """All titles of ``topics.txt``."""
    titles: list[Title] = []
    for block in (TEXTS / "topics.txt").read_text(encoding="utf-8").split("\n@ ")[1:]:
        head, *lines = [line for line in block.splitlines() if line.strip()]
        role, category, where, co_roles = (part.strip() for part in head.split("|"))
        texts = [line[2:] for line in lines if line.startswith("= ")]
        for number, text in enumerate(texts, start=1):
            titles.append(
                Title(
                    text,
                    role,
                    category,
                    where,
                    tuple(part.strip() for part in co_roles.split(",")),
                    _belonging(lines, "-", number),
                    _belonging(lines, "+", number),
                )
            )
    return tuple(titles)


def _belonging(lines: list[str], mark: str, number: int) -> tuple[str, ...]:
    heads = (f"{mark} ", f"{mark}{number} ")
    return tuple(line.split(" ", 1)[1] for line in lines if line.startswith(heads))


def _own(entry: dict[str, Any]) -> Own:
    values: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Own(**values)


def county_read(code: str) -> CountyText:
    """The text file of one county."""
    common = tomllib.loads((TEXTS / "units.toml").read_text(encoding="utf-8"))
    data: dict[str, Any] = tomllib.loads((TEXTS / f"{code}.toml").read_text(encoding="utf-8"))
    units = []
    for role in data["roles"]:
        parts = {**common.get(role, {}), **data.get("units", {}).get(role, {})}
        worded = {
            key: parts.get(key, default).replace("{c}", data["c"]).replace("{short}", data["short"])
            for key, default in (("name", ""), ("short", ""), ("system", "政府部门"), ("leader", ""))
        }
        units.append(UnitText(role=role, duties=tuple(parts["duties"]), **worded))
    own = tuple(_own(entry) for entry in data.get("own", []))
    return CountyText(
        code=code,
        short=data["short"],
        letter=data["c"],
        crop=data["crop"],
        towns=tuple(data["towns"]),
        streets=tuple(data["streets"]),
        delegations=tuple(data["delegations"] or data["towns"]),
        units=tuple(units),
        weights=dict(data["weights"]),
        skip=tuple(data["skip"]),
        own=own,
    )
