"""The statistics page: no session, contradictions, two sessions side by side, when grades are shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from figures_read import PAGE, links, listed, read
from people import Cast
from year import past_make

from luoshi.suggestions.models import Session, Suggestion
from luoshi.workbench.figures import rules

SignedIn = Callable[[Any], Client]


def test_an_unknown_session_is_404_and_the_newest_is_the_first(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    assert client.get("/office/statistics/")["Location"] == PAGE
    for address in (
        "",
        "list/?figure=units.lead",
        "list/?figure=promises.total",
        "report.xlsx",
        "report.json",
    ):
        read(client, f"/office/statistics/16-9/{address}", 404)
    Session.objects.create(term=cast.world.session.term, number=5, code="17-5", year=2027)
    assert client.get("/office/statistics/")["Location"] == "/office/statistics/17-5/"


def test_without_any_session_the_page_says_what_to_do(cast: Cast, signed_in: SignedIn) -> None:
    Session.objects.all().delete()
    assert "还没有任何会议" in read(signed_in(cast.congress), "/office/statistics/")


def test_the_red_bar_stands_while_parts_do_not_sum(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    past_make(cast.world, 1, "A")
    assert 'class="tb-red"' not in read(client, PAGE)
    past_make(cast.world, 2, "", replied_on=cast.world.session and None)
    text = read(client, PAGE)
    assert 'class="tb-red" role="alert"' in text
    assert "有办结件没有结果类别，请补录" in text


def test_two_sessions_side_by_side_in_percentage_points(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    Session.objects.create(term=cast.world.session.term, number=3, code="17-3", year=2025)
    for number, letter in enumerate(("A", "A", "B", "C"), 1):
        past_make(cast.world, number, letter)
    Suggestion.objects.filter(number=1).update(session=Session.objects.get(code="17-3"))
    text = read(client, f"{PAGE}?with=17-3")
    row = re.search(r"<tr>\s*<th scope=\"row\"><details[^>]*><summary>A类.*?</tr>", text, re.S)
    assert row is not None
    cells = [re.sub(r"<[^>]*>", " ", cell).split() for cell in re.findall(r"<td.*?</td>", row[0], re.S)]
    assert (cells[0], cells[1][0]) == (["1"], "33.33%")
    assert (cells[2], cells[3][0]) == (["1"], "100.00%")
    assert (cells[4], cells[5]) == (["0"], ["-66.67"])
    assert "/office/suggestions/?session=17-3&figure=total" in text
    assert "17-3" not in re.sub(r"<(form|nav|p).*?</\1>", "", read(client, f"{PAGE}?with=17-9"), flags=re.S)


def test_grades_as_sums_are_for_all_when_everything_is_over_and_there_are_enough(
    cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.government)
    for number in range(1, 5):
        past_make(cast.world, number, "A", "satisfied")
    assert "不满意" not in read(client, PAGE)
    past_make(cast.world, 5, "A", "satisfied")
    text = read(client, PAGE)
    assert "不满意" in text
    assert [code for _, code, _ in links(text) if rules.list_tells_grades(code)] == []
    assert listed(client, "/office/suggestions/?session=17-4&figure=evaluations.result.satisfied") == 0
    assert "不满意" not in read(client, f"{PAGE}?system=government")
    cast.world.handed_over()
    assert "不满意" not in read(client, PAGE)
    assert "不满意" in read(signed_in(cast.congress), PAGE)


@pytest.mark.parametrize(
    ("code", "figure_tells", "list_tells"),
    [
        ("evaluations.result.satisfied", True, True),
        ("true_satisfaction.gap", True, True),
        ("resolved", True, True),
        ("contacts.denied", True, True),
        ("contacts.contacted", False, True),
        ("evaluations.due", False, False),
        ("resolved_base", False, False),
        ("reopened.count", False, False),
        ("contacts.recorded", False, False),
    ],
)
def test_which_figures_tell_grades(code: str, figure_tells: bool, list_tells: bool) -> None:
    assert (rules.tells_grades(code), rules.list_tells_grades(code)) == (figure_tells, list_tells)
