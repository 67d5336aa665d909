"""A rare word in 100,000 texts: the product's search beside ``LIKE '%…%'`` over the same rows."""

import re
from collections.abc import Callable
from itertools import islice
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from timing import heading, in_turns, row
from world import World, world_make

from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.words import text_words
from luoshi.workbench.models import SuggestionText
from luoshi.workbench.search import suggestions_matching, texts_write
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

TEXTS = 100_000
RARE = 10_000
"""One text of so many holds the rare word."""
ROUNDS = 15
SOME = 500
COLUMNS = ("session_id", "lead_deputy_id", "number", "title", "content", "state", "created_at")
DEFAULTS = {
    field.column: field.get_default()
    for field in Suggestion._meta.concrete_fields
    if field.column not in (*COLUMNS, "id") and field.get_default() is not None
}
PLACES = ("东村", "西村", "南坪", "北岭", "石桥", "清溪", "大塘", "高坡", "新店", "龙潭")
MATTERS = ("道路硬化", "饮水安全", "学校宿舍", "卫生院扩建", "路灯亮化", "河道清淤", "垃圾清运", "危桥改造")
WISHES = ("请有关部门现场查看", "请列入明年计划", "请安排资金", "请明确责任单位", "请尽快答复")


def run(url: str) -> None:
    """Print hits and the ratio of the times."""
    heading(f"检索：{TEXTS:,} 件建议中的一个生僻词，与 LIKE 交替")
    county = county_create(code="920021", name="测速县", province_code="430000", hosts=["search.localhost"])
    with county_context(county):
        with transaction.atomic():
            world = world_make()
            _fill(world)
        _same_as_the_product_writes()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what the running server does by itself
        for word in ("鲤鱼洲", "渡槽", "鲤鱼洲的渡槽"):
            _compare(word, world)


def _compare(word: str, world: World) -> None:
    everything = suggestions_visible(world.congress).order_by("pk").values_list("pk", flat=True)
    found = suggestions_matching(everything, word)
    holding = everything.filter(Q(title__contains=word) | Q(content__contains=word))
    if list(found) != list(holding):
        raise RuntimeError(f"{word}: the search finds {len(found)}, LIKE {len(holding)}")
    both = in_turns(ROUNDS, search=_asking(found), like=_asking(holding))
    own: dict[str, list[float]] = {"search": [], "like": []}
    for _ in range(ROUNDS):
        own["search"].append(_on_the_server(found))
        own["like"].append(_on_the_server(holding))
    search, like = (median(own[name]) for name in ("search", "like"))
    row(
        f"“{word}”（{len(found)} 件，两者相同）：检索 {search:.2f} ms，LIKE {like:.0f} ms",
        f"{like / search:.0f}",
        "至少 100",
    )
    row("  连同往返本机一次", f"{both['like'].median / both['search'].median:.0f}")


def _asking(rows: QuerySet[Any, Any]) -> Callable[[], object]:
    """The statement of ``rows`` as the product sends it; the making of it is alike for both."""
    statement, parameters = rows.query.sql_with_params()

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    return ask


def _on_the_server(rows: QuerySet[Any, Any]) -> float:
    """Milliseconds that PostgreSQL itself needs to plan and execute the statement of ``rows``."""
    told = rows.explain(analyze=True, timing=False)
    return sum(float(number) for number in re.findall(r"(?:Planning|Execution) Time: ([\d.]+)", told))


def _fill(world: World) -> None:
    """Rows by COPY: through the models alone they would take a minute."""
    suggestions_fill(world)
    with connection.cursor() as cursor:
        ids = list(Suggestion.objects.order_by("number").values_list("pk", flat=True))
        with cursor.copy(
            f'COPY "{SuggestionText._meta.db_table}" (suggestion_id, vector) FROM STDIN'
        ) as copy:
            for number, pk in enumerate(ids):
                words = text_words("\n\n".join((*_text(number), world.deputy.name)))
                copy.write_row((pk, " ".join(f"'{word}'" for word in words)))


def suggestions_fill(world: World) -> None:
    """The suggestions alone, without their words."""
    given = (world.session.pk, world.deputy.pk)
    now = timezone.now()
    names = ", ".join(f'"{name}"' for name in (*COLUMNS, *DEFAULTS))
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{Suggestion._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        for number in range(TEXTS):
            title, content = _text(number)
            copy.write_row((*given, number + 1, title, content, "closed", now, *DEFAULTS.values()))


def _text(number: int) -> tuple[str, str]:
    """Title and content of one suggestion, some 150 characters."""
    place, matter = PLACES[number % 10], MATTERS[number // 10 % 8]
    wish = WISHES[number // 80 % 5]
    rare = "鲤鱼洲的渡槽年久失修。" if number % RARE == 77 else ""
    return (
        f"关于解决{place}第{number % 97}组{matter}问题的建议",
        f"{place}地处山区，群众反映{matter}多年没有解决，出行和生产都受影响。{rare}"
        f"近年来人口增加，原有设施不能满足需要，雨季尤其严重，存在安全隐患。{wish}，"
        f"并把办理结果告知群众。编号{number}，涉及{number % 300}户。建议分期实施，先急后缓。",
    )


def _same_as_the_product_writes() -> None:
    """What was copied in is what the product itself would have written, for some of them."""
    ids = list(islice(Suggestion.objects.order_by("pk").values_list("pk", flat=True), SOME))
    before = dict(SuggestionText.objects.filter(suggestion__in=ids).values_list("suggestion_id", "vector"))
    texts_write(suggestion_ids=ids)
    after = dict(SuggestionText.objects.filter(suggestion__in=ids).values_list("suggestion_id", "vector"))
    if before != after or len(before) != SOME:
        raise RuntimeError("the copied words differ from the product's own")
