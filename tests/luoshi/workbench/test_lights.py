"""A light for each date, the same in a word and in the database."""

from datetime import date, timedelta

import pytest
from people import Cast

from luoshi.suggestions.models import Clock, Suggestion
from luoshi.workbench.lights import LIGHTS, clocks_of, left_words, light_of, light_q, with_due

TODAY = date(2026, 6, 26)


@pytest.mark.parametrize(
    ("days", "key", "words"),
    [
        (-1, "late", "已超 1 天"),
        (0, "soon", "今天到期"),
        (7, "soon", "还剩 7 天"),
        (8, "fine", "还剩 8 天"),
    ],
)
def test_a_date_has_one_light_and_its_words(cast: Cast, days: int, key: str, words: str) -> None:
    due = TODAY + timedelta(days=days)
    assert (light_of(due, TODAY).key, left_words(due, TODAY)) == (key, words)
    row = cast.world.handed_over()
    Clock.objects.filter(suggestion=row).update(due_on=due)
    found = with_due(Suggestion.objects.filter(pk=row.pk), cast.congress)
    assert [light.key for light in LIGHTS if found.filter(light_q(light.key, TODAY)).exists()] == [key]


def test_where_nothing_runs_there_is_no_date(cast: Cast) -> None:
    row = cast.world.registered()
    assert light_of(None, TODAY).key == "none"
    assert with_due(Suggestion.objects.filter(pk=row.pk), cast.congress).get().due is None


def test_a_unit_sees_its_own_clocks_and_the_offices_those_of_the_case(cast: Cast) -> None:
    w = cast.world
    row = w.handed_over([{"unit": w.roads.pk, "role": "lead"}, {"unit": w.water.pk, "role": "co"}])
    units = {w.roads.pk, w.water.pk}

    def seen(actor: object) -> set[int]:
        return set(clocks_of(actor).filter(suggestion=row).values_list("assignment__unit_id", flat=True))

    assert seen(cast.congress) == units
    assert seen(cast.writer) == units
    assert seen(cast.co_handler) == {w.water.pk}
    assert seen(cast.outside_head) == set()
