"""One rule says everywhere which version is public: the newest, while the page is for it and it is still what
was approved."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from people import Cast, cast_make
from public_pages import confirm_masked, published, tamper
from ready import fresh
from sides import body

from luoshi.audit.models import Event
from luoshi.audit.services import payload_erase
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.publication import soundness
from luoshi.publication.figures import public_figures
from luoshi.publication.models import PublicText
from luoshi.publication.public import approved_case, public_cases
from luoshi.publication.soundness import versions_verify
from luoshi.publication.tasks import verify_versions
from luoshi.publication.values import PublicFilter
from luoshi.suggestions.models import Publication, PublishedVersion
from luoshi.suggestions.rendition import content_digest
from luoshi_cms.models import ReplyPage

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"
LISTS = ("/", *(f"/jianyi/{part}" for part in ("", "?q=河道", "register.json", "register.csv", "feed.atom")))
TITLES = ("关于疏浚河道的建议", "关于修整水渠的建议")
FOUND = "建议 {0} 的公开件 {1} {2}，可能被改动，已停止公开"


@dataclass
class Public:
    """Two public cases of a county; the first is the one that is altered."""

    cast: Cast
    first_id: int

    @property
    def first(self) -> Publication:
        return Publication.objects.get(pk=self.first_id)

    def page(self) -> ReplyPage:
        return ReplyPage.objects.get(publication_id=self.first_id)

    def alter(self) -> None:
        content = PublishedVersion.objects.get(publication=self.first_id).content
        tamper(self.first_id, {**content, "reply": "偷换的答复"})


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Public]:
    from luoshi_tenants.context import county_context
    from luoshi_tenants.models import County

    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            cast = cast_make()
            first, _ = (published(cast, title=title)[0] for title in TITLES)
            yield Public(cast, first.pk)
        transaction.set_rollback(True)


@pytest.fixture
def public(ground: Public) -> Iterator[Public]:
    with transaction.atomic():
        yield ground
        transaction.set_rollback(True)


def shown(at: Callable[[str], Any]) -> list[str]:
    """The titles that an anonymous reader finds in any list, feeds, tables and a search included."""
    client = at(HOST)
    text = "".join(body(client.get(address)).decode() for address in LISTS)
    return [title for title in TITLES if title in text]


def totals() -> tuple[int, int]:
    figures = public_figures()
    return public_cases(PublicFilter()).count, 0 if figures is None else figures.replies


def mapped(at: Callable[[str], Any], page: ReplyPage) -> bool:
    return f"/jianyi/{page.slug}/" in at(HOST).get("/sitemap.xml").content.decode()


def test_both_are_there_to_begin_with(public: Public, at: Any) -> None:
    assert (shown(at), totals(), mapped(at, public.page())) == ([*TITLES], (2, 2), True)
    assert versions_verify() == []
    assert totals() == (2, 2)


def test_what_the_night_finds_altered_is_in_no_list_figure_map_or_search(public: Public, at: Any) -> None:
    public.alter()
    verify_versions()
    assert (totals(), mapped(at, public.page())) == ((1, 1), False)
    assert shown(at) == [TITLES[1]]
    assert at(HOST).get(f"/jianyi/{public.page().slug}/").status_code == 404


def test_so_is_what_a_reader_meets_first(public: Public, at: Any) -> None:
    public.alter()
    assert at(HOST).get(f"/jianyi/{public.page().slug}/").status_code == 404
    assert (totals(), mapped(at, public.page())) == ((1, 1), False)


def test_a_list_that_meets_it_does_not_count_it(public: Public) -> None:
    public.alter()
    found = public_cases(PublicFilter())
    assert (found.count, [row.case.title for row in found.rows]) == (1, [TITLES[1]])
    assert public.first.vouched_digest == ""


def test_who_alters_the_digest_too_is_found_by_the_log(public: Public) -> None:
    public.alter()
    version = PublishedVersion.objects.get(publication=public.first_id)
    digest = content_digest(version.content)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suggestions_publishedversion SET digest = %s WHERE id = %s", [digest, version.pk]
        )
    Publication.objects.filter(pk=public.first_id).update(vouched_digest=digest)
    ReplyPage.objects.filter(publication_id=public.first_id).update(approved_digest=digest)
    told = FOUND.format(public.first.suggestion_id, public.first_id, "第1版与日志记载的不符")
    assert (versions_verify(), totals()) == ([told], (1, 1))


def test_who_alters_content_and_digest_together_shows_nothing_to_the_public(public: Public, at: Any) -> None:
    """The publication vouches for another digest; a reviewer may still look at what stands there."""
    public.alter()
    version = PublishedVersion.objects.get(publication=public.first_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suggestions_publishedversion SET digest = %s WHERE id = %s",
            [content_digest(version.content), version.pk],
        )
    case = approved_case(public.first_id)
    assert case is not None
    assert case.reply == "偷换的答复"
    assert at(HOST).get(f"/jianyi/{public.page().slug}/").status_code == 404
    assert shown(at) == [TITLES[1]]


def test_a_version_that_is_gone_is_found(public: Public) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM suggestions_publishedversion WHERE publication_id = %s", [public.first_id]
        )
    told = FOUND.format(public.first.suggestion_id, public.first_id, "没有公开版")
    assert (versions_verify(), totals()) == ([told], (1, 1))


def test_an_event_whose_payload_was_erased_takes_nothing_down(public: Public) -> None:
    event = Event.objects.get(kind="publication.approve", payload__subject_id=public.first_id)
    payload_erase(event=event, reason="依规清除", actor_id=None, actor_role="audit_admin")
    assert (versions_verify(), totals()) == ([], (2, 2))


def test_a_correction_approved_while_the_night_looks_is_not_set_aside(
    public: Public, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after the vouched digests were read and before the versions are."""
    read = soundness._newest

    def corrected_meanwhile(ids: Iterable[int]) -> Any:
        monkeypatch.setattr(soundness, "_newest", read)
        confirm_masked(public.cast, public.first, reply="更正后的答复文字")
        public.cast.world.act(public.first, "correct", public.cast.government, reason="错字")
        return read(ids)

    monkeypatch.setattr(soundness, "_newest", corrected_meanwhile)
    assert versions_verify() == []
    newest = PublishedVersion.newest(public.first_id)
    assert newest is not None
    assert (newest.number, public.first.vouched_digest) == (2, newest.digest)
    assert not Event.objects.filter(kind="publication.set_aside").exists()


