"""From a text to the proposal: every detector reads the same view, then overlaps are settled."""

from dataclasses import replace

from luoshi.publication.masking.addresses import address_marks
from luoshi.publication.masking.contacts import contact_marks
from luoshi.publication.masking.facts import fact_marks
from luoshi.publication.masking.marks import Kind, Known, Mark, marks_settle
from luoshi.publication.masking.names import name_marks
from luoshi.publication.masking.numbers import number_marks
from luoshi.publication.masking.view import text_view

NOBODY = Known()
_PAPERS = (Kind.CERTIFICATE, Kind.DEPUTY_CARD)


def propose(text: str, *, known: Known = NOBODY) -> tuple[Mark, ...]:
    """What a reviewer should decide to mask in ``text`` before it is published (HN-19, domain.md B7).

    :param known: names that stand in the public register and are not private persons.
    :return: marks sorted by place, without overlaps; offsets count characters of ``text`` as it was given.
    """
    view = text_view(text)
    contacts = list(contact_marks(view.text))
    # A number that its own words call a certificate is not taken for a telephone as well.
    papers = [(mark.start, mark.end) for mark in contacts if mark.kind in _PAPERS]
    numbers = [*number_marks(view.blanked(papers), known), *contacts]
    names = sorted(name_marks(view.text, numbers, known), key=lambda mark: mark.start)
    marks = [*numbers, *names, *address_marks(view.text, names, known), *fact_marks(view.text, names)]
    placed = []
    for mark in marks:
        start, end = view.span(mark.start, mark.end)
        placed.append(replace(mark, start=start, end=end))
    return marks_settle(placed)
