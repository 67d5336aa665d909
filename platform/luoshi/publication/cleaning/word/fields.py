"""Field codes: page numbers stay fields, everything else becomes the text that it showed."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse
from luoshi.publication.cleaning.word.grammar import made

_LIVE = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_DRAWN = re.compile(
    r"\s*(EQ|SYMBOL|FORMCHECKBOX|FORMDROPDOWN|LISTNUM|AUTONUM\w*|ADVANCE|EMBED|DISPLAYBARCODE)\b",
    re.IGNORECASE,
)
_DEEPEST = 30


def live_code(instruction: str) -> str:
    """The code of a page number as it is written anew; empty for every other field.

    :raises Invalid: for a field that shows something without a result that could be kept.
    """
    if _DRAWN.match(instruction):
        refuse(f"文档里有带圈字符、复选框一类的域，无法清理。{TO_PDF}")
    found = _LIVE.match(instruction)
    return f" {found[1].upper()} " if found else ""


@dataclass(slots=True)
class _Open:
    instruction: str = ""
    showing: bool = False
    code: str = ""


class Fields:
    """Follows the marks of fields through a story, over the ends of runs and paragraphs."""

    def __init__(self, tally: Tally) -> None:
        self._open: list[_Open] = []
        self._tally = tally

    @property
    def shown(self) -> bool:
        """Whether text that comes now is shown: it is no part of a code."""
        return all(one.showing for one in self._open)

    def code(self, text: str) -> None:
        """A piece of a field's code."""
        if self._open and not self._open[-1].showing:
            self._open[-1].instruction += text

    def mark(self, kind: str) -> list[Element]:
        """A field begins, shows its result or ends. Gives what is written in its place."""
        if kind == "begin":
            if len(self._open) >= _DEEPEST:
                refuse(f"文档里的域过于复杂，无法清理。{TO_PDF}")
            self._open.append(_Open())
            return []
        if not self._open:
            return []
        if kind == "separate":
            return self._separated(self._open[-1])
        if kind == "end":
            written = [] if self._open[-1].showing else self._separated(self._open[-1])
            done = self._open.pop()
            return [*written, made("fldChar", fldCharType="end")] if done.code else written
        return []

    def _separated(self, one: _Open) -> list[Element]:
        outside = all(other.showing for other in self._open[:-1])
        one.showing = True
        one.code = live_code(one.instruction) if outside else ""
        if not one.code:
            self._tally.add("fields")
            return []
        instruction = made("instrText")
        instruction.text = one.code
        instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return [
            made("fldChar", fldCharType="begin"),
            instruction,
            made("fldChar", fldCharType="separate"),
        ]
