"""The public column 见面办理: over public replies alone, and of meetings that a deputy has confirmed alone.

What a deputy denied and what nobody has answered look alike here: neither is counted or shown. Aggregates of
all of a session are not given, because what they have more than the public replies tells of the others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from luoshi.lifecycle.states import ContactMode, ContactPhase
from luoshi.methods.types import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    ColumnPart,
    ColumnTable,
    ColumnText,
    PublicColumn,
)
from luoshi.publication.facts import session_words
from luoshi.publication.public import public_mains
from luoshi.statistics.percent import percent
from luoshi.suggestions.models import Contact, Publication
from luoshi_three_meetings.options import ThreeMeetingsOptions

SLUG = "meetings"
PER_PAGE = 50
MOST_SESSIONS = 10
MOST_DAYS = 3
"""Days of one phase that are written out."""
NONE = "—"
_HEADS = ("阶段", "公开答复", "代表本人确认", "凭纸质件确认")

Row = Mapping[str, Any]


def described(options: ThreeMeetingsOptions) -> PublicColumn:
    """The column in the county's own words."""
    return PublicColumn(
        slug=SLUG,
        title=options.column_title,
        about=f"已公开答复的建议，办理前、办理中、办理后有没有经代表确认的{options.meeting}",
    )


def content(page: int, options: ThreeMeetingsOptions) -> ColumnContent | None:
    """One page: on the first one the figures too, on each a part of the list. Three queries at most."""
    replies = _replies()
    pages = max(1, -(-replies.count() // PER_PAGE))
    if page > pages:
        return None
    parts: list[ColumnPart] = list(_figures(replies, options)) if page == 1 else []
    begin = (page - 1) * PER_PAGE
    rows = _listed(replies, options)[begin : begin + PER_PAGE]
    words = tuple(options.word(phase) for phase in ContactPhase)
    cases = tuple(CaseRow(row["pk"], tuple(_days(row, phase) for phase in ContactPhase)) for row in rows)
    return ColumnContent((*parts, ColumnCases("公开的答复", words, cases)), pages)


def _replies() -> QuerySet[Publication]:
    """Public replies, without those that came in as closed: their meetings were not written down here."""
    return public_mains().filter(suggestion__is_imported=False)


def _confirmed(options: ThreeMeetingsOptions) -> QuerySet[Contact]:
    """The confirmed meetings of a reply's own part and round; its page shows the days of all of them."""
    return Contact.objects.filter(
        assignment=OuterRef("reply__assignment_id"),
        round=OuterRef("reply__round"),
        confirmed=True,
        mode__in=options.modes,
    )


def _figures(replies: QuerySet[Publication], options: ThreeMeetingsOptions) -> Iterator[ColumnPart]:
    modes = "、".join(str(ContactMode(mode).label) for mode in options.modes)
    yield ColumnText(
        f"只统计已经公开的答复。代表本人说属实的{options.meeting}记在“代表本人确认”，"
        f"工作人员凭代表的纸质确认单录入的另计；方式为{modes}。同一阶段有几次的，按一件计。"
    )
    for row in _counted(replies, options):
        name = f"{session_words(row['term'], row['session'])}（{row['year']}年）"
        yield ColumnTable(name, _HEADS, tuple(_lines(row, options)))
    yield ColumnText(f"下面列出经代表确认的{options.meeting}的日期，“{NONE}”表示没有经确认的记录。")


def _counted(replies: QuerySet[Publication], options: ThreeMeetingsOptions) -> list[Row]:
    """For each session how many public replies have a confirmed meeting of each phase. One query."""
    conditions, counts = {}, {}
    for phase in ContactPhase:
        met = _confirmed(options).filter(phase=phase)
        conditions[f"own_{phase}"] = Exists(met.filter(answered_by_proxy=False))
        conditions[f"met_{phase}"] = Exists(met)
        counts[f"{phase}_own"] = Count("pk", filter=Q(**{f"own_{phase}": True}))
        counts[f"{phase}_met"] = Count("pk", filter=Q(**{f"met_{phase}": True}))
    rows = (
        replies.alias(**conditions)
        .order_by()
        .values(
            term=F("suggestion__session__term__number"),
            session=F("suggestion__session__number"),
            year=F("suggestion__session__year"),
        )
        .annotate(replies=Count("pk"), **counts)
        .order_by("-term", "-session")
    )
    return list(rows[:MOST_SESSIONS])


def _lines(row: Row, options: ThreeMeetingsOptions) -> Iterator[tuple[str, ...]]:
    replies = row["replies"]
    for phase in ContactPhase:
        own = row[f"{phase}_own"]
        proxy = row[f"{phase}_met"] - own
        yield (
            options.word(phase),
            f"{replies} 件",
            f"{own} 件（{percent(own, replies)}%）",
            f"{proxy} 件（{percent(proxy, replies)}%）",
        )


def _listed(replies: QuerySet[Publication], options: ThreeMeetingsOptions) -> QuerySet[Publication, Row]:
    meetings = _confirmed(options).order_by("held_on", "pk")
    found: QuerySet[Publication, Row] = (
        replies.order_by(F("published_on").desc(nulls_last=True), "-pk")
        .annotate(
            meetings=ArraySubquery(
                meetings.values(found=JSONObject(phase="phase", on="held_on", proxy="answered_by_proxy"))
            )
        )
        .values("pk", "meetings")
    )
    return found


def _days(row: Row, phase: ContactPhase) -> str:
    """The days of one phase; those confirmed on paper alone are marked, as everywhere."""
    days: dict[str, bool] = {}
    for meeting in row["meetings"]:
        if meeting["phase"] == phase:
            days[meeting["on"]] = days.get(meeting["on"], True) and meeting["proxy"]
    words = [f"{day}（纸质件）" if proxy else day for day, proxy in days.items()]
    more = f"等 {len(words)} 天" if len(words) > MOST_DAYS else ""
    return "、".join(words[:MOST_DAYS]) + more if words else NONE
