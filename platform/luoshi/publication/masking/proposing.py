"""From a text to the proposal: every detector reads the same view, then overlaps are settled."""

from dataclasses import replace

from luoshi.publication.masking.contacts import contact_marks
from luoshi.publication.masking.marks import Known, Mark, marks_settle
from luoshi.publication.masking.numbers import number_marks
from luoshi.publication.masking.view import text_view


def propose(text: str, *, known: Known = Known()) -> tuple[Mark, ...]:
    """What a reviewer should decide to mask in ``text`` before it is published (HN-19, domain.md B7).

    :param known: names that stand in the public register and are not private persons.
    :return: marks sorted by place, without overlaps; offsets count characters of ``text`` as it was given.
    """
    view = text_view(text)
    marks = [*number_marks(view, known), *contact_marks(view.text)]
    placed = []
    for mark in marks:
        start, end = view.span(mark.start, mark.end)
        placed.append(replace(mark, start=start, end=end))
    return marks_settle(placed)
