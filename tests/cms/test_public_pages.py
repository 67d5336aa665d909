"""Pages of the public site as a reader gets them: everything public, nothing else, every link alive."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from crawl import crawl
from django.db import transaction
from django.utils import timezone
from odd_method import one_column
from people import Cast, cast_make
from public_pages import Showcase, showcase
from sides import body
from wagtail.models import Site

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import registry_using
from luoshi.methods.types import CaseRow, ColumnCases
from luoshi.publication.models import PublicText
from luoshi.publication.public import public_cases
from luoshi.publication.register import COLUMNS
from luoshi.publication.search import public_texts_write
from luoshi.publication.values import PublicFilter
from luoshi.suggestions.models import Assignment, Contact, Publication
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_cms.export.services import site_export
from luoshi_cms.look import SiteLook
from luoshi_cms.models import ReplyPage
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[tuple[Cast, Showcase]]:
    """Shown once for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            cast = cast_make()
            yield cast, showcase(cast)
        transaction.set_rollback(True)


@pytest.fixture
def shown(stage: tuple[Cast, Showcase]) -> Iterator[Showcase]:
    """What a test does is undone after it."""
    with transaction.atomic():
        yield stage[1]
        transaction.set_rollback(True)


@pytest.fixture
def c(stage: tuple[Cast, Showcase]) -> Cast:
    return stage[0]


def test_who_follows_every_link_finds_what_is_public_and_nothing_else(shown: Showcase, at: Any) -> None:
    """Would leak: the original text, persons, contacts, reasons; what is withheld, revoked, confidential,
    under review, not live, or not what its digest says."""
    site = crawl(at(HOST), HOST)
    gone = f"/jianyi/{shown.pages['revoked'].slug}/"
    assert {address for address, (status, _) in site.items() if status != 200} == set()
    assert gone not in site
    assert len(shown.needles) == len(set(shown.needles)) > 40
    leaks = [
        (address, needle) for address, (_, text) in site.items() for needle in shown.needles if needle in text
    ]
    assert leaks == []
    for name in ("main", "summary", "supplement"):
        assert f"/jianyi/{shown.pages[name].slug}/" in site


def test_a_method_s_column_shows_public_cases_alone_whatever_it_names(shown: Showcase, at: Any) -> None:
    """Would leak: a withheld, revoked or unpublished case, by its id in a method's list."""
    ids = Publication.objects.values_list("pk", flat=True)
    rows = tuple(CaseRow(pk, (f"说明{pk}",)) for pk in (*ids, 987_654))
    MethodActivation.objects.create(slug="odd", is_enabled=True, enabled_at=timezone.now())
    with registry_using(one_column(ColumnCases("走访过的", ("情况",), rows))):
        site = crawl(at(HOST), HOST, most_parts=1)
    _, text = site["/jianyi/gongfa/odd/column/"]
    public = {shown.pages[name].publication_id for name in ("main", "summary", "supplement")}
    assert {int(pk) for pk in re.findall(r"<dd>说明(\d+)</dd>", text)} == public
    assert len(rows) > len(public) + 4
    assert {status for status, _ in site.values()} == {200}
    assert [needle for needle in shown.needles if any(needle in found for _, found in site.values())] == []


def test_an_export_holds_nothing_that_is_not_public(shown: Showcase, tmp_path: Path) -> None:
    """Would leak: the same as on the site, by a copy that is read by other ways than the site."""
    site_export(folder=tmp_path / "site")
    files = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert [
        (path.name, needle)
        for path, data in files.items()
        for needle in shown.needles
        if needle.encode() in data or needle in str(path)
    ] == []
    pages = {path.parent.name for path in files if path.name == "index.html"}
    names = ("main", "summary", "supplement", "revoked")
    assert {page.slug for page in ReplyPage.objects.all()} & pages == {shown.pages[n].slug for n in names}


def test_a_search_for_each_hidden_text_finds_nothing(shown: Showcase, at: Any) -> None:
    client = at(HOST)
    found = []
    for needle in shown.needles:
        answer = client.get("/jianyi/", {"q": needle})
        assert answer.status_code == 200
        if 'class="rows"' in answer.content.decode():
            found.append(needle)
    assert found == []


