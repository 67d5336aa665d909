"""From the draft to the register: co-signing, submitting, accepting or not (domain.md C1 rows 1–6)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from django.db import connection
from django.db.models import QuerySet
from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import (
    AssignmentState,
    RaisedWhen,
    RecipientSystem,
    ReplyState,
    SuggestionState,
)
from luoshi.statement import Statement
from luoshi.suggestions.acts.act import Act, NoInput, Reason
from luoshi.suggestions.acts.files import (
    Attachments,
    RemovedAttachments,
    attachments_change,
    attachments_state,
)
from luoshi.suggestions.models import Ask, CoSignature, Suggestion
from luoshi.suggestions.services.clocks import case_clocks_stop, clock_start
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input

Title = Annotated[str, Field(title="标题", min_length=1, max_length=200)]
Asks = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=2000)], ...], Field(title="请求", max_length=30)
]


class EditInput(Input):
    """What a draft says. What is left out stays as it is."""

    title: Title | None = None
    content: Annotated[str | None, Field(title="内容", max_length=50_000)] = None
    category: Annotated[str | None, Field(title="类别", max_length=40)] = None
    raised_when: Annotated[RaisedWhen | None, Field(title="提出时段")] = None
    asks: Asks | None = None
    wants_publication: Annotated[bool | None, Field(title="是否同意公开")] = None
    is_confidential: Annotated[bool | None, Field(title="要求保密")] = None
    wished_unit: Annotated[str | None, Field(title="希望承办单位", max_length=100)] = None
    remove_attachments: RemovedAttachments = ()
    attachments: Attachments = ()


def edit(ctx: ActContext, data: EditInput) -> None:
    """Change the draft; the event keeps which fields, not the text twice."""
    changed = []
    for name in type(data).model_fields:
        value = getattr(data, name)
        if value is None or name in ("asks", "attachments", "remove_attachments"):
            continue
        setattr(ctx.suggestion, name, value)
        changed.append(name)
    if data.asks is not None:
        asks_replace(ctx.suggestion, data.asks)
        changed.append("asks")
    if attachments_change(ctx, data):
        changed.append("attachments")
    if not {"title", "content", "asks", "attachments"}.isdisjoint(changed):
        # Who co-signed another text has not said that this one is also his will.
        ctx.suggestion.co_signatures.filter(state=CoSignature.State.CONFIRMED).update(
            state=CoSignature.State.INVITED, answered_at=None
        )
    ctx.payload["changed"] = changed


def asks_replace(suggestion: Suggestion, asks: tuple[str, ...]) -> None:
    """Put ``asks`` in the place of the suggestion's numbered asks."""
    suggestion.asks.all().delete()
    asks_write(suggestion, asks)


def asks_write(suggestion: Suggestion, asks: tuple[str, ...]) -> None:
    """Number the asks of a suggestion that has none yet."""
    Ask.objects.bulk_create(
        [Ask(suggestion=suggestion, position=position, text=text) for position, text in enumerate(asks, 1)]
    )


class DeputiesInput(Input):
    """Deputies by id."""

    deputies: Annotated[tuple[int, ...], Field(title="代表", min_length=1, max_length=500)]


def invite_co_signers(ctx: ActContext, data: DeputiesInput) -> None:
    """Ask deputies whether the content is also their will."""
    deputies = ctx.deputies(data.deputies)
    if any(deputy.pk == ctx.suggestion.lead_deputy_id for deputy in deputies):
        raise Invalid([Problem("deputies", "领衔代表不必邀请自己附议，请从名单中去掉")])
    for deputy in deputies:
        signature, is_new = CoSignature.objects.get_or_create(suggestion=ctx.suggestion, deputy=deputy)
        if not is_new and signature.state in (CoSignature.State.REMOVED, CoSignature.State.DECLINED):
            signature.state = CoSignature.State.INVITED
            signature.answered_at = None
            signature.save()


def _answer_invitation(ctx: ActContext, state: CoSignature.State) -> None:
    ctx.suggestion.co_signatures.filter(
        deputy__pk__in=ctx.actor.deputy_ids, state=CoSignature.State.INVITED
    ).update(state=state, answered_at=ctx.now)


def co_sign(ctx: ActContext, data: NoInput) -> None:
    """附议."""
    _answer_invitation(ctx, CoSignature.State.CONFIRMED)


def decline_co_sign(ctx: ActContext, data: NoInput) -> None:
    """不附议."""
    _answer_invitation(ctx, CoSignature.State.DECLINED)


def remove_co_signer(ctx: ActContext, data: DeputiesInput) -> None:
    """Take invitations back."""
    ctx.deputies(data.deputies)
    CoSignature.objects.filter(suggestion=ctx.suggestion, deputy_id__in=data.deputies).update(
        state=CoSignature.State.REMOVED, answered_at=ctx.now
    )


