"""What a browser loads: the first page and its assets, then the pages that follow."""

import gzip
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from people import Cast

from luoshi.suggestions.models import Suggestion

FIRST, LATER = 400_000, 60_000
ASSET = re.compile(r'(?:href|src)="/static/([^"]+)"')


def compressed(name: str) -> int:
    path = finders.find(name)
    assert path, f"{name} is not there: run make test, or python requirements/assets.py"
    with open(path, "rb") as file:
        return len(gzip.compress(file.read(), 6))


@pytest.mark.parametrize("address", ["/office/", "/office/suggestions/", "case"])
def test_the_first_load_and_every_later_page_are_light(cast: Cast, signed_in: Any, address: str) -> None:
    row = cast.world.handed_over(content="修建涵洞。" * 200)
    Suggestion.objects.bulk_create(
        Suggestion(
            session=row.session,
            lead_deputy=row.lead_deputy,
            title=f"关于第{number}座桥的建议",
            number=100 + number,
            state="registered",
        )
        for number in range(60)
    )
    path = f"/office/suggestions/{row.pk}/" if address == "case" else address
    answer = signed_in(cast.congress).get(path, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assets = set(ASSET.findall(gzip.decompress(answer.content).decode()))
    assert assets == {
        "workbench/vendor/tabler.min.css",
        "workbench/vendor/htmx.min.js",
        "workbench/workbench.css",
        "workbench/workbench.js",
    }
    page = len(answer.content)
    assert page + sum(compressed(name) for name in assets) < FIRST
    assert page < LATER


def test_no_asset_asks_an_outside_host(cast: Cast, signed_in: Any) -> None:
    for name in ASSET.findall(signed_in(cast.congress).get("/office/").content.decode()):
        path = finders.find(name)
        assert path
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert re.findall(r"url\(\s*(?![\"']?data:)[^)]*|@import[^;]*|sourceMappingURL", text) == [], name
