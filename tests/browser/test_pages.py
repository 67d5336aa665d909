"""Every page of the workbench as those see it whose page it is, at a desk and on a phone."""

import pytest
from chromium import DESK, PHONE
from looking import axe, sideways, too_low, unfold
from stage import Stage
from visits import NO_PAGE, VISITS, Visit, routes, visited


def test_every_page_is_visited() -> None:
    assert sorted(routes() - visited() - NO_PAGE.keys()) == []
    assert sorted(NO_PAGE.keys() - routes()) == []


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_a_page_is_for_everybody(stage: Stage, visit: Visit) -> None:
    person = stage.kept(visit.who)
    answer = person.page.goto(visit.path(stage.ids))
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    with person.at_size(PHONE):
        folded = sideways(person.page)
        unfold(person.page)
        phone = [*folded, *sideways(person.page), *too_low(person.page), *axe(person.page)]
    with person.at_size(DESK):
        desk = [*sideways(person.page), *axe(person.page)]
    person.watch.check()
    assert {"phone": list(dict.fromkeys(phone)), "desk": desk} == {"phone": [], "desk": []}


BAD = """<!doctype html><html lang="zh"><title>x</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><main><h1>x</h1><input>
<p style="color:#ccc;background:#fff">pale</p><div class="wide" style="width:900px">wide</div>
<button class="btn-primary" style="height:20px;padding:0">low</button></main>"""


def test_what_is_wrong_is_found(stage: Stage) -> None:
    with stage.nobody(phone=True) as person:
        person.page.set_content(BAD)
        found = axe(person.page)
        assert [line.partition(":")[0] for line in found] == ["serious color-contrast", "critical label"]
        assert sideways(person.page) == ["908 px wide", "div.wide ends at 908"]
        assert too_low(person.page) == ["low is 20 px high"]
