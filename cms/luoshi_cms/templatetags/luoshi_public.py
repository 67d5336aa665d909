"""What templates of the public site need beyond Django's own."""

from datetime import date

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def lines(text: str | None) -> list[str]:
    """The paragraphs of a text: its lines, without the empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


@register.filter
def pieces(found: tuple[tuple[str, bool], ...]) -> SafeString:
    """Pieces of text, the hits among them marked; everything in them is escaped."""
    return format_html_join("", "{}{}{}", ((_MARK[hit][0], text, _MARK[hit][1]) for text, hit in found))


_MARK = {True: (SafeString("<mark>"), SafeString("</mark>")), False: ("", "")}


@register.filter
def day(value: date | None) -> str:
    """2026年4月28日, or that it is not on record."""
    return "日期未记录" if value is None else f"{value.year}年{value.month}月{value.day}日"


@register.filter
def size(count: int) -> str:
    """A number of bytes in words."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


@register.filter
def percent(part: int, whole: int) -> str:
    """A share in words; a dash where there is nothing to share."""
    return f"{part * 100 / whole:.1f}%" if whole else "—"


@register.filter
def of(mapping: dict[object, object], key: object) -> object:
    """``mapping[key]``, or nothing."""
    return mapping.get(key)


@register.filter
def at(row: tuple[object, ...], place: int) -> object:
    """``row[place]``."""
    return row[place]
