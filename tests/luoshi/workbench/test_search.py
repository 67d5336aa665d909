"""The search finds a word in mid-sentence, follows what is done, and widens nobody's view."""

import pytest
from django.db import connection
from people import Cast
from world import fresh

from luoshi.accounts.actor import Actor
from luoshi.outbox.registry import consumers_hearing, consumers_of
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi.words import VERSION
from luoshi.workbench.models import SuggestionText
from luoshi.workbench.search import (
    CONSUMER,
    suggestions_matching,
    text_follow,
    texts_behind,
    texts_catch_up,
    texts_rebuild,
    texts_write,
)

TITLE = "关于解决群众饮水安全问题的建议"


def found(actor: Actor, phrase: str) -> list[int]:
    return sorted(suggestions_matching(suggestions_visible(actor), phrase).values_list("pk", flat=True))


@pytest.fixture
def case(cast: Cast) -> Suggestion:
    """A case that roads leads, and another one."""
    other = cast.world.handed_over([{"unit": cast.world.water.pk, "role": "lead"}], title="关于路灯的建议")
    row = cast.world.handed_over(
        title=TITLE, content="请修缮大坝，硬化通往G207国道的便道。", asks=["增设消防栓"]
    )
    texts_write(suggestion_ids=[row.pk, other.pk])
    return row


@pytest.mark.parametrize(
    "phrase", ["饮水", "大坝", "消防", "消防栓", "g207", "饮水安全", "坝", "修缮 国道", "群众用的大坝"]
)
def test_a_word_in_mid_sentence_is_found(cast: Cast, case: Suggestion, phrase: str) -> None:
    assert found(cast.congress, phrase) == [case.pk]


@pytest.mark.parametrize("phrase", ["水饮", "坝硬", "饮水 路灯", "%", "。", "''", "x" * 500])
def test_what_does_not_stand_there_is_not_found(cast: Cast, case: Suggestion, phrase: str) -> None:
    assert found(cast.congress, phrase) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("congress", True),
        ("government", True),
        ("writer", True),
        ("lead_head", True),
        ("stranger", False),
        ("outside_head", False),
        ("co_head", False),
        ("editor", False),
        ("audit_admin", False),
    ],
)
def test_the_search_never_widens_what_a_person_sees(
    cast: Cast, case: Suggestion, who: str, sees: bool
) -> None:
    assert found(cast.people[who], "饮水") == ([case.pk] if sees else [])


def test_the_words_follow_what_is_done_through_the_outbox(cast: Cast) -> None:
    assert consumers_of(TRANSITION_DONE)[CONSUMER] is text_follow
    row = cast.world.draft(title=TITLE)
    text_follow({"subject": "suggestion", "suggestion_id": row.pk}, 1)
    assert (found(cast.writer, "饮水"), found(cast.writer, "食堂")) == ([row.pk], [])
    cast.world.act(row, "edit", cast.writer, title="关于学校食堂的建议")
    text_follow({"subject": "suggestion", "suggestion_id": row.pk}, 2)
    assert (found(cast.writer, "饮水"), found(cast.writer, "食堂")) == ([], [row.pk])
    assert SuggestionText.objects.filter(suggestion=row).count() == 1


def test_an_act_on_a_units_part_writes_no_words() -> None:
    for subject, hears in (("suggestion", True), ("assignment", False), ("publication", False)):
        message = {
            "channel": "web",
            "subject": subject,
            "transition": "edit",
            "suggestion_id": 1,
            "subject_id": 1,
        }
        assert (CONSUMER in consumers_hearing(TRANSITION_DONE, message)) is hears


def test_the_words_of_every_suggestion_can_be_made_anew(cast: Cast, case: Suggestion) -> None:
    SuggestionText.objects.all().delete()
    assert texts_rebuild() == Suggestion.objects.count()
    assert found(cast.congress, "饮水") == [fresh(case).pk]


def test_what_was_broken_off_goes_on_where_it_stopped(
    cast: Cast, case: Suggestion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi.workbench.search.PER_STATEMENT", 1)
    third = cast.world.registered(title="关于第三件事的建议")
    texts_write(suggestion_ids=[third.pk])
    assert (Suggestion.objects.count(), texts_behind().count()) == (3, 0)

    class CutError(Exception):
        """The power went."""

    def after_two(written: int) -> None:
        if written == 2:
            raise CutError

    with pytest.raises(CutError):
        texts_rebuild(told=after_two)
    assert list(texts_behind().values_list("pk", flat=True)) == [third.pk]
    assert found(cast.congress, "第三件") == [third.pk]
    told: list[int] = []
    assert (texts_catch_up(told=told.append), told) == (1, [1])
    assert (texts_catch_up(), texts_behind().count()) == (0, 0)


@pytest.mark.parametrize("how", ["missing", "cut by older rules"])
def test_what_is_missing_or_outdated_is_behind(cast: Cast, case: Suggestion, how: str) -> None:
    texts = SuggestionText.objects.filter(suggestion=case)
    assert texts_behind().count() == 0
    if how == "missing":
        texts.delete()
    else:
        texts.update(cut=VERSION - 1)
    assert [row.pk for row in texts_behind()] == [case.pk]
    assert texts_catch_up() == 1
    assert (texts_behind().count(), found(cast.congress, "饮水")) == (0, [case.pk])


def test_a_search_uses_the_index(cast: Cast, case: Suggestion) -> None:
    rows = suggestions_matching(Suggestion.objects.all(), "饮水").order_by().values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.explain()
    assert "workbench_text_vector_idx" in plan