class SubmitInput(Input):
    """What the deputy declares when submitting."""

    one_matter: Annotated[bool, Field(title="一事一议")] = False
    exclusions_acknowledged: Annotated[bool, Field(title="知悉不予受理情形")] = False


def submit(ctx: ActContext, data: SubmitInput) -> None:
    """提交. Between sessions a clock runs until the hand-over, where the county's rules have one."""
    ctx.suggestion.submitted_at = ctx.now
    attachments_state(ctx)
    window = ctx.settings.windows.hand_over
    if window is not None and ctx.suggestion.raised_when == RaisedWhen.BETWEEN_SESSIONS:
        due = ctx.deadline(ctx.today, window)
        clock_start(suggestion=ctx.suggestion, kind="hand_over", starts_on=ctx.today, deadline=due)


class MotionInput(Input):
    """The decision that turned a motion into a suggestion; the motion's number is kept."""

    motion_number: Annotated[str, Field(title="原议案号", min_length=1, max_length=40)]
    decision: Annotated[str, Field(title="转建议决定", min_length=1, max_length=200)]


def convert_motion(ctx: ActContext, data: MotionInput) -> None:
    """议案转为建议 (row 2b)."""
    ctx.suggestion.motion_number = data.motion_number
    ctx.suggestion.motion_decision = data.decision


class RefusalInput(Input):
    """Which case of the county's list applies."""

    exclusion: Annotated[str, Field(title="不予受理情形", min_length=1, max_length=40)]
    note: Annotated[str, Field(title="说明", min_length=1, max_length=2000)]
    as_letter: Annotated[bool, Field(title="作代表来信处理")] = False


def not_accept(ctx: ActContext, data: RefusalInput) -> None:
    """不予受理, with the reason that the deputy reads."""
    if data.exclusion not in {exclusion.code for exclusion in ctx.settings.exclusions}:
        known = "、".join(exclusion.code for exclusion in ctx.settings.exclusions)
        raise Invalid([Problem("exclusion", f"本县规则中没有“{data.exclusion}”这一情形，可选：{known}")])
    ctx.suggestion.refusal_code = data.exclusion
    ctx.suggestion.refusal_note = data.note
    case_clocks_stop(suggestion=ctx.suggestion, on=ctx.today)


def send_back(ctx: ActContext, data: Reason) -> None:
    """退回代表修改: what the offices owed ends, and begins anew when it is submitted again."""
    case_clocks_stop(suggestion=ctx.suggestion, on=ctx.today)


class RegisterInput(Input):
    """``number``: next free one of the session where left out. ``registered_on``: today where left out."""

    number: Annotated[
        int | None, Field(title="编号", description="留空则接在本次会议最大的编号之后", ge=1, le=99_999)
    ] = None
    registered_on: Annotated[date | None, Field(title="受理日期", description="留空即今天")] = None
    category: Annotated[str | None, Field(title="类别", max_length=40)] = None
    recipient_system: Annotated[RecipientSystem | None, Field(title="交办对象")] = None


def register(ctx: ActContext, data: RegisterInput) -> None:
    """受理编号: unique per session (row 4)."""
    number_give(ctx, data.number)
    ctx.suggestion.registered_on = data.registered_on or ctx.today
    if data.category is not None:
        ctx.suggestion.category = data.category
    if data.recipient_system is not None:
        ctx.suggestion.recipient_system = data.recipient_system
    ctx.payload["number"] = ctx.suggestion.number


def _numbered(pk: int, session: int, kind: str, body: str) -> QuerySet[Suggestion]:
    beside = Suggestion.objects.filter(session_id=session, item_kind=kind, congress_body=body)
    return beside.filter(number__isnull=False).exclude(pk=pk)


NUMBERING_PATIENCE = "10s"
"""How long a registration waits for another one, or for an import: a county's whole year takes less."""
# In one text: one way to the database and back.
_SESSION_LOCK = """
    SET LOCAL lock_timeout = %s;
    SELECT FROM suggestions_session WHERE id = %s FOR NO KEY UPDATE;
    SET LOCAL lock_timeout = DEFAULT
"""
# An import asks them for each row.
_BESIDE: Mapping[str, type] = {"pk": int, "session": int, "kind": str, "body": str}
_HIGHEST = Statement(
    lambda **beside: _numbered(**beside).order_by("-number").values_list("number"), **_BESIDE
)
_BEARER = Statement(
    lambda number, **beside: _numbered(**beside).filter(number=number).order_by().values_list("title"),
    number=int,
    **_BESIDE,
)


