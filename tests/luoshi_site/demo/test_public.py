"""Each demonstration county's whole public site, read by somebody who signs in nowhere."""

import re
from typing import Any

import pytest
from crawl import crawl
from django.utils import timezone

from luoshi.lifecycle.states import PublicationState, Subject
from luoshi.outbox.drain import outbox_drain
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Publication, PublishedVersion, Suggestion
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi.suggestions.services.register import term_session_ensure
from luoshi_site.demo import load
from luoshi_site.demo.counties import COUNTIES, DemoCounty
from luoshi_site.demo.live import PUBLIC_STORIES, STORIES, live_cases_make
from luoshi_site.demo.published import TOLD
from luoshi_site.demo.site import site_furnish

HOST = "hengnan.localhost"


def furnish(demo: DemoCounty) -> None:
    """The county as its demonstration begins, but for its past years, of which no reply is public."""
    load.rules_load(demo, "Luoshi-Test-2026")
    load._methods(demo, lambda line: None)
    code = load.live_session(demo)
    term_session_ensure(code=code, year=timezone.localdate().year, actor=load.OPERATOR)
    live_cases_make(session_code=code, stories=[STORIES[0], *PUBLIC_STORIES])
    site_furnish(demo)
    handling_told_once()
    drained = outbox_drain(limit=100_000)
    assert (drained.failed, drained.waiting) == (0, 0)


WALKED = [TOLD[0].title, TOLD[1].title]
"""One case that is tracked and one that is closed and corrected."""


def handling_told_once() -> None:
    """Tell of two cases alone what was done before their publication: every case is walked
    there in the same steps, and the public site follows publications only."""
    walked = Suggestion.objects.filter(title__in=WALKED).values_list("pk", flat=True)
    assert len(walked) == len(WALKED)
    handling = Message.objects.filter(topic=TRANSITION_DONE, done_at=None)
    handling = handling.exclude(payload__subject=Subject.PUBLICATION.value)
    assert handling.filter(payload__suggestion_id__in=list(walked)).count() > 40
    handling.exclude(payload__suggestion_id__in=list(walked)).update(done_at=timezone.now())


def texts(suggestion: Suggestion) -> set[str]:
    """Everything that was written of a case, title, asks, replies and promises with it."""
    found = {suggestion.title, suggestion.content, *suggestion.asks.values_list("text", flat=True)}
    for reply in suggestion.replies.all():
        found |= {reply.body, *reply.promises.values_list("text", flat=True)}
    return {line.strip() for text in found for line in text.splitlines() if len(line.strip()) > 5}


def needles() -> dict[str, set[str]]:
    """What may stand on no public page, by why: texts that no published version holds."""
    public = Publication.objects.filter(state=PublicationState.PUBLISHED)
    shown = " ".join(str(PublishedVersion.newest(row.pk).content) for row in public)  # type: ignore[union-attr]
    hidden: dict[str, set[str]] = {}
    for row in Publication.objects.exclude(state=PublicationState.PUBLISHED).select_related("suggestion"):
        hidden.setdefault(row.state, set()).update(texts(row.suggestion))
        if row.state == PublicationState.WITHHELD:
            hidden[row.state].add(row.reason)
    undecided = Suggestion.objects.filter(publications=None)
    hidden["undecided"] = {text for suggestion in undecided for text in texts(suggestion)}
    hidden["masked"] = {text for told in TOLD for text in told.masked}
    hidden["first version"] = {told.corrected[0] for told in TOLD if told.corrected}
    # What a published case says too hides nothing.
    return {why: {text for text in found if text not in shown} for why, found in hidden.items()}


@pytest.mark.parametrize("demo", COUNTIES, ids=lambda demo: demo.host)
def test_who_reads_the_whole_site_finds_nothing_withheld_or_taken_down(
    demo: DemoCounty, county: object, at: Any
) -> None:
    furnish(demo)
    hidden = needles()
    assert {"withheld", "revoked", "undecided", "masked", "first version"} <= hidden.keys()
    assert {why for why, found in hidden.items() if not found} == set()
    client = at(HOST)
    site = crawl(client, HOST, most_parts=1)
    assert {address: status for address, (status, _) in site.items() if status != 200} == {}
    pages = [address for address in site if re.fullmatch(r"/jianyi/[0-9][0-9-]*/", address)]
    assert len(pages) == len([told for told in TOLD if not told.taken_down]) + 1
    leaks = {
        (why, needle, address)
        for why, found in hidden.items()
        for needle in found
        for address, (_, text) in site.items()
        if needle in text
    }
    assert leaks == set()
    for needle in sorted(hidden["withheld"] | hidden["revoked"]):
        assert 'class="rows"' not in client.get("/jianyi/", {"q": needle}).content.decode(), needle
