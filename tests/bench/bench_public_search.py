"""The public search over 100,000 published replies, rare and common words, beside ``LIKE``.

Both make the whole list as a reader gets it: how many there are, the first page, the filters with their
figures. ``LIKE`` reads plain columns of text that hold the same words.
"""

import uuid
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from bench_search import suggestions_fill
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from serving import Browser, web_server
from timing import Series, heading, in_turns, row
from world import World, world_make

from luoshi.publication import public
from luoshi.publication.condition import public_mains
from luoshi.publication.facts import case_make, facts_read
from luoshi.publication.models import PublicText
from luoshi.publication.search import TITLE, matching, public_texts_write
from luoshi.publication.values import PublicFilter
from luoshi.suggestions.models import Assignment, Publication, PublishedVersion, Reply, Suggestion, Unit
from luoshi.suggestions.rendition import content_digest
from luoshi.words import VERSION, text_words
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

ROUNDS = 6
HOST = "public.localhost"
RARE = ("鲤鱼洲", "鲤鱼洲的渡槽", "编号4711")
COMMON = ("道路", "第3组饮水", "群众")
SOME = 200
BATCH = 2000


def run(url: str) -> None:
    """Print hits, times and the ratio to ``LIKE``; then what a reader waits for, over the wire."""
    heading("公开检索：100,000 件已公开答复，列表一页连同件数与筛选，与 LIKE 交替")
    county = county_create(code="920031", name="测速县", province_code="430000", hosts=[HOST])
    with county_context(county):
        with transaction.atomic():
            _fill(world_make())
        _same_as_the_product_writes()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what the running server does by itself
        for word in (*RARE, *COMMON):
            _compare(word)
    with web_server(url) as port:
        browser = Browser(port, HOST, None)
        for word in ("", *RARE, *COMMON):
            _over_the_wire(browser, word)


def _compare(word: str) -> None:
    wanted = PublicFilter(q=word)
    exact = matching(public_mains(), word).count()
    held = _holding(public_mains(), word).count()

    def search() -> object:
        return public.public_cases(wanted)

    def like() -> object:
        with patch.object(public, "matching", _holding), patch.object(public, "rank", _no_rank):
            return public.public_cases(wanted)

    both = in_turns(ROUNDS, search=search, like=like)
    row(
        f"“{word}”（{exact} 件，LIKE {held} 件）：检索中位 {_ms(both['search'])}、"
        f"p95 {both['search'].p95 * 1000:.0f} ms，LIKE {_ms(both['like'])}",
        f"{both['like'].median / both['search'].median:.1f}",
        "至少 5" if exact < 1000 else "",
    )


def _holding(rows: QuerySet[Publication], word: str) -> QuerySet[Publication]:
    found = Q(suggestion__title__contains=word) | Q(suggestion__content__contains=word)
    return rows.filter(found | Q(reply__body__contains=word))


def _no_rank(phrase: str) -> Any:
    from django.db.models import Value

    return Value(0)


def _over_the_wire(browser: Browser, word: str) -> None:
    from urllib.parse import quote

    path = f"/jianyi/?q={quote(word)}" if word else "/jianyi/"
    times = in_turns(ROUNDS, page=lambda: browser.see(path))["page"]
    row(f"读者打开列表页，{'检索“' + word + '”' if word else '不检索'}：中位 {_ms(times)}", "", "")
    row("  p95", f"{times.p95 * 1000:.0f} ms", "")


def _ms(series: Series) -> str:
    return f"{series.median * 1000:.0f} ms"


# -- the rows ---------------------------------------------------------------------------------------------


def _fill(world: World) -> None:
    suggestions_fill(world)
    Suggestion.objects.update(category="交通建设")
    units = Unit.objects.bulk_create(Unit(name=f"第{number}局") for number in range(40))
    cases = list(Suggestion.objects.order_by("pk").values_list("pk", "number", "title", "content"))
    made: list[tuple[int, int, dict[str, Any]]] = []
    for begin in range(0, len(cases), BATCH):
        made += _published(cases[begin : begin + BATCH], units)
    _words(made)
    _pages(made)