def test_it_is_set_aside_once_in_the_log_and_the_office_is_told(public: Public) -> None:
    public.alter()
    told = FOUND.format(public.first.suggestion_id, public.first_id, "第1版的内容与摘要不符")
    assert (versions_verify(), versions_verify()) == ([told], [])
    event = Event.objects.get(kind="publication.set_aside")
    assert event.payload is not None
    assert (event.payload["subject_id"], event.payload["reason"], event.payload["actor"]) == (
        public.first_id,
        "第1版的内容与摘要不符",
        "系统",
    )
    outbox_drain(limit=1000)
    notices = Notice.objects.filter(kind="publication.set_aside")
    assert [row.recipient_id for row in notices] == [public.cast.government.user_id]
    assert PublicText.objects.filter(publication=public.first_id).count() == 0


def test_a_correction_brings_it_back(public: Public, at: Any) -> None:
    public.alter()
    versions_verify()
    confirm_masked(public.cast, public.first)
    public.cast.world.act(public.first, "correct", public.cast.government, reason="恢复原文")
    outbox_drain(limit=1000)
    assert (shown(at), totals(), mapped(at, public.page())) == ([*TITLES], (2, 2), True)
    assert versions_verify() == []


def test_until_the_page_follows_a_correction_neither_version_is_public(public: Public, at: Any) -> None:
    """The old words were found wrong; of the new ones the page does not know yet."""
    confirm_masked(public.cast, public.first, reply="更正后的答复文字")
    public.cast.world.act(public.first, "correct", public.cast.government, reason="更正")
    address = f"/jianyi/{public.page().slug}/"
    assert (at(HOST).get(address).status_code, shown(at), totals()) == (404, [TITLES[1]], (1, 1))
    outbox_drain(limit=1000)
    answer = at(HOST).get(address)
    assert (answer.status_code, "更正后的答复文字" in answer.content.decode()) == (200, True)
    assert totals() == (2, 2)


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_a_page_for_another_version_shows_none(public: Public, at: Any, digest: str) -> None:
    ReplyPage.objects.filter(publication_id=public.first_id).update(approved_digest=digest)
    assert at(HOST).get(f"/jianyi/{public.page().slug}/").status_code == 404
    assert (totals(), mapped(at, public.page())) == ((1, 1), False)
    assert fresh(public.first).vouched_digest != ""
