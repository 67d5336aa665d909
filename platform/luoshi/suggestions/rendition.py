"""What of a case its publication may show: the originals piece by piece, and the content that is approved.

Keys of pieces: ``title``, ``content`` (the suggestion's text), ``ask.<number>``, ``reply`` where it is
published in full or ``summary`` where not, ``promise.<id>``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from luoshi.audit.canonical import canonical_json
from luoshi.masking import Kind, hidden_marks, propose
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import CleanFile, Deputy, Publication, PublishedVersion, Rendition, Suggestion

OPTIONAL = ("content",)
"""Pieces that may be left out of what is published; every other one is wanted."""
NEVER_UNSEEN = frozenset({Kind.PHONE, Kind.ID, Kind.BANK, Kind.CERTIFICATE, Kind.DEPUTY_CARD})
"""What no text goes out with by oversight."""
LONGEST = 100_000
"""Characters of one piece."""


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of the original. ``is_basis``: its text is only read, and another one is written from it."""

    key: str
    label: str
    text: str
    is_basis: bool = False

    @property
    def is_optional(self) -> bool:
        """Whether it may be left out."""
        return self.key in OPTIONAL or self.key.startswith("ask.")


def rendition_sources(publication: Publication) -> tuple[Source, ...]:
    """The originals of what is published, in the order in which they are read. Two queries."""
    suggestion, reply = publication.suggestion, publication.reply
    is_summary = publication.mode == Publication.Mode.SUMMARY
    asks = [
        Source(f"ask.{row.position}", f"请求事项第{row.position}件", row.text)
        for row in suggestion.asks.all()
    ]
    promises = [Source(f"promise.{row.pk}", "承诺事项", row.text) for row in reply.promises.order_by("pk")]
    return (
        Source("title", "建议标题", suggestion.title),
        Source("content", "建议内容", suggestion.content),
        *asks,
        Source("summary", "答复摘要", reply.body, is_basis=True)
        if is_summary
        else Source("reply", "答复", reply.body),
        *promises,
    )


def names_hidden(suggestion: Suggestion, settings: CountySettings) -> frozenset[str]:
    """Names of the deputies whose suggestion it is, where the county publishes none. One query then."""
    if settings.publish_deputy_names:
        return frozenset()
    own = Q(pk=suggestion.lead_deputy_id) | Q(co_signatures__suggestion=suggestion)
    return frozenset(Deputy.objects.filter(own).values_list("name", flat=True))


def sources_digest(
    publication: Publication, sources: tuple[Source, ...], hidden: frozenset[str] = frozenset()
) -> str:
    """SHA-256 of the originals and the way they are published: what a confirmation holds for.

    :param hidden: see :func:`names_hidden`; a county that stops naming deputies has the texts read again.
    """
    said: list[Any] = [publication.mode, [[source.key, source.text] for source in sources]]
    if hidden:
        said.append(sorted(hidden))
    return hashlib.sha256(canonical_json(said)).hexdigest()


def rendition_holds(publication: Publication, hidden: frozenset[str] = frozenset()) -> bool:
    """Whether a named person has confirmed the text, and the originals are still the same."""
    rendition = Rendition.objects.filter(publication=publication).first()
    if rendition is None:
        return False
    return rendition.source_digest == sources_digest(publication, rendition_sources(publication), hidden)


def numbers_standing(text: str, hidden: frozenset[str] = frozenset()) -> dict[str, Kind]:
    """What in a text looks like somebody's number, as it is written: none goes out without a reason.

    :param hidden: names that do not go out without one either, see :func:`names_hidden`.
    """
    marks = [mark for mark in propose(text) if mark.kind in NEVER_UNSEEN]
    return {text[mark.start : mark.end]: mark.kind for mark in (*marks, *hidden_marks(text, hidden))}


def files_chosen(rendition: Rendition) -> dict[int, str]:
    """Ids of the clean files that go with the text, in order, with the names they are published under."""
    return {row["file"]: row["name"] for row in rendition.files}


def version_content(rendition: Rendition, files: list[CleanFile]) -> dict[str, Any]:
    """What the public is given, from the confirmed text."""
    pieces: Mapping[str, str] = rendition.pieces
    numbered = sorted(
        (int(key.partition(".")[2]), text) for key, text in pieces.items() if key.startswith("ask.")
    )
    promises = sorted(
        (int(key.partition(".")[2]), text) for key, text in pieces.items() if key.startswith("promise.")
    )
    is_summary = "summary" in pieces
    names = files_chosen(rendition)
    return {
        "title": pieces["title"],
        "content": pieces.get("content"),
        "asks": [[number, text] for number, text in numbered],
        "mode": "summary" if is_summary else "full",
        "reply": pieces["summary" if is_summary else "reply"],
        "promises": [{"id": number, "text": text} for number, text in promises],
        "attachments": [
            {
                "file": row.pk,
                "name": names[row.pk],
                "sha256": row.sha256,
                "size": row.size,
                "type": row.media_type,
            }
            for row in files
        ],
    }


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def version_holds(version: PublishedVersion) -> bool:
    """Whether the content is still what its digest says."""
    return content_digest(version.content) == version.digest
