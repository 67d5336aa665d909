"""Which earlier suggestions have a title much like another: said for the third time, or a case for 并案."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

ALIKE = 0.6
"""From so much in common on (Dice's measure over pairs of characters) two titles are called alike."""
NAMED = 2
_FRAME = re.compile(r"^关于|的(?:建议|提案|议案|意见)$|[\W_]+")


@dataclass(frozen=True, slots=True)
class Titled:
    """A suggestion by its title. ``name``: how it is called in a list."""

    id: int
    title: str
    name: str


def similar_titles(rows: Iterable[Titled], known: Iterable[Titled]) -> dict[int, list[Titled]]:
    """For each of ``rows`` the most similar of ``known``, itself not; at most :data:`NAMED`."""
    pairs_of: dict[int, frozenset[str]] = {}
    by_pair: dict[str, list[Titled]] = {}
    for one in known:
        pairs_of[one.id] = _pairs(one.title)
        for pair in pairs_of[one.id]:
            by_pair.setdefault(pair, []).append(one)
    found = {}
    for row in rows:
        pairs = _pairs(row.title)
        shared = Counter(one for pair in pairs for one in by_pair.get(pair, ()) if one.id != row.id)
        alike = [
            (2 * count / (len(pairs) + len(pairs_of[one.id])), -one.id, one) for one, count in shared.items()
        ]
        best = sorted(
            (entry for entry in alike if entry[0] >= ALIKE), key=lambda entry: entry[:2], reverse=True
        )
        found[row.id] = [one for _, _, one in best[:NAMED]]
    return found


def _pairs(title: str) -> frozenset[str]:
    text = _FRAME.sub("", title.strip())
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
