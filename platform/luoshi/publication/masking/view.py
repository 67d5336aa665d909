"""A text as the detectors read it: invisible characters gone, full-width forms made plain, offsets kept."""

import unicodedata
from dataclasses import dataclass

# Categories of characters that nobody sees: format (zero-width, direction), combining marks, controls.
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc"})
_SEEN_CONTROLS = frozenset("\n\t\r\v\f")


@dataclass(frozen=True, slots=True)
class View:
    """``text`` holds one character for each visible character of the original; ``at`` says where it stood."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` (exclusive, not empty) stand in the original."""
        return self.at[start], self.at[end - 1] + 1

    def blanked(self, spans: list[tuple[int, int]]) -> "View":
        """The same view with ``spans`` (in its own offsets) made unreadable, as a replacement would."""
        parts: list[str] = []
        at = 0
        for start, end in sorted(spans):
            start = max(start, at)
            if end > start:
                parts += [self.text[at:start], BLANK * (end - start)]
                at = end
        return View("".join([*parts, self.text[at:]]), self.at)


BLANK = "略"


def text_view(text: str) -> View:
    """Read ``text``. One character stays one character; what nobody sees is left out."""
    seen: list[str] = []
    at: list[int] = []
    for index, char in enumerate(text):
        if not "\x20" <= char <= "\x7e":
            if unicodedata.category(char) in _UNSEEN and char not in _SEEN_CONTROLS:
                continue
            folded = unicodedata.normalize("NFKC", char)
            if len(folded) == 1 and folded.isascii() and folded.isprintable():
                # Circled and raised figures stay what they are: they number lists far more than telephones.
                char = char if unicodedata.category(char) == "No" else folded
            elif char in "\r\v\f\x85\u2028\u2029":
                char = "\n"
        seen.append(char)
        at.append(index)
    return View("".join(seen), tuple(at))
