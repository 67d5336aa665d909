"""Plain pages for when there is no place (and so no template, style sheet or session) to speak of."""

from django.http import HttpResponse
from django.utils.html import format_html

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body style="margin:0;font:16px/1.7 sans-serif;color:#222;background:#fff">
<p style="margin:0;padding:12px 16px;background:#9b1c1c;color:#fff">落实</p>
<main style="padding:16px;max-width:720px;margin:auto">
<h1 style="font-size:22px">{title}</h1><p>{message}</p></main>
</body></html>
"""


def plain_page(status: int, title: str, message: str) -> HttpResponse:
    """A whole page without any outside file. ``title`` and ``message`` are Chinese text, escaped here."""
    response = HttpResponse(format_html(_PAGE, title=title, message=message), status=status)
    response["Cache-Control"] = "no-store"
    return response