def test_addresses_of_what_is_not_public_are_not_there(shown: Showcase, at: Any) -> None:
    client = at(HOST)
    hidden = ReplyPage.objects.exclude(pk__in=[shown.pages[n].pk for n in ("main", "summary", "supplement")])
    statuses = {page.slug: client.get(f"/jianyi/{page.slug}/").status_code for page in hidden}
    assert sorted(statuses.values()) == [404, 404, 410]
    assert statuses[shown.pages["revoked"].slug] == 410
    for page in hidden:
        text = client.get(f"/jianyi/{page.slug}/").content.decode()
        assert [needle for needle in shown.needles if needle in text] == []


def test_what_was_taken_down_leaves_a_stone_with_day_and_reason(shown: Showcase, at: Any) -> None:
    answer = at(HOST).get(f"/jianyi/{shown.pages['revoked'].slug}/")
    text = answer.content.decode()
    assert (answer.status_code, answer["X-Robots-Tag"]) == (410, "noindex")
    assert [word in text for word in ("（已撤下）", "撤下理由", "涉及未成年人", "撤下。")] == [True] * 4


def test_a_revoked_reply_is_gone_before_any_consumer_has_run(shown: Showcase, c: Cast, at: Any) -> None:
    client, publication = at(HOST), shown.publications["summary"]
    parts = ("", "?q=用地指标", "register.json", "register.csv", "feed.atom", "embed/", "statistics/")
    before = {part: "文化广场" in body(client.get(f"/jianyi/{part}")).decode() for part in parts}
    assert before == {part: part != "statistics/" for part in parts}
    c.world.act(publication, "revoke", c.government, reason="更正")
    assert PublicText.objects.filter(publication=publication).count() == 1
    after = {part: "文化广场" in body(client.get(f"/jianyi/{part}")).decode() for part in parts}
    assert after == dict.fromkeys(parts, False)
    assert client.get(f"/jianyi/{shown.pages['summary'].slug}/").status_code == 410


def test_a_page_that_an_editor_takes_back_is_gone_everywhere(shown: Showcase, at: Any) -> None:
    client = at(HOST)
    shown.pages["summary"].unpublish()
    parts = ("", "?q=用地指标", "register.json", "register.csv", "feed.atom", "embed/")
    assert [part for part in parts if "文化广场" in body(client.get(f"/jianyi/{part}")).decode()] == []
    assert client.get(f"/jianyi/{shown.pages['summary'].slug}/").status_code == 404


def test_words_of_a_version_that_was_corrected_are_not_found_while_the_new_ones_are_late(
    shown: Showcase, at: Any
) -> None:
    main = shown.publications["main"]
    text = PublicText.objects.get(publication=main)

    def found() -> bool:
        answer = at(HOST).get("/jianyi/", {"q": "太阳能路灯二十六盏"})
        return "关于拓宽云集镇中学门前道路的建议" in body(answer).decode()

    assert (text.version, found()) == (2, True)
    PublicText.objects.filter(pk=text.pk).update(version=1)
    assert found() is False
    public_texts_write(publication_ids=[main.pk])
    assert found() is True


def test_the_page_of_a_reply_says_everything_that_is_published(shown: Showcase, at: Any) -> None:
    text = at(HOST).get(f"/jianyi/{shown.pages['main'].slug}/").content.decode()
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
    expected = (
        "关于拓宽云集镇中学门前道路的建议",
        "B类正在解决或列入计划逐步解决",
        "提出人田禾苗代表",
        "承办单位县交通运输局",
        "会办单位县水利局",
        "更正：更正道路长度",
        "太阳能路灯二十六盏",
        "年底前完成道路拓宽还有45天",
        "划出临时停靠区✓已兑现".replace("✓", ""),
        "增设路灯二十六盏已过期3天，尚未认定兑现",
        "公开版第2版",
        "十一根电杆全部迁移",
    )
    assert [words for words in expected if words not in plain] == []
    steps = re.findall(r'class="step-(\w+)"', text)
    assert steps == ["raised", "handed_over", "contact", "replied", "evaluated"]
    assert re.findall(r'<li value="(\d+)">', text) == ["1", "3"]
    assert "满意" not in plain


