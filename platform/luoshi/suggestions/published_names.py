"""Under which name an attachment is published: never one that tells of a person by oversight."""

from collections.abc import Sequence

from luoshi.masking import (
    Kind,
    Known,
    Mark,
    hidden_marks,
    marks_settle,
    propose_in_name,
    propose_together,
)
from luoshi.suggestions.files.names import name_clean, name_join, name_split

NOBODY = Known()


def name_marks(name: str, *, known: Known = NOBODY, named: frozenset[str] = frozenset()) -> tuple[Mark, ...]:
    """What in a file's name should not be published.

    :param named: names of private persons that were found in the texts of the case.
    """
    stem, _ = name_split(name)
    found = [mark for mark in propose_in_name(stem, known=known, named=named) if not mark.kind.kept]
    return marks_settle([*found, *hidden_marks(stem, named, "本件文字中的姓名")])


def name_proposed(name: str, position: int, marks: tuple[Mark, ...]) -> str:
    """The name to begin with: its own, or 附件1.pdf where ``marks`` were found in it.

    :param position: of the file among those of its case, counted from 1.
    """
    stem, ending = name_split(name)
    return name_join(f"附件{position}" if marks else stem, ending)


def private_names(texts: Sequence[str]) -> frozenset[str]:
    """Names of private persons that the machine finds in the texts of a case."""
    return frozenset(
        text[mark.start : mark.end]
        for text, marks in zip(texts, propose_together(texts), strict=True)
        for mark in marks
        if mark.kind is Kind.NAME
    )


def name_given(typed: str, ending: str) -> str:
    """What a reviewer typed as a name, fit to be published, with the file's own ending; empty where nothing
    is left of it."""
    cleaned = name_clean(typed) if typed.strip() else ""
    stem, typed_ending = name_split(cleaned)
    if typed_ending and typed_ending != ending:
        stem = cleaned
    return name_join(stem, ending) if stem.strip(" .") else ""
