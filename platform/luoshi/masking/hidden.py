"""Names that are to be found whatever stands around them, such as deputies' where a county names none."""

import re

from luoshi.masking.marks import REPLACEMENTS, Kind, Mark, mark_of
from luoshi.masking.surnames import surname_of
from luoshi.masking.view import text_view


def hidden_marks(text: str, names: frozenset[str], why: str = "") -> tuple[Mark, ...]:
    """Every place in ``text`` where one of ``names`` stands, spaced out or not; the longest name first.

    :param why: in Chinese, why the name is hidden.
    """
    wanted = sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))
    if not wanted:
        return ()
    view = text_view(text)
    pattern = "|".join(r"\s{0,3}".join(map(re.escape, text_view(name).text)) for name in wanted)
    marks = []
    for match in re.finditer(pattern, view.text):
        start, end = view.span(*match.span())
        replacement = surname_of(match[0], 0) + REPLACEMENTS[Kind.NAME]
        marks.append(mark_of(start, end, Kind.NAME, why, certain=True, replacement=replacement))
    return tuple(marks)
