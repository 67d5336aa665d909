"""Reading the page 脱敏对照 and filling in its form as a browser would."""

import html
import re
from typing import Any

from django.test import Client

from luoshi.suggestions.models import Publication


def address(publication: Publication) -> str:
    return f"/office/acts/publication/{publication.pk}/confirm_rendition/"


def read(client: Client, publication: Publication) -> str:
    answer = client.get(address(publication))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def form(text: str) -> dict[str, Any]:
    """The form as a browser would send it."""
    typed: dict[str, Any] = dict(
        re.findall(r'<input type="hidden" name="(source|once|seen)" value="([^"]*)"', text)
    )
    typed |= dict(re.findall(r'<input [^>]*name="(name\.\d+)" value="([^"]*)"', text))
    found = re.findall(r'<textarea[^>]* name="(text\.[^"]+)"[^>]*>(.*?)</textarea>', text, re.S)
    typed |= dict(found)
    typed["kept.text"] = re.findall(r'name="kept.text" value="([^"]*)"', text)
    typed["kept.why"] = [""] * len(typed["kept.text"])
    return typed