def test_a_meeting_is_told_of_where_the_deputy_has_confirmed_it_to_the_unit_that_replies(
    shown: Showcase, at: Any
) -> None:
    def told(kind: str) -> int:
        text = at(HOST).get(f"/jianyi/{shown.pages[kind].slug}/").content.decode()
        return re.findall(r'class="step-(\w+)"', text).count("contact")

    def also(**changed: Any) -> None:
        row = Contact.objects.get(pk=met.pk)
        for name, value in {"pk": None, "phase": "after", **changed}.items():
            setattr(row, name, value)
        row._state.adding = True
        row.save()

    assert (told("main"), told("summary")) == (1, 0)  # of the summary's nobody has answered
    met = Contact.objects.get(suggestion=shown.publications["main"].suggestion_id)
    helper = Assignment.objects.get(suggestion=met.suggestion_id, role="co")
    also(assignment=helper)
    also(confirmed=None)
    also(confirmed=False, denial_reason="没有见面")
    assert told("main") == 1
    also()
    assert told("main") == 2


def test_the_county_decides_whether_names_and_grades_are_shown(shown: Showcase, at: Any) -> None:
    address = f"/jianyi/{shown.pages['main'].slug}/"
    county_settings_apply(
        data={"publish_deputy_names": False, "publish_evaluations": "grades"}, actor=SYSTEM_ACTOR
    )
    text = at(HOST).get(address).content.decode()
    assert "<dt>提出人</dt><dd>云集镇代表团</dd>" in text
    assert "<dt>办理态度</dt><dd>满意</dd>" in text
    register = json.loads(body(at(HOST).get("/jianyi/register.json")))
    assert {entry["proposer"] for entry in register["entries"]} == {"云集镇代表团"}


def test_each_limit_shows_as_many_as_it_says_and_two_together_what_has_both(shown: Showcase) -> None:
    def lines(**limits: str) -> set[int]:
        page = public_cases(PublicFilter(**limits))
        assert len(page.rows) == page.count
        return {row.case.publication_id for row in page.rows}

    everything = lines()
    limits = [(facet.key, value) for facet in public_cases(PublicFilter()).facets for value in facet.values]
    assert len({key for key, _ in limits}) == 4
    found = {(key, value.value): lines(**{key: value.value}) for key, value in limits}
    assert {limit: len(ids) for limit, ids in found.items()} == {
        (key, value.value): value.count for key, value in limits
    }
    assert found["category", "交通建设"] != found["category", "文化教育"]
    for (key, value), ids in found.items():
        for (other, more), others in found.items():
            if key != other:
                assert lines(**{key: value, other: more}) == ids & others
    assert (lines(year="2026"), lines(year="2025"), lines(unit="x")) == (everything, set(), set())


def test_tags_of_government_sites(shown: Showcase, at: Any) -> None:
    """国办发〔2017〕47号, in its spelling; the site's code only where the county has one."""

    def tags(address: str) -> dict[str, str]:
        return dict(
            re.findall(r'<meta name="([A-Z]\w+)" content="([^"]*)">', at(HOST).get(address).content.decode())
        )

    site, column = (
        ["SiteName", "SiteDomain"],
        ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"],
    )
    article = ["ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Url"]
    address = f"/jianyi/{shown.pages['main'].slug}/"
    assert [list(tags(one)) for one in ("/", "/jianyi/", address)] == [
        site,
        site + column,
        site + column + article,
    ]
    found = tags(address)
    assert found["Url"] == f"http://{HOST}{address}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["PubDate"])
    SiteLook.objects.create(site=Site.objects.get(), site_id_code="4304220001")
    assert tags("/")["SiteIDCode"] == "4304220001"


def test_the_register_has_one_entry_for_each_public_reply_in_both_forms(shown: Showcase, at: Any) -> None:
    register = json.loads(body(at(HOST).get("/jianyi/register.json")))
    table = body(at(HOST).get("/jianyi/register.csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    public = {shown.publications[name].pk for name in ("main", "summary")}
    assert {entry["id"] for entry in register["entries"] if entry["reply_kind"] == "reply"} == public
    assert len(register["entries"]) == 3
    assert [list(entry) for entry in register["entries"]] == [list(COLUMNS)] * 3
    assert rows[0] == list(COLUMNS.values())
    assert [row[0] for row in rows[1:]] == [str(entry["id"]) for entry in register["entries"]]
    assert (register["schema"], register["county"]) == ("1", "430422")
