"""承诺 and 公开: what was promised and whether it was kept, and which replies the public may read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from luoshi.lifecycle.states import PublicationState
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.handling import REPLIED
from luoshi.statistics.percent import percent
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Promise, Publication

UNDER_WAY = (
    PublicationState.PROPOSED,
    PublicationState.SECRECY_CHECKED,
    PublicationState.APPROVED,
    PublicationState.IN_EDITORIAL_REVIEW,
)
PUBLISHED = Q(state=PublicationState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class PromiseBlock:
    """The ledger of promises, in promises. ``overdue``: open after the promised day.

    ``kept_rate``: kept out of kept, broken and overdue; null as long as nobody has settled any promise, for
    then nothing is known of them.
    """

    total: int
    kept: int
    broken: int
    overdue: int
    open: int
    kept_rate: str | None


@dataclass(frozen=True, slots=True)
class PublicationBlock:
    """Decisions on publication, in replies. ``undecided``: suggestions replied to without any proposal."""

    published_full: int
    published_summary: int
    under_way: int
    withheld: int
    revoked: int
    undecided: int


def _has_promise(condition: Q) -> Q:
    return COUNTED & Q(Exists(Promise.objects.filter(condition, suggestion_id=OuterRef("pk"))))


def _has_publication(condition: Q) -> Q:
    return COUNTED & Q(Exists(Publication.objects.filter(condition, suggestion_id=OuterRef("pk"))))


UNDECIDED = Definition(
    "publication.undecided",
    "未提公开意见",
    "已答复而还没有任何公开意见的件数",
    "HN-19",
    REPLIED.condition & Q(has_publication=False),
    "已答复件数",
)
LEDGER_FIGURES = (
    Definition("promises.total", "承诺事项", "答复中记入承诺台账的事项数", "真满意", _has_promise(Q())),
    Definition(
        "promises.kept_rate",
        "承诺兑现率",
        "经认定已兑现的承诺事项所占的比例；从未有任何承诺经认定（已兑现或未兑现）时为空，不作 0 或 100",
        "真满意",
        _has_promise(Q(state=Promise.State.KEPT)),
        "已兑现、未兑现和到期未办的承诺事项数；未到期的不计",
    ),
    Definition(
        "publication.published_full",
        "全文公开",
        "已全文公开的答复数",
        "HN-19",
        _has_publication(PUBLISHED & Q(mode=Publication.Mode.FULL)),
    ),
    Definition(
        "publication.published_summary",
        "摘要公开",
        "已摘要公开的答复数",
        "HN-19",
        _has_publication(PUBLISHED & Q(mode=Publication.Mode.SUMMARY)),
    ),
    Definition(
        "publication.under_way",
        "公开审查中",
        "已提公开意见、尚未公开的答复数",
        "HN-19",
        _has_publication(Q(state__in=UNDER_WAY)),
    ),
    Definition(
        "publication.withheld",
        "不公开",
        "决定不公开的答复数",
        "HN-19",
        _has_publication(Q(state=PublicationState.WITHHELD)),
    ),
    Definition(
        "publication.revoked",
        "撤下",
        "公开后撤下的答复数",
        "HN-19",
        _has_publication(Q(state=PublicationState.REVOKED)),
    ),
    UNDECIDED,
)


def promise_block(scope: Scope) -> PromiseBlock:
    """One query."""
    overdue = Q(state=Promise.State.OPEN, due_on__lt=scope.as_of)
    row: dict[str, Any] = Promise.objects.filter(scope.counted("suggestion__")).aggregate(
        total=Count("pk"),
        kept=Count("pk", filter=Q(state=Promise.State.KEPT)),
        broken=Count("pk", filter=Q(state=Promise.State.BROKEN)),
        overdue=Count("pk", filter=overdue),
    )
    settled = row["kept"] + row["broken"]
    base = settled + row["overdue"]
    return PromiseBlock(
        **row, open=row["total"] - base, kept_rate=percent(row["kept"], base) if settled else None
    )


def publication_block(scope: Scope, undecided: int) -> PublicationBlock:
    """One query. ``undecided``: the count of :data:`UNDECIDED`."""
    row: dict[str, Any] = Publication.objects.filter(scope.counted("suggestion__")).aggregate(
        published_full=Count("pk", filter=PUBLISHED & Q(mode=Publication.Mode.FULL)),
        published_summary=Count("pk", filter=PUBLISHED & Q(mode=Publication.Mode.SUMMARY)),
        under_way=Count("pk", filter=Q(state__in=UNDER_WAY)),
        withheld=Count("pk", filter=Q(state=PublicationState.WITHHELD)),
        revoked=Count("pk", filter=Q(state=PublicationState.REVOKED)),
    )
    return PublicationBlock(**row, undecided=undecided)
