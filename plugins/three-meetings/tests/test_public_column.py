"""The public column: of what is public and deputies have confirmed, and only where a county wants it."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from laid import laid
from meeting_steps import at_work, drafted, issue, meeting, method_switch
from people import Cast
from public_pages import publish_masked
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.methods.services import method_disable
from luoshi.methods.types import ColumnTable, ColumnText
from luoshi.publication.columns import ShownCases, ShownColumn, column_links, column_shown
from luoshi.suggestions.models import Contact, Publication, Reply, Suggestion
from luoshi_three_meetings import column, hooks
from luoshi_three_meetings.options import ThreeMeetingsOptions

ADDRESS = "/jianyi/gongfa/three-meetings/meetings/"
WATCHED = {"before": "watch", "during": "watch", "after": "watch", "face_to_face": 0}


def shown(page: int = 1) -> ShownColumn:
    found = column_shown(method="three-meetings", slug="meetings", page=page)
    assert found is not None
    return found


def listed() -> list[tuple[int, tuple[str, ...]]]:
    part = shown().parts[-1]
    assert isinstance(part, ShownCases)
    return [(row.case.publication_id, row.cells) for row in part.rows]


def counted() -> list[tuple[str, ...]]:
    (table,) = [part for part in shown().parts if isinstance(part, ColumnTable)]
    assert table.title == "第17届第4次会议（2026年）"
    return list(table.rows)


def answered(cast: Cast, *meetings: tuple[str, str, date]) -> Reply:
    """Issues a reply after these meetings: phase, answer (deputy, paper, nobody, denied), day."""
    lead = at_work(cast)
    for phase, answer, day in meetings:
        said = {"nobody": None, "denied": False}.get(answer, True)
        by = cast.congress if answer == "paper" else cast.writer
        made = meeting(cast, lead, phase, said=said, by=by)
        Contact.objects.filter(pk=made.pk).update(held_on=day)
    reply = drafted(cast, lead)
    issue(cast, reply)
    issued: Reply = fresh(reply)
    return issued


@pytest.fixture
def talked(cast: Cast, switch: Callable[..., None]) -> Callable[..., Reply]:
    """Issues a reply after these meetings, where the county publishes the column."""
    switch(public_column=True, **WATCHED)
    return partial(answered, cast)


@pytest.fixture
def public(cast: Cast, talked: Callable[..., Reply]) -> Callable[..., Publication]:
    """The same, published."""
    return lambda *meetings: publish_masked(cast, talked(*meetings))[0]


@pytest.fixture(scope="class")
def laid_one(laid_cast: Cast) -> Iterator[Publication]:
    """A public case with one meeting that the deputy has confirmed, for a class of tests."""

    def make() -> Publication:
        method_switch(public_column=True, **WATCHED)
        reply = answered(laid_cast, ("before", "deputy", date(2026, 3, 5)))
        return publish_masked(laid_cast, reply)[0]

    with laid(make) as publication:
        yield publication


@pytest.fixture
def one(laid_one: Publication, county: object) -> Publication:
    publication: Publication = fresh(laid_one)
    return publication


def test_hook_public_columns(county: object, switch: Callable[..., None]) -> None:
    """Nothing is published before the county says so, and then in its own words."""
    switch()
    assert column_links() == ()
    switch(public_column=True, meeting="走访")
    (link,) = column_links()
    assert (link.method, link.slug, link.title) == ("three-meetings", "meetings", "走访办理")
    method_disable(slug="three-meetings", actor=SYSTEM_ACTOR)
    assert column_links() == ()


def test_hook_public_column(public: Callable[..., Publication], talked: Callable[..., Reply]) -> None:
    """Counts published cases and confirmed meetings alone; denied and unanswered look alike."""
    talked(("before", "deputy", date(2026, 1, 9)))  # answered, not published
    both = public(
        ("before", "deputy", date(2026, 3, 5)),
        ("before", "deputy", date(2026, 3, 5)),
        ("during", "paper", date(2026, 3, 7)),
    )
    denied = public(("before", "denied", date(2026, 3, 8)), ("during", "deputy", date(2026, 3, 9)))
    silent = public(("before", "nobody", date(2026, 3, 8)), ("during", "deputy", date(2026, 3, 9)))
    assert listed() == [
        (silent.pk, ("—", "2026-03-09", "—")),
        (denied.pk, ("—", "2026-03-09", "—")),
        (both.pk, ("2026-03-05", "2026-03-07（纸质件）", "—")),
    ]
    assert counted() == [
        ("办前见面", "3 件", "1 件（33.33%）", "0 件（0.00%）"),
        ("办中见面", "3 件", "2 件（66.67%）", "1 件（33.33%）"),
        ("办后见面", "3 件", "0 件（0.00%）", "0 件（0.00%）"),
    ]
    asked = {"slug": "meetings", "tenant": None}
    assert hooks.public_column(**asked, page=2) is None  # type: ignore[arg-type]


def test_every_day_it_shows_stands_on_the_reply_s_own_page(
    public: Callable[..., Publication], browser: Client
) -> None:
    publication = public(
        ("before", "deputy", date(2026, 3, 5)),
        ("before", "denied", date(2026, 3, 6)),
        ("during", "paper", date(2026, 3, 7)),
    )
    text = browser.get(ADDRESS).content.decode()
    (row,) = listed()
    days = [cell[:10] for cell in row[1] if cell != column.NONE]
    assert days == ["2026-03-05", "2026-03-07"]
    slug = f"17-4-{fresh(publication.suggestion).number}-{publication.pk}"
    assert f'href="/jianyi/{slug}/"' in text
    page = browser.get(f"/jianyi/{slug}/").content.decode()
    assert [f'datetime="{day}"' in page for day in days] == [True, True]
    assert [words for words in ("2026-03-06", "当天没有见过面", "不属实") if words in text] == []


def test_many_days_are_cut_short() -> None:
    days = [{"phase": "before", "on": f"2026-03-0{day}", "proxy": True} for day in range(1, 6)]
    words = column._days({"meetings": days}, "before")  # type: ignore[arg-type]
    assert words == "2026-03-01（纸质件）、2026-03-02（纸质件）、2026-03-03（纸质件）等 5 天"


def test_the_default_is_not_to_publish() -> None:
    assert ThreeMeetingsOptions().public_column is False


class TestOne:
    """Published once for all of these."""

    def test_what_is_taken_down_is_neither_counted_nor_listed(
        self, cast: Cast, one: Publication, public: Callable[..., Publication], browser: Client
    ) -> None:
        second = public(("before", "deputy", date(2026, 3, 6)))
        assert [pk for pk, _ in listed()] == [second.pk, one.pk]
        cast.world.act(second, "revoke", cast.government, reason="更正")
        assert ([pk for pk, _ in listed()], [row[1] for row in counted()]) == ([one.pk], ["1 件"] * 3)
        cast.world.act(one, "revoke", cast.government, reason="更正")
        parts = shown().parts
        assert [type(part) for part in parts] == [ColumnText, ColumnText, ShownCases]
        text = browser.get(ADDRESS).content.decode()
        assert ("还没有公开的答复" in text, "2026-03-0" in text) == (True, False)

    def test_past_years_are_not_counted_as_unmet(self, one: Publication) -> None:
        Suggestion.objects.filter(pk=one.suggestion_id).update(is_imported=True)
        assert listed() == []

    def test_a_meeting_of_a_kind_that_does_not_count_is_not_counted(
        self, one: Publication, switch: Callable[..., None]
    ) -> None:
        switch(public_column=True, modes=["phone"], **WATCHED)
        assert [cells for _, cells in listed()] == [("—", "—", "—")]

    def test_the_list_goes_on_on_further_pages_at_the_same_cost(
        self,
        one: Publication,
        public: Callable[..., Publication],
        browser: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def queries() -> int:
            browser.get(ADDRESS)
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(ADDRESS).status_code == 200
            return len(seen)

        price = queries()
        for _ in range(2):
            public(("before", "deputy", date(2026, 3, 5)))
        assert queries() == price
        monkeypatch.setattr(column, "PER_PAGE", 2)
        assert (shown().pages, [type(part) for part in shown(2).parts]) == (2, [ShownCases])
        second = browser.get(f"{ADDRESS}?page=2")
        assert ('href="."' in second.content.decode(), browser.get(f"{ADDRESS}?page=3").status_code) == (
            True,
            404,
        )
