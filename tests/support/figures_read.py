"""Reading the statistics page as a person would: its figures, its links, and the lists behind them."""

import html
import re

from django.test import Client

PAGE = "/office/statistics/17-4/"
_TOTAL = re.compile(r'<h1>.*?class="wb-n"[^>]*>(\d+)</span>', re.S)
_LINKED = re.compile(r'<a href="([^"]+)" data-figure="([^"]+)"[^>]*>(\d+)</a>')
_WHOLE = re.compile(r'<small>(?:占|每件，共)[^<]*<a href="([^"]+)"[^>]*>(\d+)</a>')


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def links(text: str) -> list[tuple[str, str, int]]:
    """Address, code and number of every figure, and of every denominator."""
    found = [(address, code, int(number)) for address, code, number in _LINKED.findall(text)]
    wholes = [(address, "whole", int(number)) for address, number in _WHOLE.findall(text)]
    return [*found, *wholes]


def listed(client: Client, address: str) -> int:
    match = _TOTAL.search(read(client, address))
    assert match is not None, address
    return int(match[1])
