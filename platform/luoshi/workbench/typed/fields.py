"""A form of typed settings as the template draws it: what stands in each field, its default, its errors."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luoshi.errors import Problem
from luoshi.workbench.typed.reading import PREFIX
from luoshi.workbench.typed.shapes import Absent, Json, Part, Shape, words_of

SELECTED_FROM = 6
"""From this many choices on they fold into a list."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice as it stands in the form."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list of groups. ``fresh``: nothing has been entered yet."""

    place: str
    number: int
    fields: "tuple[Field, ...]"
    fresh: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``place``: its name in the form; ``id``: of its element; ``default``: in words, empty where
    there is none; ``folds``: its choices are many.
    """

    place: str
    id: str
    part: Part
    kind: str
    value: str
    default: str
    errors: tuple[str, ...]
    choices: tuple[Offered, ...] = ()
    fields: "tuple[Field, ...]" = ()
    rows: tuple[Row, ...] = ()
    folds: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether one of the choices stands in the field."""
        return any(choice.chosen for choice in self.choices)

    @property
    def limits(self) -> str:
        """From where to where a number goes, in words."""
        shape = self.part.shape
        if shape.least and shape.most:
            return f"{shape.least} 至 {shape.most}"
        return f"不小于 {shape.least}" if shape.least else f"不大于 {shape.most}" if shape.most else ""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """All fields, and every problem with the element that it is about ("" for the whole form)."""

    fields: tuple[Field, ...]
    problems: tuple[tuple[str, str], ...] = ()


def form_of(
    parts: Sequence[Part],
    data: Mapping[str, Json],
    defaults: Mapping[str, Json],
    problems: Sequence[Problem] = (),
    spare: str = "",
) -> TypedForm:
    """The form with ``data`` in it.

    :param data: stored settings, or what was typed and could not be read.
    :param defaults: as JSON, shown beside each field.
    :param spare: the list (by its path) that is to get one more empty entry.
    """
    drawer = _Drawer(problems, spare)
    fields = drawer.fields(parts, data, defaults, "")
    return TypedForm(fields, tuple((drawer.ids.get(row.field, ""), row.message) for row in problems))


class _Drawer:
    def __init__(self, problems: Sequence[Problem], spare: str) -> None:
        self.problems = problems
        self.spare = spare
        self.ids: dict[str, str] = {}

    def fields(
        self, parts: Sequence[Part], data: Mapping[str, Json], defaults: Mapping[str, Json], path: str
    ) -> tuple[Field, ...]:
        return tuple(
            self.field(part, f"{path}{part.name}", data.get(part.name), defaults.get(part.name, part.default))
            for part in parts
        )

    def field(self, part: Part, path: str, value: Json, default: Json) -> Field:
        place = f"{PREFIX}.{path}"
        element = place.replace(".", "-")
        shape = part.shape
        inner: tuple[Field, ...] = ()
        rows: tuple[Row, ...] = ()
        if shape.kind == "group":
            inner = self.fields(shape.parts, _mapping(value), _mapping(default), f"{path}.")
        elif shape.kind == "rows":
            rows = tuple(self.rows(shape, path, value))
        self.ids[path] = element
        errors = tuple(self.errors(path, deep=shape.kind not in ("group", "rows"), element=element))
        return Field(
            place=place,
            id=element,
            part=part,
            kind=shape.kind,
            # A text that is no JSON is shown as it was typed, not as JSON of a text.
            value=value if errors and isinstance(value, str) else _text(shape, value),
            default="" if default is Absent or shape.kind == "group" else words_of(shape, default),
            errors=errors,
            choices=_offered(shape, value),
            fields=inner,
            rows=rows,
            folds=len(shape.choices) >= SELECTED_FROM,
        )

    def rows(self, shape: Shape, path: str, value: Json) -> Iterable[Row]:
        entries = list(value) if isinstance(value, list | tuple) else []
        fresh = len(entries) if path == self.spare else -1
        if fresh >= 0:
            entries.append({})
        for number, entry in enumerate(entries):
            inner = self.fields(shape.parts, _mapping(entry), {}, f"{path}.{number}.")
            yield Row(f"{PREFIX}.{path}.{number}", number + 1, inner, number == fresh)

    def errors(self, path: str, *, deep: bool, element: str) -> Iterable[str]:
        """What is wrong with this field; of one without fields of its own also what is wrong within it."""
        for problem in self.problems:
            if problem.field == path or (deep and problem.field.startswith(f"{path}.")):
                self.ids.setdefault(problem.field, element)
                yield problem.message


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _text(shape: Shape, value: Json) -> str:
    """What stands in an input or a text area."""
    if value is None or shape.kind in ("group", "rows", "many", "choice"):
        return ""
    if shape.kind == "yes":
        return "on" if value is True else ""
    if shape.kind == "lines" and isinstance(value, list):
        return "\n".join(str(line) for line in value)
    if shape.kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def _offered(shape: Shape, value: Json) -> tuple[Offered, ...]:
    chosen = value if isinstance(value, list) else [value]
    return tuple(Offered(choice.key, choice.label, choice.value in chosen) for choice in shape.choices)
