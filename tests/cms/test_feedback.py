"""这个答复回答了问题吗: taken without sign-in, cookie or script; counted once; never an evaluation."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from laid import laid
from people import Cast, cast_make
from public_pages import confirm_masked, published
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.models import User
from luoshi.errors import Invalid, NotFound
from luoshi.outbox.drain import outbox_drain
from luoshi.publication import feedback as giving
from luoshi.publication.feedback import Counted, feedback_give, feedback_of
from luoshi.publication.models import CitizenFeedback
from luoshi.publication.values import FeedbackCount
from luoshi.suggestions.models import Publication, PublishedVersion
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_cms.models import ReplyPage

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"}


@pytest.fixture(scope="module")
def ground(
    django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[tuple[Cast, Publication, ReplyPage]]:
    """One public case for all tests here."""

    def make() -> tuple[Cast, Publication, ReplyPage]:
        cast = cast_make()
        return cast, *published(cast)

    with django_db_blocker.unblock(), laid(make) as made:
        yield made


@pytest.fixture
def c(ground: tuple[Cast, Publication, ReplyPage], county: Any) -> Cast:
    return deepcopy(ground[0])


@pytest.fixture
def shown(ground: tuple[Cast, Publication, ReplyPage], county: Any) -> tuple[Publication, ReplyPage]:
    """What a test does to it is undone after it."""
    return fresh(ground[1]), fresh(ground[2])


def send(publication: Publication, answer: str = "yes", reason: str = "", **options: Any) -> Any:
    """One reader's click. ``host``: of the site; ``who``: his address."""
    client = Client(SERVER_NAME=options.get("host", HOST), REMOTE_ADDR=options.get("who", "192.0.2.1"))
    answer_and_reason = {"answer": answer, "reason": reason}
    headers = options.get("headers", OWN)
    return client.post(f"/feedback/{publication.pk}/", answer_and_reason, headers=headers)


def counts() -> list[tuple[bool, str, int]]:
    return list(
        CitizenFeedback.objects.order_by("-answered", "reason").values_list("answered", "reason", "count")
    )


def test_a_reader_says_it_and_is_thanked_on_a_page_that_nobody_keeps(shown: Any, at: Any) -> None:
    publication, page = shown
    reader = at(HOST)
    text = reader.get(f"/jianyi/{page.slug}/").content.decode()
    assert "读者反馈：0 人认为回答了问题，0 人认为没有回答（不是代表评价）。" in text
    form = re.search(r'<form method="post" action="([^"]+)">', text)
    assert form
    assert "csrf" not in text
    answer = send(publication, "no", "unclear")
    assert (answer.status_code, answer["Location"]) == (303, f"{form[1]}?said=counted")
    assert (answer["Cache-Control"], len(answer.cookies)) == ("no-store", 0)
    thanks = reader.get(answer["Location"])
    assert (thanks.status_code, thanks["Cache-Control"], len(thanks.cookies)) == (200, "no-store", 0)
    assert "谢谢，您的反馈已经计入。" in thanks.content.decode()
    text = reader.get(f"/jianyi/{page.slug}/").content.decode()
    assert "读者反馈：0 人认为回答了问题，1 人认为没有回答（不是代表评价）。" in text
    assert "谢谢" not in text
    assert counts() == [(False, "unclear", 1)]