def number_give(ctx: ActContext, number: int | None) -> None:
    """Number a suggestion: as asked, or after the session's highest number.

    Two offices at once are numbered one after the other, so whoever asked for no number is never refused one
    that is another's. They wait for each other and for an import into the session, which numbers too; nobody
    else does, and new suggestions of the session do not either.

    :param number: left out for the next free one.
    :raises Invalid: another suggestion of the session bears the number; it is named.
    :raises LockNotAvailable: of the driver, after :data:`NUMBERING_PATIENCE`; the door tells it.
    """
    suggestion = ctx.suggestion
    if ctx.batch is None:  # else the import has locked the session before its first row
        with connection.cursor() as cursor:
            cursor.execute(_SESSION_LOCK, [NUMBERING_PATIENCE, suggestion.session_id])
    beside = {
        "pk": suggestion.pk,
        "session": suggestion.session_id,
        "kind": suggestion.item_kind,
        "body": suggestion.congress_body,
    }
    if number is None:
        found = _HIGHEST.tuples(beside, limit=1)
        suggestion.number = (found[0][0] if found else 0) + 1
        return
    suggestion.number = number
    for (title,) in _BEARER.tuples({**beside, "number": number}):
        raise Invalid([Problem("number", f"第{number}号已是《{title}》的编号，请换一个编号")])


class WithdrawInput(Reason):
    """``basis``: the written application, where the congress's office enters it for the deputy."""

    basis: Annotated[str, Field(title="书面申请", max_length=200)] = ""


def withdraw(ctx: ActContext, data: WithdrawInput) -> None:
    """撤回: the deputy's own act, or entered from his written application; ends what runs (row 5)."""
    ctx.basis_needed(data.basis)
    handling_end(ctx)


def agree_to_withdraw(ctx: ActContext, data: NoInput) -> None:
    """A co-signer's consent to a withdrawal."""
    ctx.suggestion.co_signatures.filter(deputy__pk__in=ctx.actor.deputy_ids).update(agrees_to_withdraw=True)


def handling_end(ctx: ActContext) -> None:
    """End every live assignment and reply and stop every clock."""
    for assignment in ctx.suggestion.assignments.exclude(state__in=[*GONE, AssignmentState.DONE]):
        ctx.moves(assignment, AssignmentState.ENDED)
    for reply in ctx.suggestion.replies.exclude(state__in=[ReplyState.ISSUED, ReplyState.ENDED]):
        ctx.moves(reply, ReplyState.ENDED)
    case_clocks_stop(suggestion=ctx.suggestion, on=ctx.today)


class MergeInput(Input):
    """The suggestion that this one is handled together with."""

    into: Annotated[int, Field(title="并入的建议", ge=1)]
    reason: Annotated[str, Field(title="理由", min_length=1, max_length=2000)]


_MAY_TAKE_IN = (SuggestionState.REGISTERED, SuggestionState.PRE_ASSIGNED, SuggestionState.ASSIGNED)


def _kind_of(suggestion: Suggestion) -> tuple[int, str, str, str]:
    return (
        suggestion.session_id,
        suggestion.item_kind,
        suggestion.congress_body,
        suggestion.recipient_system,
    )


def merge(ctx: ActContext, data: MergeInput) -> None:
    """并案: one handling; the original keeps its number, counts, and its deputy gets a reply (row 6)."""
    main = Suggestion.objects.filter(pk=data.into).first()
    if main is None or main.pk == ctx.suggestion.pk or _kind_of(main) != _kind_of(ctx.suggestion):
        raise Invalid([Problem("into", "请选择同一届次、同一类、同一交办对象的另一件建议作为并入的建议")])
    if main.state not in _MAY_TAKE_IN:
        # What is handled already was not handled with this deputy's words in hand.
        raise Invalid(
            [Problem("into", f"《{main.title}》现为“{main.get_state_display()}”，不能再并入其他建议")]
        )
    if ctx.suggestion.merged.exists():
        raise Invalid([Problem("into", "已有其他建议并入本件，本件不能再并入；请把另一件并入本件")])
    ctx.suggestion.merged_into = main
    handling_end(ctx)


INTAKE_ACTS = {
    "edit": Act(EditInput, edit),
    "invite_co_signers": Act(DeputiesInput, invite_co_signers),
    "co_sign": Act(NoInput, co_sign),
    "decline_co_sign": Act(NoInput, decline_co_sign),
    "remove_co_signer": Act(DeputiesInput, remove_co_signer),
    "submit": Act(SubmitInput, submit),
    "convert_motion": Act(MotionInput, convert_motion),
    "send_back": Act(Reason, send_back),
    "not_accept": Act(RefusalInput, not_accept),
    "register": Act(RegisterInput, register),
    "withdraw": Act(WithdrawInput, withdraw),
    "agree_to_withdraw": Act(NoInput, agree_to_withdraw),
    "merge": Act(MergeInput, merge),
}
