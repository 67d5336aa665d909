"""From a text to the proposal: every detector reads the same view, then overlaps are settled."""

from collections.abc import Sequence
from dataclasses import replace

from luoshi.masking.addresses import address_marks
from luoshi.masking.contacts import contact_marks
from luoshi.masking.facts import fact_marks
from luoshi.masking.marks import Kind, Known, Mark, marks_settle
from luoshi.masking.names import bare_names, name_marks
from luoshi.masking.numbers import number_marks
from luoshi.masking.view import text_view

NOBODY = Known()
_PAPERS = (Kind.CERTIFICATE, Kind.DEPUTY_CARD)


def propose(text: str, *, known: Known = NOBODY, named: frozenset[str] = frozenset()) -> tuple[Mark, ...]:
    """What a reviewer should decide to mask in ``text`` before it is published (HN-19, domain.md B7).

    :param known: names that stand in the public register and are not private persons.
    :param named: names of private persons that were found in other texts of the same case.
    :return: marks sorted by place, without overlaps; offsets count characters of ``text`` as it was given.
    """
    view = text_view(text)
    contacts = list(contact_marks(view.text))
    # A number that its own words call a certificate is not taken for a telephone as well.
    papers = [(mark.start, mark.end) for mark in contacts if mark.kind in _PAPERS]
    numbers = [*number_marks(view.blanked(papers), known), *contacts]
    names = sorted(name_marks(view.text, numbers, known, named), key=lambda mark: mark.start)
    marks = [*numbers, *names, *address_marks(view.text, names, known), *fact_marks(view.text, names)]
    placed = []
    for mark in marks:
        start, end = view.span(mark.start, mark.end)
        placed.append(replace(mark, start=start, end=end))
    return marks_settle(placed)


def propose_in_name(
    name: str, *, known: Known = NOBODY, named: frozenset[str] = frozenset()
) -> tuple[Mark, ...]:
    """:func:`propose` for the name of a file, where names and numbers stand with nothing around them.

    More is found than in a sentence: what it costs is a neutral name.
    """
    apart = "".join(" " if char in _SEPARATORS else char for char in name)
    return marks_settle([*propose(apart, known=known, named=named), *bare_names(apart, known)])


_SEPARATORS = frozenset("_-—+&~,，.。；;（）()【】[]《》“”")


def propose_together(texts: Sequence[str], *, known: Known = NOBODY) -> list[tuple[Mark, ...]]:
    """:func:`propose` for the texts of one case: whoever is found in one of them is proposed in all."""
    alone = [propose(text, known=known) for text in texts]
    each = [
        {text_view(text[mark.start : mark.end]).text for mark in marks if mark.kind is Kind.NAME}
        for text, marks in zip(texts, alone, strict=True)
    ]
    named = frozenset[str]().union(*each)
    return [
        propose(text, known=known, named=named) if named - own and _any_in(text, named - own) else marks
        for text, marks, own in zip(texts, alone, each, strict=True)
    ]


def _any_in(text: str, names: frozenset[str]) -> bool:
    plain = text_view(text).text
    return any(name in plain for name in names)
