"""沟通率, 面商率, 确认率 and how many parts have all that is asked; always the same number of queries."""

from collections import Counter
from collections.abc import Iterator, Mapping

from luoshi.lifecycle.states import CongressBody, ContactPhase, ItemKind, SuggestionState
from luoshi.methods.types import Statistic, StatisticScope
from luoshi.statistics.contacts import (
    CONTACT_FIGURES,
    CONTACTED,
    FACE_TO_FACE,
    RECORDED,
    STATED,
    contact_block,
)
from luoshi.statistics.definition import Counts
from luoshi.statistics.handling import HANDED
from luoshi.statistics.percent import percent
from luoshi.statistics.scope import Scope, scope_find
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.selectors.cases import case_views
from luoshi_three_meetings import meetings
from luoshi_three_meetings.options import ThreeMeetingsOptions

_WHOLE = (SuggestionState.REPLIED, SuggestionState.EVALUATED, SuggestionState.EVALUATION_LAPSED)
_ENDED = (SuggestionState.TRACKING, SuggestionState.CLOSED)
_COUNTS = Counts((HANDED, *CONTACT_FIGURES))


def figures(scope: StatisticScope, options: ThreeMeetingsOptions) -> Iterator[Statistic]:
    """The method's figures of one session. A confirmation by staff and a denial are counted apart.

    The rates are those of the report's own block, so that the two never differ.
    """
    of = scope_find(
        session_code=scope.session,
        item_kind=ItemKind(scope.item_kind),
        congress_body=CongressBody(scope.congress_body),
    )
    counted = dict(_COUNTS.of(of))
    handed_over = counted[HANDED.code]
    block = contact_block(of, counted, handed_over)
    yield _rate(
        "contact_rate",
        "沟通率",
        block.contacted,
        handed_over,
        f"{CONTACTED.meaning}，占{CONTACTED.denominator}",
        lists=(CONTACTED.code, HANDED.code),
    )
    yield _rate(
        "face_to_face_rate",
        "面商率",
        block.face_to_face,
        block.recorded,
        f"{FACE_TO_FACE.meaning}，占{FACE_TO_FACE.denominator}",
        lists=(FACE_TO_FACE.code, RECORDED.code),
    )
    of_records = f"，占{STATED}"
    for code, label, part, figure, meaning in (
        (
            "confirmed_rate",
            "确认率",
            block.confirmed_records,
            "confirmed_records",
            "由代表本人确认属实的沟通次数",
        ),
        (
            "proxy_confirmed_rate",
            "代录确认率",
            block.proxy_confirmed_records,
            "proxy_confirmed_records",
            "工作人员凭纸质件代录为属实的沟通次数",
        ),
        ("denied_rate", "不属实率", block.denied, "denied", "代表（或代录）答复不属实的沟通次数"),
    ):
        yield _rate(
            code,
            label,
            part,
            block.stated_records,
            f"{meaning}{of_records}",
            lists=(f"contacts.{figure}", "contacts.stated_records"),
            tells_answers=code == "denied_rate",
        )
    yield _complete(of, options)


def _complete(of: Scope, options: ThreeMeetingsOptions) -> Statistic:
    """Of the parts that have replied, those with every phase that this county asks for by then."""
    cases = (
        Suggestion.objects.filter(of.counted(), is_imported=False, state__in=[*_WHOLE, *_ENDED])
        .select_related("session")
        .defer("content", "note")
        .order_by("pk")
    )
    parts: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    for case in case_views(list(cases)):
        ended = case.state in _ENDED
        for part in meetings.lead_parts(case):
            phases = [row for row in meetings.phases_of(case, part, options) if row.asked]
            if not ended:
                phases = [row for row in phases if row.phase != ContactPhase.AFTER]
            parts[case.id] += 1
            if all(row.met for row in phases):
                whole[case.id] += 1
    return _rate(
        "complete_rate",
        f"{options.name}齐全率",
        whole.total(),
        parts.total(),
        "本县要求的各次都已算数的主办、分办件，占已答复的主办、分办件；办理后的一次在转入跟踪或办结之后才要求；"
        "导入的往年件不计",
        lists=(whole, parts),
        measure="件次",
    )


def _rate(
    code: str,
    label: str,
    part: int | None,
    whole: int,
    definition: str,
    *,
    lists: tuple[str | Mapping[int, int], str | Mapping[int, int]],
    measure: str = "件",
    tells_answers: bool = False,
) -> Statistic:
    return Statistic(
        code=code,
        label=label,
        value=None if part is None else percent(part, whole),
        numerator=part,
        denominator=whole,
        definition=definition,
        numerator_list=lists[0],
        denominator_list=lists[1],
        measure=measure,
        tells_answers=tells_answers,
    )
