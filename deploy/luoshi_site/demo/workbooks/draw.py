"""Choices that are the same on every machine and every Python: a stream of numbers from SHA-256 of a seed."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream named by ``seed``; the same seed gives the same choices for ever."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, end: int) -> int:
        """A number from 0 to ``end`` - 1."""
        digest = hashlib.sha256(f"{self._seed}:{self._count}".encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big") % end

    def between(self, first: int, last: int) -> int:
        """A number from ``first`` to ``last``, both included."""
        return first + self.below(last - first + 1)

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of a hundred cases."""
        return self.below(100) < percent

    def pick(self, things: Sequence[T]) -> T:
        """One of ``things``."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of ``things`` in another order."""
        left = list(things)
        mixed = []
        while left:
            mixed.append(left.pop(self.below(len(left))))
        return mixed

    def sample(self, things: Sequence[T], count: int) -> list[T]:
        """``count`` different ones of ``things``."""
        return self.shuffled(things)[:count]
