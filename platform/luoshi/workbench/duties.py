"""What waits for a person: each kind of work as a condition on suggestions, for the start page and the lists.

A figure of the start page and the list behind it are the same condition, so they never differ.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import (
    AssignmentRole,
    AssignmentState,
    CongressBody,
    PublicationState,
    RecipientSystem,
    ReplyState,
    SuggestionState,
)
from luoshi.suggestions.models import (
    Assignment,
    Clock,
    Contact,
    CoSignature,
    Extension,
    Proposal,
    Publication,
    Reply,
    ReturnRequest,
)
from luoshi.suggestions.selectors.duties import Worklist, worklist_find, worklists_of
from luoshi.workbench.desk.common import in_charge

S, A, R = SuggestionState, AssignmentState, ReplyState
WITH_UNITS = (S.ASSIGNED, S.IN_HANDLING)
ENDED = (S.CLOSED, S.NOT_ACCEPTED, S.WITHDRAWN, S.MERGED)
_LEADS = (AssignmentRole.LEAD, AssignmentRole.SEPARATE)


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of work. ``key``: its name in the address. ``roles``: whose it is. ``who``: for an own duty
    the one who waits for it, for a wait the one it hangs on. ``own``: this person's turn, or another's.
    ``desk``: the page on which many are done at once, by its name, and what one does there."""

    key: str
    label: str
    who: str
    roles: tuple[Role, ...]
    condition: Callable[[Actor], Q]
    own: bool = True
    desk: tuple[str, str] = ("", "")


def _has(rows: QuerySet[Model], link: str = "suggestion") -> Q:
    return Q(Exists(rows.filter(**{link: OuterRef("pk")})))


def _parts(actor: Actor) -> QuerySet[Assignment]:
    """The live parts of the present round that are this person's units'."""
    return Assignment.objects.filter(unit_id__in=actor.unit_ids, round=OuterRef("round")).exclude(
        state__in=GONE
    )


def _part(actor: Actor, states: tuple[AssignmentState, ...], *, lead: bool | None = None) -> Q:
    rows = _parts(actor).filter(state__in=states)
    if lead is not None:
        rows = rows.filter(role__in=_LEADS) if lead else rows.filter(role=AssignmentRole.CO)
    return _has(rows)


def _reply(actor: Actor, *states: ReplyState) -> Q:
    return _has(Reply.objects.filter(assignment__unit_id__in=actor.unit_ids, state__in=states))


def _reviewed_by(actor: Actor) -> Q:
    """The cases whose letters, returns and the like this person's office decides."""
    mine = Q(pk__in=[])
    if actor.has(Role.GOVERNMENT_OFFICE):
        mine |= Q(recipient_system=RecipientSystem.GOVERNMENT)
    if actor.has(Role.CONGRESS_OFFICE):
        mine |= ~Q(recipient_system=RecipientSystem.GOVERNMENT)
    return mine


def _signature(actor: Actor) -> Q:
    return _has(CoSignature.objects.filter(deputy_id=actor.deputy_id or 0, state=CoSignature.State.INVITED))


def _undrafted(actor: Actor) -> Q:
    """Leads at work that have no letter yet."""
    letters = Reply.objects.filter(assignment=OuterRef("pk")).exclude(state=R.ENDED)
    return _has(_parts(actor).filter(state=A.HANDLING, role__in=_LEADS).exclude(Exists(letters)))


def _helpers_outstanding(actor: Actor) -> Q:
    """Cases that this person's unit leads, with an opinion of a co-unit still to come."""
    helping = Assignment.objects.filter(
        suggestion=OuterRef("pk"), round=OuterRef("round"), role=AssignmentRole.CO
    ).exclude(state__in=[*GONE, A.DONE])
    return _part(actor, (A.ACCEPTED, A.HANDLING), lead=True) & Q(Exists(helping))


def _publications(*states: PublicationState) -> Q:
    return _has(Publication.objects.filter(state__in=states))


_DEPUTY = (Role.DEPUTY,)
_CONGRESS = (Role.CONGRESS_OFFICE,)
_INTAKE = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)
_GOVERNMENT = (Role.GOVERNMENT_OFFICE,)
_REVIEWERS = (Role.GOVERNMENT_OFFICE, Role.CONGRESS_OFFICE)
_UNIT = (Role.UNIT_HEAD, Role.UNIT_HANDLER)

