"""What a browser loads: the first page and its assets, then the pages that follow."""

import gzip
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from people import Cast

from luoshi.audit.services import NewEvent, events_append
from luoshi.suggestions.models import Assignment, Suggestion
from luoshi.suggestions.services.log import stream_key
from luoshi.workbench.search import texts_rebuild

FIRST, LATER = 400_000, 60_000
ASSET = re.compile(r'(?:href|src)="/static/([^"]+)"')


def compressed(name: str) -> int:
    path = finders.find(name)
    assert path, f"{name} is not there: run make test, or python requirements/assets.py"
    with open(path, "rb") as file:
        return len(gzip.compress(file.read(), 6))


ALWAYS = {
    "workbench/vendor/tabler.min.css",
    "workbench/vendor/htmx.min.js",
    "workbench/workbench.css",
    "workbench/workbench.js",
}
"""What every page loads. Some load a file or two more of their own."""
PAGES = (
    "/office/",
    "/office/suggestions/",
    "/office/suggestions/?q=涵洞",
    "/office/notices/",
    "case",
    "print",
)


@pytest.mark.parametrize("who", ["congress", "government", "lead_handler", "writer", "leader"])
def test_the_first_load_and_every_later_page_are_light(cast: Cast, signed_in: Any, who: str) -> None:
    row = _full_county(cast)
    client = signed_in(cast.people[who])
    seen: set[str] = set()
    for address in PAGES:
        path = {"case": f"/office/suggestions/{row.pk}/", "print": f"/office/suggestions/{row.pk}/print/"}
        answer = client.get(path.get(address, address), headers={"Accept-Encoding": "gzip"})
        assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
        assets = set(ASSET.findall(gzip.decompress(answer.content).decode()))
        assert assets >= ALWAYS or address == "print"
        page = len(answer.content)
        assert page + sum(compressed(name) for name in assets) < FIRST
        # A later page brings itself and what no page before it has loaded.
        assert page + sum(compressed(name) for name in assets - ALWAYS - seen) < LATER
        seen |= assets


def _full_county(cast: Cast) -> Suggestion:
    """A full page of rows for everybody, and a case with a long text and a story of 500 acts."""
    row = cast.world.handed_over(content="修建涵洞。" * 200)
    rows = Suggestion.objects.bulk_create(
        Suggestion(
            session=row.session,
            lead_deputy=row.lead_deputy,
            title=f"关于第{number}座桥和涵洞的建议",
            number=100 + number,
            state="assigned",
        )
        for number in range(60)
    )
    Assignment.objects.bulk_create(
        Assignment(suggestion=made, unit=cast.world.roads, role="lead") for made in rows
    )
    told = NewEvent(
        kind="suggestion.remind_evaluation",
        actor_id=cast.congress.user_id,
        actor_role="congress_office",
        payload={"label": "催办", "actor": "联工委", "input": {"note": "请抓紧办理，按期答复代表"}},
    )
    events_append(stream_key=stream_key(row.pk), events=[told] * 500)
    texts_rebuild()
    return row


def test_no_asset_asks_an_outside_host(cast: Cast, signed_in: Any) -> None:
    for name in ASSET.findall(signed_in(cast.congress).get("/office/").content.decode()):
        path = finders.find(name)
        assert path
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert re.findall(r"url\(\s*(?![\"']?data:)[^)]*|@import[^;]*|sourceMappingURL", text) == [], name
