"""Recall and precision of the public search over prose, by kind of query; what is missed is listed."""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from world import World, world_make

from luoshi.lifecycle.states import PublicationState
from luoshi.publication import listing
from luoshi.publication.condition import public_rows
from luoshi.publication.facts import cases_make, facts_read
from luoshi.publication.passages import Pieces, marked, passage_of
from luoshi.publication.public import public_cases
from luoshi.publication.search import matching, public_texts_write
from luoshi.publication.values import PublicFilter
from luoshi.suggestions.models import Assignment, Publication, PublishedVersion, Reply, Suggestion, Unit
from luoshi.suggestions.rendition import content_digest
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

FOLDER = Path(__file__).parent / "search_corpus"
LITERAL = frozenset({"word", "two", "one", "several", "number", "latin"})
"""Kinds whose labels a rule can check: every part stands in the text, letter by letter."""
NOT_EXPECTED = frozenset({"synonym", "typo", "traditional"})
FLOORS = {"literal": (1.0, 0.99), "other": (0.97, 0.95)}
"""Least recall and precision: what was measured, rounded down."""
FIRST_NUMBER = 50_001
"""Suggestions are numbered from here on, so that no number of the texts is one of theirs."""


@dataclass(frozen=True)
class Text:
    """One invented suggestion or letter."""

    id: str
    unit: str
    title: str
    text: str


@dataclass(frozen=True)
class Query:
    """What is typed, and what must be found."""

    kind: str
    phrase: str
    wanted: frozenset[str]


@dataclass
class Result:
    """Of the queries of one kind: texts wanted, found of them, found in all."""

    queries: int = 0
    wanted: int = 0
    hits: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, query: Query, found: frozenset[str]) -> None:
        self.queries += 1
        self.wanted += len(query.wanted)
        self.hits += len(query.wanted & found)
        self.found += len(found)
        self.missed += [f"{query.kind} “{query.phrase}” {one}" for one in sorted(query.wanted - found)]
        self.wrong += [f"{query.kind} “{query.phrase}” {one}" for one in sorted(found - query.wanted)]

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0


def _texts() -> list[Text]:
    files = sorted(FOLDER.glob("*.toml"))
    return [Text(**row) for path in files for row in tomllib.loads(path.read_text(encoding="utf-8"))["text"]]