def _published(
    cases: list[tuple[int, int, str, str]], units: list[Unit]
) -> list[tuple[int, int, dict[str, Any]]]:
    """Publication, number and content of each."""
    parts = Assignment.objects.bulk_create(
        Assignment(
            suggestion_id=pk, unit=units[number % len(units)], role="lead", state="done",
            principal="甲", in_charge="乙", handler="丙",
        )
        for pk, number, _, _ in cases
    )  # fmt: skip
    replies = Reply.objects.bulk_create(
        Reply(
            suggestion_id=pk, assignment=part, round=1, state="issued", body=f"{content}现答复如下。",
            class_code="A", result_class="resolved", issued_on=date(2026, 1, 1),
        )
        for (pk, _, _, content), part in zip(cases, parts, strict=True)
    )  # fmt: skip
    contents = [
        {
            "title": title, "content": content, "asks": [], "mode": "full", "reply": f"{content}现答复如下。",
            "promises": [], "attachments": [],
        }
        for _, _, title, content in cases
    ]  # fmt: skip
    publications = Publication.objects.bulk_create(
        Publication(
            reply=reply, suggestion_id=pk, state="published", mode="full", ground="涉及公共利益",
            published_on=date(2026, 1, 1) + timedelta(days=number % 300),
            vouched_digest=content_digest(content),
        )
        for (pk, number, _, _), reply, content in zip(cases, replies, contents, strict=True)
    )  # fmt: skip
    PublishedVersion.objects.bulk_create(
        PublishedVersion(
            publication=publication, number=1, content=content, digest=content_digest(content),
            approved_by="甲", made_at=timezone.now(),
        )
        for publication, content in zip(publications, contents, strict=True)
    )  # fmt: skip
    return [
        (publication.pk, number, content)
        for publication, (_, number, _, _), content in zip(publications, cases, contents, strict=True)
    ]


def _words(made: list[tuple[int, int, dict[str, Any]]]) -> None:
    """What :func:`public_texts_write` would write; some of it is compared afterwards."""
    first = case_make(facts_read(Publication.objects.filter(pk=made[0][0]))[0])
    if first is None:
        raise RuntimeError("what was filled in is no public case")
    session, label = first.session_code.replace("-", " "), first.class_label
    table, columns = PublicText._meta.db_table, "publication_id, vector, version, cut"
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
        for pk, number, content in made:
            # The letter repeats the suggestion's text, so that one reading serves both.
            texts = (
                *(content["reply"], f"第{number}号", str(number), session, f"第{number % 40}局"),
                *("交通建设", label),
            )
            titles = text_words(content["title"])
            words = {*text_words("\n\n".join(texts)), *titles, *(TITLE + word for word in titles)}
            copy.write_row((pk, " ".join(f"'{word}'" for word in sorted(words)), 1, VERSION))


def _pages(made: list[tuple[int, int, dict[str, Any]]]) -> None:
    """A live page for each, below the column."""
    column = ColumnPage.objects.get()
    example = ReplyPage(title="", slug="", publication_id=0, approved_digest="0" * 64, live=True)
    example.set_url_path(column)
    example.depth, example.numchild, example.path = column.depth + 1, 0, ""
    example.content_type = ContentType.objects.get_for_model(ReplyPage)
    example.locale, example.draft_title = column.locale, ""
    own = list(ReplyPage._meta.local_concrete_fields)
    base = [field for field in ReplyPage._meta.concrete_fields if field not in own]
    given = {field.column: field.get_prep_value(getattr(example, field.attname)) for field in (*base, *own)}
    first = base[0].model.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    with connection.cursor() as cursor:
        for model, fields in ((base[0].model, base), (ReplyPage, own)):
            names = [field.column for field in fields]
            quoted = ", ".join(f'"{name}"' for name in names)
            with cursor.copy(f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN') as copy:
                for at, (pk, number, content) in enumerate(made):
                    slug = f"s-{number}-{pk}"
                    values = given | {
                        "id": first + at,
                        "page_ptr_id": first + at,
                        "path": ReplyPage._get_path(column.path, column.depth + 1, at + 1),
                        "slug": slug,
                        "title": slug,
                        "draft_title": slug,
                        "url_path": f"{column.url_path}{slug}/",
                        "translation_key": uuid.uuid4(),
                        "publication_id": pk,
                        "approved_digest": content_digest(content),
                    }
                    copy.write_row([values[name] for name in names])
        cursor.execute("UPDATE wagtailcore_page SET numchild = %s WHERE id = %s", [len(made), column.pk])


def _same_as_the_product_writes() -> None:
    ids = list(PublicText.objects.order_by("pk").values_list("publication_id", flat=True)[:SOME])
    before = dict(PublicText.objects.filter(publication__in=ids).values_list("publication_id", "vector"))
    public_texts_write(publication_ids=ids)
    after = dict(PublicText.objects.filter(publication__in=ids).values_list("publication_id", "vector"))
    if len(before) != SOME:
        raise RuntimeError("there are too few words")
    for pk, words in before.items():
        if set(words.split()) != set(after[pk].split()):
            raise RuntimeError(f"the copied words differ: {set(words.split()) ^ set(after[pk].split())}")
