"""Whether the figures of a report agree with each other: 40 + 89 + 20 must be 149, or it is said aloud."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison. ``problem``: a Chinese sentence where the figures contradict each other, else empty."""

    code: str
    statement: str
    problem: str

    @property
    def holds(self) -> bool:
        """Whether the figures agree."""
        return not self.problem


def parts_make_whole(
    code: str, parts: Sequence[tuple[str, int]], whole_label: str, whole: int, hint: str = ""
) -> Check:
    """The parts add up to the whole. ``hint``: what is likely wrong where they do not."""
    total = sum(count for _, count in parts)
    sum_text = " + ".join(f"{label} {count}" for label, count in parts) or "0"
    if total == whole:
        return Check(code, f"{sum_text} = {whole_label} {whole}", "")
    problem = f"{sum_text} = {total}，与{whole_label} {whole} 不符，相差 {abs(whole - total)}"
    return Check(
        code, f"{sum_text} = {total} ≠ {whole_label} {whole}", f"{problem}；{hint}" if hint else problem
    )


def at_most(code: str, label: str, count: int, limit_label: str, limit: int, hint: str = "") -> Check:
    """``count`` does not exceed ``limit``."""
    if count <= limit:
        return Check(code, f"{label} {count} ≤ {limit_label} {limit}", "")
    problem = f"{label} {count} 多于{limit_label} {limit}，多 {count - limit}"
    return Check(code, f"{label} {count} > {limit_label} {limit}", f"{problem}；{hint}" if hint else problem)


def none_of(code: str, label: str, count: int, hint: str) -> Check:
    """There is no such case."""
    return Check(code, f"{label} {count} 件", f"{label} {count} 件；{hint}" if count else "")
