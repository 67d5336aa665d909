"""The statistics of one session (domain.md C8): every block, the cross-checks and the definitions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from luoshi.lifecycle.states import CongressBody, ItemKind, RecipientSystem
from luoshi.methods.facade import MethodStatistics
from luoshi.statistics import checks, contacts, evaluations, handling, ledger
from luoshi.statistics.checks import Check
from luoshi.statistics.classes import ClassBlock, class_block
from luoshi.statistics.contacts import ContactBlock, contact_block
from luoshi.statistics.definition import Counts, Definition
from luoshi.statistics.evaluations import AxisBlock, axis_blocks
from luoshi.statistics.facts import session_facts
from luoshi.statistics.figures import NOTES, UNIT_NOTES, figures
from luoshi.statistics.ledger import PromiseBlock, PublicationBlock, promise_block, publication_block
from luoshi.statistics.methods import method_figures
from luoshi.statistics.percent import difference, percent
from luoshi.statistics.scope import Scope, scope_find
from luoshi.statistics.units import UnitBlock, unit_block
from luoshi.tenancy import TenantView, tenant_current


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom the handed-over suggestions went."""

    government: int
    other_systems: int


@dataclass(frozen=True, slots=True)
class GovernmentClass:
    """One class among the government's items. ``percent``: of those handed over to the government (C8)."""

    code: str
    label: str
    result_class: str
    count: int
    percent: str | None


@dataclass(frozen=True, slots=True)
class GovernmentBlock:
    """What many annual reports speak of alone: the items of the government (N_g of domain.md C8)."""

    total: int
    handed_over: int
    replied: int
    reply_rate: str | None
    classes: tuple[GovernmentClass, ...]


@dataclass(frozen=True, slots=True)
class MergedDelivery:
    """Of the merged suggestions: replied to with the main item or not, and graded by their own deputies."""

    replied: int
    awaiting: int
    evaluated: int


@dataclass(frozen=True, slots=True)
class KeyBlock:
    """Key items. ``counting``: inside or outside the total. ``total_with_key``: both together."""

    count: int
    counting: str
    closed: int
    percent_of_total: str | None
    total_with_key: int


@dataclass(frozen=True, slots=True)
class Deadlines:
    """On time, late or running, in suggestions; null where no suggestion has a due date to compare."""

    on_time: int | None
    late: int | None
    running: int | None
    undated: int
    extended: int | None
    on_time_rate: str | None


@dataclass(frozen=True, slots=True)
class Reopened:
    """Suggestions that were handled again.

    ``unheard_after_rehandling``: replied to again and not graded since, so that the earlier grade stands.
    """

    count: int
    in_progress: int
    unheard_after_rehandling: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The ledger of what was replied to and is not yet resolved (HN-23)."""

    ledger: int
    tracking: int
    ended: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Shares of the grades given, ``base``: 满意 alone, and 满意 with 基本满意."""

    base: int
    satisfied_percent: str | None
    satisfied_or_basically_percent: str | None


@dataclass(frozen=True, slots=True)
class TrueSatisfaction:
    """真满意: satisfaction, resolution and kept promises side by side.

    ``satisfied_percent`` is 满意 alone, as everywhere. ``without_proxy``: of the last grades that deputies
    gave themselves. ``gap``: ``satisfied_percent`` less ``resolved_rate``, in percentage points;
    ``gap_with_basically``: the same with 基本满意. For the congress: an indication, never an accusation.
    """

    axis: str
    base: int
    satisfied_percent: str | None
    satisfied_or_basically_percent: str | None
    without_proxy: Satisfaction
    resolved_rate: str | None
    promises_kept_rate: str | None
    gap: str | None
    gap_with_basically: str | None


@dataclass(frozen=True, slots=True)
class Apart:
    """Items of the same session that are counted apart from this report: another kind or another congress."""

    item_kind: str
    congress_body: str
    label: str
    total: int
    handed_over: int
    replied: int
    closed: int


