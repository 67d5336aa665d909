"""What the public figures count: suggestions by their newest public replies, and every public promise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from people import Cast, cast_make
from public_pages import published

from luoshi.publication.figures import figures_by_session, public_figures
from luoshi.suggestions.models import Assignment, Promise, Publication, PublishedVersion, Reply
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"


@dataclass
class Ground:
    """Two public replies of class A to two suggestions."""

    cast: Cast
    first: Publication
    second: Publication

    def join(self, *, round: int = 1, kind: str = "reply", result_class: str = "resolved") -> None:
        """Make the second reply one to the first suggestion."""
        case = self.first.suggestion_id
        Assignment.objects.filter(pk=self.first.reply.assignment_id).update(role="separate")
        Assignment.objects.filter(pk=self.second.reply.assignment_id).update(
            suggestion=case, round=round + 1, role="separate"
        )
        Reply.objects.filter(pk=self.second.reply_id).update(
            suggestion=case, round=round, kind=kind, result_class=result_class
        )
        if kind == "supplement":
            Reply.objects.filter(pk=self.second.reply_id).update(assignment=self.first.reply.assignment_id)
        Publication.objects.filter(pk=self.second.pk).update(suggestion=case)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Ground]:
    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            cast = cast_make()
            yield Ground(cast, published(cast)[0], published(cast)[0])
        transaction.set_rollback(True)


@pytest.fixture
def ground(built: Ground) -> Iterator[Ground]:
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


def counted() -> tuple[int, int]:
    """Public replies, and suggestions that are resolved."""
    figures = public_figures()
    assert figures is not None
    assert figures == replace(figures_by_session()[0], grades=())
    return figures.replies, figures.resolved


def test_two_suggestions_with_one_reply_each_are_two(ground: Ground) -> None:
    assert counted() == (2, 2)


@pytest.mark.parametrize(
    ("round", "result_class", "resolved"),
    [(1, "resolved", 1), (1, "planned", 0), (2, "resolved", 1), (2, "planned", 0)],
)
def test_a_suggestion_counts_once_and_by_its_newest_public_replies(
    ground: Ground, round: int, result_class: str, resolved: int
) -> None:
    ground.join(round=round, result_class=result_class)
    assert counted() == (2, resolved)


def test_a_first_reply_that_fell_short_does_not_count_against_the_second(ground: Ground) -> None:
    ground.join(round=2)
    Reply.objects.filter(pk=ground.first.reply_id).update(result_class="planned")
    assert counted() == (2, 1)


def test_promises_of_a_supplement_below_a_public_reply_count(ground: Ground, at: Any) -> None:
    ground.join(kind="supplement")
    for publication in (ground.first, ground.second):
        made = PublishedVersion.objects.filter(publication=publication).latest("number").made_at
        Promise.objects.create(
            suggestion_id=ground.first.suggestion_id,
            reply_id=publication.reply_id,
            unit_id=ground.first.reply.assignment.unit_id,
            text="设置减速带",
            created_at=made,
        )
    figures = public_figures()
    assert figures is not None
    assert (figures.replies, figures.promises) == (1, 2)
    text = at(HOST).get("/jianyi/").content.decode()
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", text))
    assert (shown["已解决或基本解决（承办单位自报）"], shown["公开承诺"]) == ("1 件建议", "2 项")