DUTIES: tuple[Duty, ...] = (
    # 代表
    Duty("cosign", "请您附议", "领衔代表", _DEPUTY, lambda a: Q(state=S.CO_SIGNING) & _signature(a)),
    Duty(
        "confirm",
        "待确认沟通",
        "承办单位",
        _DEPUTY,
        lambda a: Q(lead_deputy_id=a.deputy_id) & _has(Contact.objects.filter(confirmed__isnull=True)),
    ),
    Duty(
        "comment",
        "看答复稿，提意见",
        "承办单位",
        _DEPUTY,
        lambda a: (
            Q(lead_deputy_id=a.deputy_id, state__in=WITH_UNITS)
            & _has(Reply.objects.filter(draft_shared_at__isnull=False, state=R.DRAFTED))
        ),
    ),
    Duty(
        "evaluate",
        "请您评价",
        "人大代表工委",
        _DEPUTY,
        lambda a: Q(lead_deputy_id=a.deputy_id, state__in=[S.REPLIED, S.EVALUATION_LAPSED]),
    ),
    Duty(
        "finish",
        "写完并提交草稿",
        "人大代表工委",
        _DEPUTY,
        lambda a: Q(lead_deputy_id=a.deputy_id, state__in=[S.DRAFT, S.CO_SIGNING]),
    ),
    # 受理机关
    Duty(
        "register",
        "待受理",
        "代表",
        _INTAKE,
        lambda a: Q(state=S.SUBMITTED),
        desk=("office-desk-registration", "批量登记"),
    ),
    Duty(
        "register-township",
        "乡镇件待受理",
        "代表",
        (Role.PRESIDIUM,),
        lambda a: Q(state=S.SUBMITTED, congress_body=CongressBody.TOWNSHIP),
    ),
    # 分办、交办
    Duty(
        "assign",
        "待预分办",
        "代表、承办单位",
        _REVIEWERS,
        lambda a: Q(state=S.REGISTERED) & in_charge(a),
        desk=("office-desk-pre-assignment", "预交办"),
    ),
    Duty(
        "hand-over",
        "已预分办，待交办",
        "代表、承办单位",
        _REVIEWERS,
        lambda a: Q(state=S.PRE_ASSIGNED) & in_charge(a),
        desk=("office-desk-hand-over", "交办会"),
    ),
    Duty(
        "objections",
        "分办有异议，待协调",
        "承办单位",
        _REVIEWERS,
        lambda a: (
            _reviewed_by(a)
            & Q(state=S.PRE_ASSIGNED)
            & _has(Proposal.objects.filter(state=Proposal.State.OBJECTED))
        ),
    ),
    Duty(
        "returns",
        "退办申请，待审定",
        "承办单位",
        _REVIEWERS,
        lambda a: (
            _reviewed_by(a) & _has(ReturnRequest.objects.filter(decision="pending"), "assignment__suggestion")
        ),
    ),
    Duty(
        "review",
        "答复稿，待审核",
        "承办单位",
        _REVIEWERS,
        lambda a: _reviewed_by(a) & _has(Reply.objects.filter(state=R.UNDER_REVIEW)),
    ),
    Duty(
        "extensions",
        "延期申请，待审定",
        "承办单位",
        _CONGRESS,
        lambda a: _has(Extension.objects.filter(decision="pending"), "assignment__suggestion"),
    ),
    Duty(
        "denied",
        "代表说沟通不属实",
        "代表",
        _CONGRESS,
        lambda a: ~Q(state__in=ENDED) & _has(Contact.objects.filter(confirmed=False)),
    ),
    Duty(
        "decide",
        "已评价，待办结、跟踪或重办",
        "代表、承办单位",
        _CONGRESS,
        lambda a: Q(state__in=[S.EVALUATED, S.EVALUATION_LAPSED]),
    ),
    # 承办单位
    Duty(
        "claim",
        "预分办，待认领",
        "政府办",
        _UNIT,
        lambda a: (
            Q(state=S.PRE_ASSIGNED)
            & _has(Proposal.objects.filter(unit_id__in=a.unit_ids, state=Proposal.State.PROPOSED))
        ),
    ),
    Duty("accept", "待签收", "交办机关", _UNIT, lambda a: Q(state__in=WITH_UNITS) & _part(a, (A.PENDING,))),
    Duty(
        "start",
        "待沟通、开始办理",
        "代表",
        _UNIT,
        lambda a: Q(state__in=WITH_UNITS) & _part(a, (A.ACCEPTED,), lead=True),
    ),
    Duty(
        "opinion",
        "待提交会办意见",
        "主办单位",
        _UNIT,
        lambda a: Q(state__in=WITH_UNITS) & _part(a, (A.ACCEPTED, A.HANDLING), lead=False),
    ),
    Duty("draft", "待拟答复稿", "代表", _UNIT, lambda a: Q(state__in=WITH_UNITS) & _undrafted(a)),
    Duty("sendback", "退改，待修改", "审核机关", _UNIT, lambda a: _reply(a, R.SENT_BACK)),
    Duty("sign", "答复稿，待审签", "代表", _UNIT, lambda a: _reply(a, R.DRAFTED)),
    Duty("forward", "已审签，待报送", "审核机关", _UNIT, lambda a: _reply(a, R.UNIT_SIGNED)),
    Duty("issue", "审核通过，待答复代表", "代表", _UNIT, lambda a: _reply(a, R.APPROVED)),
    # 领导、专委会、编辑
    Duty(
        "key",
        "重点建议，办理中",
        "代表",
        (Role.LEADER, Role.COMMITTEE),
        lambda a: Q(is_key=True) & ~Q(state__in=ENDED),
    ),
    Duty(
        "publish",
        "待编辑、公开",
        "公众",
        (Role.SITE_EDITOR,),
        lambda a: _publications(PublicationState.APPROVED, PublicationState.IN_EDITORIAL_REVIEW),
    ),
    # 在等别人
    Duty(
        "wait-confirm",
        "等代表确认沟通",
        "代表",
        _UNIT,
        lambda a: (
            Q(state__in=WITH_UNITS)
            & _has(Contact.objects.filter(assignment__unit_id__in=a.unit_ids, confirmed__isnull=True))
        ),
        own=False,
    ),
    Duty("wait-helpers", "等会办意见", "会办单位", _UNIT, _helpers_outstanding, own=False),
    Duty(
        "wait-review",
        "等审核、等退办审定",
        "审核机关",
        _UNIT,
        lambda a: _reply(a, R.UNDER_REVIEW) | _part(a, (A.RETURN_REQUESTED,)),
        own=False,
    ),
    Duty(
        "wait-evaluation",
        "等代表评价",
        "代表",
        (*_UNIT, *_REVIEWERS),
        lambda a: Q(state=S.REPLIED),
        own=False,
    ),
    Duty("wait-accept", "等单位签收", "承办单位", _REVIEWERS, lambda a: Q(state=S.ASSIGNED), own=False),
    Duty(
        "wait-reply",
        "单位办理中",
        "承办单位",
        (*_REVIEWERS, *_DEPUTY, Role.LEADER, Role.COMMITTEE),
        lambda a: Q(state__in=WITH_UNITS),
        own=False,
    ),
    Duty(
        "wait-intake",
        "等受理、等交办",
        "人大、政府办",
        _DEPUTY,
        lambda a: Q(state__in=[S.SUBMITTED, S.REGISTERED, S.PRE_ASSIGNED]),
        own=False,
    ),
    Duty(
        "wait-result",
        "跟踪落实中",
        "承办单位",
        (*_CONGRESS, *_DEPUTY, *_UNIT),
        lambda a: Q(state=S.TRACKING),
        own=False,
    ),
)


_WAITING = {Clock.Debtor.UNIT.label: "代表", Clock.Debtor.DEPUTY.label: "承办单位"}
"""Who waits for what a method asks, by whom it is asked of."""


def duties_of(actor: Actor) -> tuple[Duty, ...]:
    """The kinds of work that this person's roles have, in the order of a suggestion's life; then what the
    county's methods ask of him. One query, for the congress two.
    """
    return (*_core_duties(actor), *(_of_method(row) for row in worklists_of(actor)))


def duty_find(actor: Actor, key: str) -> Duty | None:
    """The duty of this name, if this person's roles have it. Only a method's costs a query."""
    core = next((duty for duty in _core_duties(actor) if duty.key == key), None)
    if core is not None:
        return core
    worklist = worklist_find(actor, key)
    return None if worklist is None else _of_method(worklist)


def _core_duties(actor: Actor) -> tuple[Duty, ...]:
    return tuple(duty for duty in DUTIES if actor.has(*duty.roles))


def _of_method(row: Worklist) -> Duty:
    who = _WAITING.get(row.debtor, "代表") if row.own else row.debtor or "人大代表工委"
    return Duty(row.key, row.title, who, (), row.condition, own=row.own)