@dataclass(frozen=True, slots=True)
class SessionReport:
    """The report. Percents are strings with two decimals; null means that nothing was recorded.

    ``closed`` and ``resolved`` are different things (办结, 办成). ``self_reported_resolved`` is what units
    say of themselves, whatever came of it; ``resolved_difference`` is by how much that is more.
    """

    county: str
    county_name: str
    session: str
    session_name: str
    item_kind: str
    congress_body: str
    as_of: date
    total: int
    in_session: int
    between_sessions: int
    individual: int
    joint: int
    delegation: int
    motions_converted: int
    withdrawn: int
    merged: int
    merged_delivery: MergedDelivery
    awaiting_registration: int
    not_accepted: int
    withdrawn_before_registration: int
    key: KeyBlock
    handed_over: int
    scope: Recipients
    government: GovernmentBlock
    in_progress: int
    replied: int
    reply_rate: str | None
    closed: int
    closed_unheard: int
    tracking: int
    resolved: int
    resolved_base: int
    resolved_rate: str | None
    self_reported_resolved: int
    resolved_difference: int
    deadlines: Deadlines
    classes: ClassBlock
    evaluations: dict[str, AxisBlock]
    units: UnitBlock
    contacts: ContactBlock
    reopened: Reopened
    follow_up: FollowUp
    promises: PromiseBlock
    publication: PublicationBlock
    true_satisfaction: TrueSatisfaction
    apart: tuple[Apart, ...]
    methods: tuple[MethodStatistics, ...]
    checks: tuple[Check, ...]
    contradictions: tuple[str, ...]
    definitions: dict[str, dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        data = asdict(self)
        data["as_of"] = self.as_of.isoformat()
        for shown, check in zip(data["checks"], self.checks, strict=True):
            shown["holds"] = check.holds
        for shown, method in zip(data["methods"], self.methods, strict=True):
            shown["figures"] = [figure.as_json() for figure in method.figures]
        plain: dict[str, Any] = json.loads(json.dumps(data))
        return plain


def session_report(
    *,
    session_code: str,
    item_kind: ItemKind = ItemKind.SUGGESTION,
    congress_body: CongressBody = CongressBody.COUNTY,
    recipient_system: RecipientSystem | None = None,
    as_of: date | None = None,
) -> SessionReport:
    """The figures of one session of the bound county, as of one moment.

    The number of queries does not depend on the number of suggestions; enabled methods add their own.

    :param session_code: such as ``17-4``.
    :param item_kind: 代表建议 or 政协提案; the others are named under ``apart``.
    :param recipient_system: only what is for this system. The methods count all systems together, so their
        figures are left out then.
    :param as_of: the day up to which lateness is judged, today where left out. It is no time machine: states
        are those of now.
    :raises NoCounty: where no county is bound.
    :raises NotFound: the county has no such session.
    """
    tenant = tenant_current()
    with _one_moment():
        scope = scope_find(
            session_code=session_code,
            item_kind=item_kind,
            congress_body=congress_body,
            recipient_system=recipient_system,
            as_of=as_of,
        )
        return _report(tenant, scope)


_COUNTS = Counts(
    (
        *handling.HANDLING_FIGURES,
        *contacts.CONTACT_FIGURES,
        evaluations.DUE,
        evaluations.UNHEARD_AFTER_REHANDLING,
        ledger.UNDECIDED,
    )
)


def _report(tenant: TenantView, scope: Scope) -> SessionReport:
    figure = dict(_COUNTS.of(scope))
    total, handed_over = figure[handling.TOTAL.code], figure[handling.HANDED.code]
    classes = class_block(scope)
    axes = axis_blocks(scope, figure[evaluations.DUE.code])
    units = unit_block(scope)
    contact = contact_block(scope, figure, handed_over)
    promises = promise_block(scope)
    resolved_rate = percent(figure[handling.RESOLVED.code], figure[handling.RESOLVED_BASE.code])
    done = _checks(figure, classes, axes, contact)
    term, session = scope.session.term, scope.session
    return SessionReport(
        county=tenant.code,
        county_name=tenant.name,
        session=session.code,
        session_name=f"第{term.number}届第{session.number}次会议（{session.year}年度）",
        item_kind=scope.item_kind.value,
        congress_body=scope.congress_body.value,
        as_of=scope.as_of,
        **{
            name: figure[name]
            for name in (
                "total",
                "in_session",
                "between_sessions",
                "individual",
                "joint",
                "delegation",
                "motions_converted",
                "withdrawn",
                "merged",
                "awaiting_registration",
                "not_accepted",
                "withdrawn_before_registration",
                "handed_over",
                "in_progress",
                "replied",
                "closed",
                "closed_unheard",
                "tracking",
                "resolved",
                "resolved_base",
                "self_reported_resolved",
                "resolved_difference",
            )
        },
        key=_key(scope, figure, total),
        scope=Recipients(figure[handling.GOVERNMENT.code], figure[handling.OTHER_SYSTEMS.code]),
        government=_government(figure, classes),
        merged_delivery=MergedDelivery(
            replied=figure[handling.MERGED_REPLIED.code],
            awaiting=figure[handling.MERGED_AWAITING.code],
            evaluated=figure[handling.MERGED_EVALUATED.code],
        ),
        reply_rate=percent(figure[handling.REPLIED.code], handed_over),
        resolved_rate=resolved_rate,
        deadlines=_deadlines(figure),
        classes=classes,
        evaluations=axes,
        units=units,
        contacts=contact,
        reopened=Reopened(
            count=figure[handling.REOPENED.code],
            in_progress=figure[handling.REOPENED_OPEN.code],
            unheard_after_rehandling=figure[evaluations.UNHEARD_AFTER_REHANDLING.code],
        ),
        follow_up=FollowUp(
            ledger=figure[handling.UNRESOLVED.code],
            tracking=figure[handling.TRACKING.code],
            ended=figure[handling.FOLLOW_UP_ENDED.code],
            resolved=figure[handling.FOLLOW_UP_RESOLVED.code],
        ),
        promises=promises,
        publication=publication_block(scope, figure[ledger.UNDECIDED.code]),
        true_satisfaction=_true_satisfaction(axes, resolved_rate, promises),
        apart=_apart(scope),
        methods=method_figures(scope),
        checks=done,
        contradictions=tuple(check.problem for check in done if not check.holds),
        definitions=_definitions(scope),
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment, so that figures cannot disagree because somebody acts meanwhile.

    Inside a transaction of the caller its own isolation stands.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _government(figure: dict[str, int], classes: ClassBlock) -> GovernmentBlock:
    handed_over = figure[handling.GOVERNMENT_HANDED.code]
    replied = figure[handling.GOVERNMENT_REPLIED.code]
    return GovernmentBlock(
        total=figure[handling.GOVERNMENT_TOTAL.code],
        handed_over=handed_over,
        replied=replied,
        reply_rate=percent(replied, handed_over),
        classes=tuple(
            GovernmentClass(
                item.code,
                item.label,
                item.result_class,
                item.government,
                percent(item.government, handed_over),
            )
            for item in classes.items
        ),
    )


def _key(scope: Scope, figure: dict[str, int], total: int) -> KeyBlock:
    count = figure[handling.KEY.code]
    with_key = total + count if scope.key_outside else total
    return KeyBlock(
        count=count,
        counting=scope.settings.key_counting.value,
        closed=figure[handling.KEY_CLOSED.code],
        percent_of_total=percent(count, with_key),
        total_with_key=with_key,
    )


def _deadlines(figure: dict[str, int]) -> Deadlines:
    on_time, late, running = (
        figure[definition.code] for definition in (handling.ON_TIME, handling.LATE, handling.RUNNING)
    )
    known = on_time + late + running > 0
    return Deadlines(
        on_time=on_time if known else None,
        late=late if known else None,
        running=running if known else None,
        undated=figure[handling.UNDATED.code],
        extended=figure[handling.EXTENDED.code] if known else None,
        on_time_rate=percent(on_time, on_time + late),
    )


def _true_satisfaction(
    axes: dict[str, AxisBlock], resolved_rate: str | None, promises: PromiseBlock
) -> TrueSatisfaction:
    axis = "result" if "result" in axes else next(iter(axes))
    given = axes[axis]
    in_person = given.without_proxy
    return TrueSatisfaction(
        axis=axis,
        base=given.base,
        satisfied_percent=given.satisfied_percent,
        satisfied_or_basically_percent=given.satisfied_or_basically_percent,
        without_proxy=Satisfaction(
            in_person.base, in_person.satisfied_percent, in_person.satisfied_or_basically_percent
        ),
        resolved_rate=resolved_rate,
        promises_kept_rate=promises.kept_rate,
        gap=difference(given.satisfied_percent, resolved_rate),
        gap_with_basically=difference(given.satisfied_or_basically_percent, resolved_rate),
    )


def _apart(scope: Scope) -> tuple[Apart, ...]:
    """What the same session holds of other kinds. One query."""
    columns = {
        "counted_total": handling.TOTAL,
        "counted_handed_over": handling.HANDED,
        "counted_replied": handling.REPLIED,
        "counted_closed": handling.CLOSED,
    }
    cases: QuerySet[Any] = session_facts(scope, *(figure.condition for figure in columns.values()))
    rows = (
        cases.exclude(scope.of_kind())
        .filter(handling.TOTAL.condition)
        .values_list("item_kind", "congress_body")
        .annotate(**{name: Count("pk", filter=figure.condition) for name, figure in columns.items()})
        .order_by("item_kind", "congress_body")
    )
    return tuple(
        Apart(kind, body, f"{ItemKind(kind).label}（{CongressBody(body).label}）", *numbers)
        for kind, body, *numbers in rows
    )


def _definitions(scope: Scope) -> dict[str, dict[str, str]]:
    explained = {definition.code: definition.explained() for definition in figures(scope)}
    for code, (label, meaning) in UNIT_NOTES.items():
        explained[code] = {"label": label, "meaning": meaning, "denominator": "", "source": "HN-04"}
    for code, (label, meaning, denominator, source) in NOTES.items():
        explained[code] = {"label": label, "meaning": meaning, "denominator": denominator, "source": source}
    return explained


def _checks(
    figure: dict[str, int], classes: ClassBlock, axes: dict[str, AxisBlock], contact: ContactBlock
) -> tuple[Check, ...]:
    """Every comparison that must hold. What does not is a contradiction, never printed in silence."""

    def part(*definitions: Definition) -> list[tuple[str, int]]:
        return [(definition.label, figure[definition.code]) for definition in definitions]

    def whole(definition: Definition) -> tuple[str, int]:
        return definition.label, figure[definition.code]

    h = handling
    found = [
        checks.parts_make_whole("raised_when", part(h.IN_SESSION, h.BETWEEN_SESSIONS), *whole(h.TOTAL)),
        checks.parts_make_whole("proposers", part(h.INDIVIDUAL, h.JOINT, h.DELEGATION), *whole(h.TOTAL)),
        checks.parts_make_whole("recipients", part(h.GOVERNMENT, h.OTHER_SYSTEMS), *whole(h.HANDED)),
        checks.parts_make_whole("progress", part(h.IN_PROGRESS, h.REPLIED_OPEN, h.CLOSED), *whole(h.HANDED)),
        checks.parts_make_whole("deadlines", part(h.ON_TIME, h.LATE, h.RUNNING, h.UNDATED), *whole(h.HANDED)),
        checks.parts_make_whole(
            "classes_of_closed",
            [(f"{item.code}类", item.closed) for item in classes.items],
            *whole(h.CLOSED),
            hint="有办结件没有结果类别，请补录",
        ),
        checks.parts_make_whole("resolved", part(h.RESOLVED, h.NOT_CONFIRMED), *whole(h.SELF_REPORTED)),
        checks.parts_make_whole("merged", part(h.MERGED_REPLIED, h.MERGED_AWAITING), *whole(h.MERGED)),
        checks.at_most(
            "closed_replied", *whole(h.CLOSED), *whole(h.REPLIED), hint="有办结件没有答复记录，请补录"
        ),
        checks.none_of("lead_units", h.LEADERLESS.label, figure[h.LEADERLESS.code], "请确定主办单位"),
        checks.none_of("merges", h.LOST_MERGES.label, figure[h.LOST_MERGES.code], "请直接并入主件"),
    ]
    found += [
        checks.at_most(
            f"evaluations.{code}", f"{axis.label}评价", axis.base, "应评价", axis.due, hint="请核对评价"
        )
        for code, axis in axes.items()
    ]
    found.append(
        checks.none_of(
            "contacts", "沟通次数多于沟通人次", contact.doubtful_imports, "请核对导入的沟通次数与人次"
        )
    )
    return tuple(found)
