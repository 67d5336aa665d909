"""A demonstration case on its way to the public site: the steps that need more said than their name."""

from collections.abc import Callable

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.suggestions.models import Publication, PublishedVersion, Reply
from luoshi.suggestions.rendition import Source, names_hidden, rendition_sources, sources_digest
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_site.demo.cast import Case, Office


def proposed(case: Case, reply: Reply, office: Office, *, mode: str = "full") -> Publication:
    """提出公开建议 by the unit. ``mode``: ``full`` or ``summary``."""
    ground = "涉及公共利益，需要社会广泛知晓。"
    made = case.act(reply, "propose_publication", office.handler, mode=mode, ground=ground)
    return Publication.objects.get(pk=made.created["publication"])


def confirmed(
    case: Case, publication: Publication, text_of: Callable[[Source], str] = lambda source: source.text
) -> None:
    """确认脱敏稿 by the reviewing office. ``text_of``: what is published of each original; all of it."""
    sources = rendition_sources(publication)
    digest = sources_digest(publication, sources, names_hidden(publication.suggestion, county_settings()))
    pieces = [{"key": source.key, "text": text_of(source)} for source in sources]
    case.act(publication, "confirm_rendition", case.cast.government, source=digest, pieces=pieces)


def made_public(case: Case, publication: Publication) -> None:
    """The page goes up with the version approved last."""
    version = PublishedVersion.newest(publication.pk)
    case.act(publication, "publish", SYSTEM_ACTOR, digest=version.digest if version is not None else "")
