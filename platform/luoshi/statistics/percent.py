"""Percents as the annual report prints them: from integers, two decimals, half-up, never forced to 100.

Rounded parts need not add up to 100.00 (three thirds print 99.99). The parts are left as they are and the
difference is said aloud (domain.md C8).
"""

from collections.abc import Sequence
from decimal import Decimal

WHOLE = Decimal("100.00")


def percent(part: int, whole: int) -> str | None:
    """``part`` of ``whole`` in percent, such as ``"26.85"`` (HN-02); ``None`` where there is no whole.

    :raises ValueError: when a count is negative.
    """
    return ratio(100 * part, whole)


def ratio(part: int, whole: int) -> str | None:
    """``part`` divided by ``whole`` with two decimals, half-up, such as ``"1.80"`` contacts each (HN-14).

    :raises ValueError: when a count is negative.
    """
    if part < 0 or whole < 0:
        raise ValueError(f"a count cannot be negative: {part} of {whole}")
    if whole == 0:
        return None
    # In integers to the end: a decimal quotient would be rounded twice.
    hundredths = (200 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def sum_note(parts: Sequence[str | None]) -> str:
    """A Chinese sentence where the printed parts of one whole do not add up to 100.00; else empty."""
    printed = [Decimal(part) for part in parts if part is not None]
    total = sum(printed, Decimal(0))
    if not printed or total == WHOLE:
        return ""
    return f"因四舍五入，各项百分比合计为 {total}%，不等于 100%"


def difference(left: str | None, right: str | None) -> str | None:
    """``left`` minus ``right`` in percentage points, with its sign; ``None`` where one is not known."""
    if left is None or right is None:
        return None
    return str(Decimal(left) - Decimal(right))
