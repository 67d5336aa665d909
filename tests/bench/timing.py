"""Timing things side by side: what is compared takes turns in one run, and only ratios are quoted."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """Seconds of each round of one thing."""

    name: str
    seconds: list[float]

    @property
    def median(self) -> float:
        """Seconds, the middle one."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 rounds were done."""
        return sorted(self.seconds)[max(0, -(-95 * len(self.seconds) // 100) - 1)]


def in_turns(rounds: int, **things: Callable[[], object]) -> dict[str, Series]:
    """Run each thing once a round, one after the other, ``rounds`` times; the first round is not counted."""
    series: dict[str, list[float]] = {name: [] for name in things}
    for number in range(rounds + 1):
        for name, run in things.items():
            begin = time.perf_counter()
            run()
            if number:
                series[name].append(time.perf_counter() - begin)
    return {name: Series(name, seconds) for name, seconds in series.items()}


def row(text: str, value: str, target: str = "") -> None:
    """Print one line of the result."""
    padding = " " * max(1, 66 - sum(2 if ord(character) > 255 else 1 for character in text))
    print(f"  {text}{padding}{value:>14}   {target}")


def heading(text: str) -> None:
    """Print the name of a part."""
    print(f"\n{text}")