def test_a_look_never_counts(shown: Any, at: Any) -> None:
    publication, _ = shown
    for address in ("", "?answer=yes", "?said=counted", "?said=nonsense"):
        assert at(HOST).get(f"/feedback/{publication.pk}/{address}", headers=OWN).status_code == 200
    assert at(HOST).head(f"/feedback/{publication.pk}/?answer=yes").status_code == 200
    assert counts() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://portal.hengnan.localhost"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Referer": "https://elsewhere.example/x"}, 403),
        ({"Referer": f"http://{HOST}/jianyi/"}, 303),
        ({"Origin": f"http://{HOST}:8000"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_only_a_form_of_this_site_counts(shown: Any, headers: dict[str, str], status: int) -> None:
    """Would count: another site's page, in the name of all who look at it."""
    publication, _ = shown
    assert send(publication, headers=headers).status_code == status
    assert len(counts()) == (status == 303)


def test_once_a_day_for_each_reader_and_version(c: Cast, shown: Any) -> None:
    publication, _ = shown
    said = [send(publication, answer)["Location"].rpartition("=")[2] for answer in ("yes", "yes", "no")]
    assert said == ["counted", "again", "again"]
    assert send(publication, who="192.0.2.2").status_code == 303
    assert counts() == [(True, "", 2)]
    confirm_masked(c, publication, reply="更正后的答复。")
    c.world.act(publication, "correct", c.government, reason="更正")
    assert send(publication).status_code == 404  # neither version is public until the page follows
    outbox_drain(limit=1000)
    assert send(publication)["Location"].endswith("counted")
    assert feedback_of([publication.pk]) == {publication.pk: FeedbackCount(1, 0)}
    totals = CitizenFeedback.objects.values_list("version__number", "count").order_by("version__number")
    assert list(totals) == [(1, 2), (2, 1)]


def test_nothing_that_is_written_tells_who_it_was(shown: Any) -> None:
    publication, _ = shown
    send(publication, who="198.51.100.23")
    names = {field.name for field in CitizenFeedback._meta.concrete_fields}
    assert names == {"id", "version", "day", "answered", "reason", "count"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}" AS t WHERE t::text LIKE %s', ["%198.51.100.23%"])
            assert cursor.fetchone() == (0,), name
    assert [key for key in cache._cache if "198.51.100.23" in key] == []  # type: ignore[attr-defined]


def test_limits_of_an_address_and_of_a_page(c: Cast, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    publication, _ = shown
    monkeypatch.setattr(giving, "PER_ADDRESS", 2)

    def give(address: str, agent: str = "") -> str:
        return feedback_give(publication_id=publication.pk, answered=True, address=address, agent=agent)

    assert [give("192.0.2.1", name) for name in "abc"] == [Counted.YES, Counted.YES, Counted.TOO_MANY]
    networks = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")
    assert [give(address) for address in networks] == [Counted.YES, Counted.AGAIN, Counted.YES]
    monkeypatch.setattr(giving, "PER_VERSION", 5)
    assert [give(f"192.0.2.{number}") for number in (5, 6, 7)] == [
        Counted.YES,
        Counted.TOO_MANY,
        Counted.TOO_MANY,
    ]
    assert counts() == [(True, "", 5)]


def test_an_address_counts_three_times_whatever_its_browsers_say(shown: Any) -> None:
    publication, _ = shown
    given = [
        feedback_give(publication_id=publication.pk, answered=True, address="192.0.2.1", agent=agent)
        for agent in "abcd"
    ]
    assert given == [Counted.YES, Counted.YES, Counted.YES, Counted.TOO_MANY]
    assert counts() == [(True, "", 3)]


def test_without_the_cache_nothing_is_counted_and_that_is_said(
    shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication, _ = shown
    monkeypatch.setattr(giving.cache, "add", lambda *_: False)
    answer = send(publication)
    assert answer["Location"].endswith("said=away")
    assert counts() == []


def test_what_is_no_answer_is_refused_in_words(shown: Any) -> None:
    publication, _ = shown
    for answer, reason, words in (("", "", "请选"), ("maybe", "", "请选"), ("no", "x' OR 1", "所列原因")):
        refused = send(publication, answer, reason)
        assert (refused.status_code, words in refused.content.decode()) == (400, True)
    assert send(publication, "yes", "unclear").status_code == 303
    assert counts() == [(True, "", 1)]
    with pytest.raises(Invalid, match="所列原因"):
        feedback_give(publication_id=publication.pk, answered=False, reason="x", address="192.0.2.9")


def test_what_is_not_public_takes_nothing(c: Cast, shown: Any, at: Any) -> None:
    publication, _ = shown
    assert at(HOST).get("/feedback/987654/").status_code == 404
    c.world.act(publication, "revoke", c.government, reason="更正")
    assert [send(publication).status_code, at(HOST).get(f"/feedback/{publication.pk}/").status_code] == [
        410
    ] * 2
    with pytest.raises(NotFound):
        feedback_give(publication_id=publication.pk, answered=True, address="192.0.2.9")
    assert counts() == []


def test_a_county_may_leave_it_off(shown: Any, at: Any) -> None:
    publication, page = shown
    county_settings_apply(data={"citizen_feedback": False}, actor=SYSTEM_ACTOR)
    assert "读者反馈" not in at(HOST).get(f"/jianyi/{page.slug}/").content.decode()
    assert send(publication).status_code == 404
    with pytest.raises(NotFound):
        feedback_give(publication_id=publication.pk, answered=True, address="192.0.2.9")


def test_the_offices_and_the_unit_see_it_and_no_other_unit(c: Cast, shown: Any) -> None:
    publication, _ = shown
    send(publication)
    send(publication, "no", who="192.0.2.2")

    def sees(actor: Actor, address: str) -> bool:
        client = Client(SERVER_NAME=HOST)
        user = User.objects.get(pk=actor.user_id)
        client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
        return "读者反馈：1 人认为回答了问题，1 人认为没有回答" in client.get(address).content.decode()

    case = f"/office/suggestions/{publication.suggestion_id}/"
    queue = "/office/publishing/"
    people = {name: c.people[name] for name in ("congress", "government", "lead_head", "co_head")}
    assert {name: (sees(actor, case), sees(actor, queue)) for name, actor in people.items()} == {
        "congress": (True, True),
        "government": (True, True),
        "lead_head": (True, True),
        "co_head": (False, False),
    }


def test_the_database_counts_each_kind_of_answer_once_a_day(shown: Any) -> None:
    publication, _ = shown
    send(publication)
    row = CitizenFeedback.objects.get()
    version = PublishedVersion.objects.get()
    given = {"version": version, "day": row.day, "answered": True, "reason": "", "count": 1}
    for wrong, name in (
        ({}, "publication_feedback_once_a_day"),
        ({"answered": False, "count": 0}, "publication_feedback_count_positive"),
        ({"answered": False, "reason": "x"}, "publication_feedback_reason_known"),
        ({"reason": "unclear"}, "publication_feedback_reason_known"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            CitizenFeedback.objects.create(**{**given, **wrong})
