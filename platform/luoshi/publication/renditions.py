"""What the machine proposes for a publication: the originals with marks, and the text to begin with."""

from dataclasses import dataclass

from luoshi.accounts.models import User
from luoshi.masking import Kind, Known, Mark, apply, hidden_marks, marks_settle, propose_together
from luoshi.suggestions.models import Deputy, Publication, Rendition, Suggestion, Unit
from luoshi.suggestions.rendition import Source, names_hidden, rendition_sources, sources_digest
from luoshi.suggestions.selectors.settings import county_settings

NOBODY = Known()
HIDDEN = "本建议的代表，本县公开时不写代表姓名"
SUMMARY = 400
"""Characters of the reply that a summary begins with, in whole paragraphs."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One piece: the original, what stands out in it, and the text to begin with.

    ``text``: what was confirmed last where the original is still the same, else the machine's proposal.
    """

    source: Source
    marks: tuple[Mark, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Every piece of a publication. ``digest``: of the originals. ``confirmed``: the confirmation that still
    holds, if there is one. ``known``: who is named in an office, and which units there are.
    ``hidden``: names of the deputies, where the county publishes none."""

    pieces: tuple[Proposal, ...]
    digest: str
    confirmed: Rendition | None
    known: Known = NOBODY
    hidden: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """Names that are not to be published: of private persons that stand in the originals, and hidden."""
        return self.hidden | frozenset(
            piece.source.text[mark.start : mark.end]
            for piece in self.pieces
            for mark in piece.marks
            if mark.kind is Kind.NAME
        )


def rendition_propose(publication: Publication) -> Proposed:
    """The pieces of a publication for the reviewer. Nine queries, and one where names are hidden."""
    sources = rendition_sources(publication)
    hidden = names_hidden(publication.suggestion, county_settings())
    digest = sources_digest(publication, sources, hidden)
    last = Rendition.objects.filter(publication=publication).first()
    confirmed = last if last is not None and last.source_digest == digest else None
    known = known_names(publication.suggestion)
    found = propose_together([source.text for source in sources], known=known)
    pieces = (
        _proposal(source, _with_hidden(source.text, marks, hidden), confirmed)
        for source, marks in zip(sources, found, strict=True)
    )
    return Proposed(tuple(pieces), digest, confirmed, known, hidden)


def _with_hidden(text: str, marks: tuple[Mark, ...], hidden: frozenset[str]) -> tuple[Mark, ...]:
    return marks_settle([*marks, *hidden_marks(text, hidden, HIDDEN)]) if hidden else marks


def known_names(suggestion: Suggestion) -> Known:
    """Who is named in a public office in this county: its deputies, who answers for its units, and who has an
    account here."""
    units = Unit.objects.values_list("name", "principal", "in_charge", "handler")
    parts = suggestion.assignments.values_list("principal", "in_charge", "handler")
    accounts = User.objects.values_list("full_name", flat=True)
    officials = {name for row in units for name in row[1:]} | {name for row in parts for name in row}
    return Known(
        deputies=frozenset(Deputy.objects.values_list("name", flat=True)),
        officials=frozenset(name for name in (*officials, *accounts) if name),
        units=frozenset(row[0] for row in units),
    )


def _proposal(source: Source, marks: tuple[Mark, ...], confirmed: Rendition | None) -> Proposal:
    if confirmed is not None:
        return Proposal(source, marks, confirmed.pieces.get(source.key, ""))
    text = apply(source.text, [mark for mark in marks if not mark.kind.kept])
    return Proposal(source, marks, _beginning(text) if source.is_basis else text)


def _beginning(text: str) -> str:
    """The first paragraphs of a letter, to write its summary from."""
    taken: list[str] = []
    for paragraph in text.split("\n"):
        if taken and sum(map(len, taken)) + len(paragraph) > SUMMARY:
            break
        taken.append(paragraph)
    return "\n".join(taken).strip()