def _queries() -> list[Query]:
    found = []
    for line in (FOLDER / "queries.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, _, ids = line.rpartition("|")
            kind, _, phrase = asked.strip().partition(" ")
            found.append(Query(kind, phrase, frozenset(ids.split())))
    return found


TEXTS, QUERIES = _texts(), _queries()


class Shelf:
    """The texts as published replies of one county."""

    def __init__(self, world: World) -> None:
        units = {name: Unit.objects.create(name=name) for name in sorted({text.unit for text in TEXTS})}
        self.ids: dict[int, str] = {}
        self.seen: dict[str, frozenset[str]] = {}
        for position, text in enumerate(TEXTS):
            self.ids[self._publish(world, units[text.unit], text, position)] = text.id
        public_texts_write(publication_ids=self.ids)
        self.cases = {self.ids[case.publication_id]: case for case in cases_make(facts_read(public_rows()))}

    def _publish(self, world: World, unit: Unit, text: Text, position: int) -> int:
        suggestion = Suggestion.objects.create(
            session=world.session,
            lead_deputy=world.deputy,
            number=FIRST_NUMBER + position,
            title=text.title,
            content="",
            state="closed",
        )
        part = Assignment.objects.create(
            suggestion=suggestion,
            unit=unit,
            role="lead",
            state="done",
            principal="甲",
            in_charge="乙",
            handler="丙",
        )
        reply = Reply.objects.create(
            suggestion=suggestion,
            assignment=part,
            round=1,
            state="issued",
            body=text.text,
            class_code="A",
            result_class="resolved",
            issued_on=date(2025, 12, 1),
        )
        content: dict[str, Any] = {
            "title": text.title,
            "content": None,
            "asks": [],
            "mode": "full",
            "reply": text.text,
            "promises": [],
            "attachments": [],
        }
        publication = Publication.objects.create(
            reply=reply,
            suggestion=suggestion,
            state=PublicationState.PUBLISHED,
            mode="full",
            ground="涉及公共利益",
            vouched_digest=content_digest(content),
            published_on=date(2026, 1, 1) + timedelta(days=position),
        )
        PublishedVersion.objects.create(
            publication=publication,
            number=1,
            content=content,
            digest=content_digest(content),
            approved_by="甲",
            made_at=timezone.now(),
        )
        return publication.pk

    def matched(self, phrase: str) -> frozenset[str]:
        """What the search finds, in no order: one query each."""
        if phrase not in self.seen:
            found = matching(public_rows(), phrase).values_list("pk", flat=True)
            self.seen[phrase] = frozenset(self.ids[pk] for pk in found)
        return self.seen[phrase]

    def listed(self, phrase: str) -> list[str]:
        """What a reader sees, in his order."""
        page = public_cases(PublicFilter(q=phrase), per_page=1000, facets=False)
        return [self.ids[row.case.publication_id] for row in page.rows]


def _every_page() -> QuerySet[Any, Any]:
    return PublishedVersion.objects.annotate(approved_digest=F("digest"))


@pytest.fixture(scope="module")
def shelf(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Shelf]:
    """Written once for all tests here; every publication counts as one with a live page."""
    before = list(listing._sources)
    with django_db_blocker.unblock(), transaction.atomic():
        listing._sources[:] = [_every_page]
        try:
            with county_context(County.objects.get(code="430422")):
                yield Shelf(world_make())
        finally:
            listing._sources[:] = before
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def results(shelf: Shelf) -> dict[str, Result]:
    """By kind, and of all that are literal and all others that are expected."""
    by_kind: dict[str, Result] = {}
    for query in QUERIES:
        found = shelf.matched(query.phrase)
        group = (
            "not expected" if query.kind in NOT_EXPECTED else "literal" if query.kind in LITERAL else "other"
        )
        for name in (query.kind, group):
            by_kind.setdefault(name, Result()).add(query, found)
    return by_kind


def _even(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())


def test_there_are_enough_texts_and_queries() -> None:
    sizes = [len(text.title) + len(text.text) for text in TEXTS]
    assert len(TEXTS) >= 120
    assert (min(sizes) >= 150, max(sizes) <= 500) == (True, True)
    assert len(QUERIES) - sum(query.kind in NOT_EXPECTED for query in QUERIES) >= 200
    assert len({(query.phrase) for query in QUERIES}) == len(QUERIES)
    ids = [text.id for text in TEXTS]
    assert len(set(ids)) == len(ids)
    assert {one for query in QUERIES for one in query.wanted} <= set(ids)


def test_the_labels_of_literal_queries_are_what_stands_in_the_texts() -> None:
    """Checked without the search: every part of the phrase, letter by letter; a figure not within another."""
    wrong = []
    for query in QUERIES:
        if query.kind not in LITERAL:
            continue
        parts = [re.escape(_even(part)) for part in query.phrase.split(" ")]
        if query.kind in ("number", "latin"):
            parts = [rf"(?<![0-9a-z.]){part}(?![0-9a-z])" for part in parts]
        held = {
            text.id
            for text in TEXTS
            if all(
                re.search(part, "\n".join(map(_even, (text.title, text.unit, text.text)))) for part in parts
            )
        }
        if held != query.wanted:
            wrong.append((query.phrase, sorted(held ^ query.wanted)))
    assert wrong == []


def test_figures_are_printed(results: dict[str, Result], capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{'':<14}{'queries':>8}{'wanted':>8}{'recall':>8}{'precision':>10}"]
    for name in sorted(results, key=lambda name: (name in (*FLOORS, "not expected"), name)):
        row = results[name]
        lines.append(f"{name:<14}{row.queries:>8}{row.wanted:>8}{row.recall:>8.3f}{row.precision:>10.3f}")
    for heading, what in (("missed", "missed"), ("not wanted", "wrong")):
        told = [line for name in FLOORS for line in getattr(results[name], what)]
        lines += [f"{heading}:", *(told or ["nothing"])]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert results["literal"].queries > 100


@pytest.mark.parametrize("group", FLOORS)
def test_recall_and_precision_hold(results: dict[str, Result], group: str) -> None:
    recall, precision = FLOORS[group]
    assert results[group].recall >= recall, results[group].missed
    assert results[group].precision >= precision, results[group].wrong


def test_what_is_not_expected_finds_nothing_rather_than_something_else(results: dict[str, Result]) -> None:
    assert results["not expected"].wrong == []


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("错车道", ["r01"]),
        ("危桥改造", ["r03"]),
        ("江交函〔2026〕12号", ["r04"]),
        ("江交函（2026）１２号", ["r04"]),
        ("G207", ["r10", "r11"]),
        ("380万元", ["r02"]),
        ("三百八十万元", ["r02"]),
        ("水裤", []),
        ("%", []),
    ],
)
def test_exactly_these_are_found_newest_first(shelf: Shelf, phrase: str, ids: list[str]) -> None:
    assert shelf.listed(phrase) == ids


def test_a_title_comes_before_a_text_and_a_number_before_both(shelf: Shelf) -> None:
    assert shelf.listed("护栏") == ["w06", "r07", "r03"]
    assert shelf.listed("老人 津贴") == ["h04", "h03"]
    assert shelf.listed("公交")[:2] == ["r06", "r05"]
    number = FIRST_NUMBER + [text.id for text in TEXTS].index("r05")
    for phrase in (str(number), f"第{number}号", f" {number}号 "):
        assert shelf.listed(phrase) == ["r05"]


def _hits(pieces: Pieces) -> list[str]:
    return [text for text, is_hit in pieces if is_hit]


def test_every_found_row_shows_where(shelf: Shelf) -> None:
    """In its title or passage, unless it was found by its unit, which stands beside it."""
    dark = [
        (query.phrase, name)
        for query in QUERIES
        if query.kind not in NOT_EXPECTED | {"unit"}
        for name in shelf.matched(query.phrase)
        if not _hits(marked(shelf.cases[name].title, query.phrase))
        and not _hits(passage_of(shelf.cases[name], query.phrase))
    ]
    assert dark == []
