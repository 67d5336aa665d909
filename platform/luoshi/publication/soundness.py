"""Whether a version is still what was approved: compared with its digest and with the chained log.

What is not is set aside: it is public nowhere, in no list, figure, map of the site or search, until the
office approves a correction. Found at night, by ``luoshi audit verify``, and by whoever reads it first.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.models import Event
from luoshi.methods.types import TransitionView
from luoshi.suggestions.models import Publication, PublishedVersion, Suggestion
from luoshi.suggestions.rendition import version_holds
from luoshi.suggestions.services.log import act_log, stream_key

logger = logging.getLogger(__name__)

SET_ASIDE = "set_aside"
LABEL = "公开版与批准时不符，停止公开"
MAKES_A_VERSION = ("publication.approve", "publication.correct")
BATCH = 200


def versions_verify(publication_ids: Iterable[int] | None = None) -> list[str]:
    """Set aside every newest version that is not what was approved; what was found, as Chinese sentences.

    :param publication_ids: those to look at; all of the county where left out.

    Repeated, it finds nothing new. Three queries for each :data:`BATCH` publications.
    """
    rows = Publication.objects.exclude(vouched_digest="").order_by("pk")
    if publication_ids is not None:
        rows = rows.filter(pk__in=list(publication_ids))
    problems: list[str] = []
    for batch in _batches(rows.values_list("pk", "suggestion_id", "vouched_digest")):
        newest = _newest(pk for pk, _, _ in batch)
        logged = _logged(batch)
        for pk, suggestion_id, vouched in batch:
            suspected = _fault(pk, vouched, newest, logged)
            fault = version_set_aside(publication_id=pk) if suspected else ""
            if fault:
                problems.append(f"建议 {suggestion_id} 的公开件 {pk} {fault}，可能被改动，已停止公开")
    return problems


@transaction.atomic
def version_set_aside(*, publication_id: int) -> str:
    """Let a publication be public no more until it is approved anew, where its newest version is not what was
    approved, and tell the office. Returns what was found, for people; empty where there is nothing, or it is
    set aside already.

    Looks anew, for a correction may have been approved since the caller has looked.
    """
    found = Publication.objects.filter(pk=publication_id).values_list("suggestion_id", flat=True).first()
    # Like every act, under the row of the suggestion.
    if found is None or not Suggestion.objects.select_for_update().filter(pk=found).exists():
        return ""
    publication = Publication.objects.get(pk=publication_id)
    vouched = publication.vouched_digest
    row = (publication_id, found, vouched)
    fault = _fault(publication_id, vouched, _newest([publication_id]), _logged([row])) if vouched else ""
    if not fault:
        return ""
    publication.vouched_digest = ""
    publication.save(update_fields=["vouched_digest"])
    logger.error("publication %s is set aside: %s", publication_id, fault)
    act_log(
        suggestion_id=publication.suggestion_id,
        view=TransitionView(
            name=SET_ASIDE,
            subject="publication",
            subject_id=publication.pk,
            source=publication.state,
            target=None,
        ),
        label=LABEL,
        actor=SYSTEM_ACTOR,
        at=timezone.now(),
        more={"reason": fault},
    )
    return fault


def _fault(
    publication_id: int,
    vouched: str,
    newest: Mapping[int, PublishedVersion],
    logged: Mapping[tuple[int, int], str],
) -> str:
    """In what the newest version is not what was approved, in Chinese; empty where it is."""
    version = newest.get(publication_id)
    if version is None:
        return "没有公开版"
    if not version_holds(version) or version.digest != vouched:
        return f"第{version.number}版的内容与摘要不符"
    if logged.get((publication_id, version.number), vouched) != vouched:
        return f"第{version.number}版与日志记载的不符"
    return ""


def _batches(rows: Iterable[tuple[int, int, str]]) -> Iterator[Sequence[tuple[int, int, str]]]:
    everything = list(rows)
    for begin in range(0, len(everything), BATCH):
        yield everything[begin : begin + BATCH]


def _newest(ids: Iterable[int]) -> dict[int, PublishedVersion]:
    rows = PublishedVersion.objects.filter(publication__in=list(ids)).order_by("publication", "-number")
    return {row.publication_id: row for row in rows.distinct("publication")}


def _logged(batch: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int], str]:
    """The digest that the log has of each version. One whose event was erased has none there."""
    events = Event.objects.filter(
        stream__key__in=[stream_key(suggestion_id) for _, suggestion_id, _ in batch],
        kind__in=MAKES_A_VERSION,
        payload__isnull=False,
    )
    found: dict[tuple[int, int], str] = {}
    payload: Any
    for payload in events.values_list("payload", flat=True):
        if "version" in payload:
            number, digest = payload["version"]
            found[payload["subject_id"], number] = digest
    return found
