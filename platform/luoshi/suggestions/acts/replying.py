"""The reply letter (domain.md C1 rows 13–15, 20)."""

from datetime import date
from typing import Annotated

from django.utils import timezone
from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentState
from luoshi.suggestions.acts.act import Act, NoInput, nothing_more
from luoshi.suggestions.acts.files import (
    Attachments,
    RemovedAttachments,
    attachments_change,
    attachments_state,
)
from luoshi.suggestions.acts.publishing import (
    ProposePublicationInput,
    propose_publication,
    publication_clock_start,
)
from luoshi.suggestions.models import DraftComment, Promise, Reply, Review
from luoshi.suggestions.result import result_refresh
from luoshi.suggestions.services.clocks import clock_end, clock_start, clocks_stop
from luoshi.suggestions.services.context import ActContext
from luoshi.suggestions.services.reply_drafts import AskAnswer, DraftText, draft_write
from luoshi.validation import Input


class ReplyEditInput(Input):
    """What is left out stays. ``class_code`` is a letter of the county's scheme.

    ``version``: of the draft that the writer began with, so that nobody writes over a colleague's text.
    """

    body: Annotated[str | None, Field(title="正文", max_length=100_000)] = None
    class_code: Annotated[str | None, Field(title="办理结果", max_length=8)] = None
    asks_answered: Annotated[tuple[AskAnswer, ...] | None, Field(title="逐项回应", max_length=30)] = None
    version: Annotated[int | None, Field(title="稿本版本", ge=0)] = None
    remove_attachments: RemovedAttachments = ()
    attachments: Attachments = ()


def edit(ctx: ActContext, data: ReplyEditInput) -> None:
    """修改答复稿."""
    reply = ctx.own_reply()
    if data.body is not None:
        reply.body = data.body
    if data.class_code is not None:
        letter = ctx.settings.letter(data.class_code)
        if letter is None:
            known = "、".join(letter.code for letter in ctx.settings.result_scheme)
            raise Invalid([Problem("class_code", f"本县没有“{data.class_code}”类，可选：{known}")])
        reply.class_code = letter.code
        reply.result_class = letter.result_class
    if data.asks_answered is not None:
        _asks_check(ctx, data.asks_answered)
        reply.asks_answered = [answer.model_dump() for answer in data.asks_answered]
    attachments_change(ctx, data, reply=reply)
    text = DraftText.model_construct(
        body=reply.body,
        class_code=reply.class_code,
        asks_answered=tuple(AskAnswer.model_construct(**answer) for answer in reply.asks_answered),
    )
    draft_write(
        reply_id=reply.pk, text=text, version=data.version, actor=ctx.actor, now=ctx.now, is_pending=False
    )


def _asks_check(ctx: ActContext, answers: tuple[AskAnswer, ...]) -> None:
    """Refuse an answer to what was not asked, and two to one ask.

    :raises Invalid: saying so.
    """
    given = [answer.ask for answer in answers]
    known = set(ctx.suggestion.asks.values_list("pk", flat=True))
    if not known.issuperset(given):
        raise Invalid([Problem("asks_answered", "建议中没有这一项请求，请刷新后重选")])
    if len(set(given)) != len(given):
        raise Invalid([Problem("asks_answered", "每项请求只对应一处回应")])


def share_draft(ctx: ActContext, data: NoInput) -> None:
    """将答复初稿发给代表征求意见 (HN-15)."""
    ctx.own_reply().draft_shared_at = ctx.now


class CommentInput(Input):
    """What the deputy thinks of the draft."""

    text: Annotated[str, Field(title="意见", min_length=1, max_length=5000)]


def comment(ctx: ActContext, data: CommentInput) -> None:
    """代表对稿件的意见; only on a draft that was shared."""
    reply = ctx.own_reply()
    if reply.draft_shared_at is None:
        raise Invalid([Problem("", "承办单位尚未就此稿征求意见")])
    if ctx.suggestion.lead_deputy_id is None:
        raise Invalid([Problem("", "代表团建议没有领衔代表，意见请由大会秘书处转达")])
    DraftComment.objects.create(
        reply=reply, deputy_id=ctx.suggestion.lead_deputy_id, text=data.text, created_at=ctx.now
    )


class PromiseInput(Input):
    """Who, what, by when, how much."""

    text: Annotated[str, Field(title="承诺事项", min_length=1, max_length=2000)]
    responsible: Annotated[str, Field(title="责任人", max_length=40)] = ""
    due_on: Annotated[date | None, Field(title="承诺期限")] = None
    quantity: Annotated[str, Field(title="数量或金额", max_length=100)] = ""


def record_promise(ctx: ActContext, data: PromiseInput) -> None:
    """记入承诺台账."""
    promise = Promise.objects.create(
        suggestion=ctx.suggestion,
        reply=ctx.own_reply(),
        unit_id=ctx.own_assignment().unit_id,
        created_at=ctx.now,
        **data.model_dump(),
    )
    ctx.created["promise"] = promise.pk


class SettleInput(Input):
    """Kept or broken, and what shows it. The unit that promised does not judge itself."""

    promise: Annotated[int, Field(title="承诺", ge=1)]
    kept: Annotated[bool, Field(title="已兑现")]
    note: Annotated[str, Field(title="认定依据", min_length=1, max_length=2000)]


def settle_promise(ctx: ActContext, data: SettleInput) -> None:
    """认定承诺是否兑现."""
    promise = ctx.own_reply().promises.filter(pk=data.promise).first()
    if promise is None:
        raise Invalid([Problem("promise", "这份答复没有此项承诺，请刷新后重选")])
    promise.state = Promise.State.KEPT if data.kept else Promise.State.BROKEN
    promise.settled_on = ctx.today
    promise.settled_note = data.note
    promise.save()


class SignInput(Input):
    """``co_overdue_noted``: the head notes that a co-unit is late and signs without its opinion."""

    co_overdue_noted: Annotated[bool, Field(title="会办逾期已注明")] = False


def sign(ctx: ActContext, data: SignInput) -> None:
    """单位审签, by the head of the unit (佛坪: no internal office may sign)."""
    reply = ctx.own_reply()
    reply.signed_by = ctx.actor.name[:40]
    reply.signed_at = ctx.now
    attachments_state(ctx, reply=reply)
    if data.co_overdue_noted:
        ctx.payload["co_overdue_noted"] = True


def _review(ctx: ActContext, result: Review.Result, reasons: str = "") -> None:
    Review.objects.create(
        reply=ctx.own_reply(),
        result=result,
        reasons=reasons,
        reviewer=ctx.actor.name[:40],
        created_at=ctx.now,
    )


class SendBackInput(Input):
    """Reasons of the county's list by their codes, words of one's own, or both."""

    reasons: Annotated[tuple[str, ...], Field(title="退改原因", max_length=30)] = ()
    reason: Annotated[str, Field(title="具体意见", max_length=2000)] = ""


def send_back(ctx: ActContext, data: SendBackInput) -> None:
    """退改 with reasons (HN-18)."""
    labels = {row.code: row.label for row in ctx.settings.send_back_reasons}
    unknown = [code for code in data.reasons if code not in labels]
    if unknown:
        known = "、".join(labels)
        raise Invalid([Problem("reasons", f"本县没有“{unknown[0]}”这一退改原因，可选：{known}")])
    told = [labels[code] for code in dict.fromkeys(data.reasons)]
    if not told and not data.reason:
        raise Invalid([Problem("reason", "请选择或写明退改理由")])
    text = "；".join(told)
    _review(ctx, Review.Result.SENT_BACK, "。".join(part for part in (text, data.reason) if part))


def approve(ctx: ActContext, data: NoInput) -> None:
    """审核通过: 待发."""
    _review(ctx, Review.Result.PASSED)


class IssueInput(Input):
    """``issued_on``: the date on the letter, today where left out."""

    document_number: Annotated[str, Field(title="发文字号", max_length=60)] = ""
    issued_on: Annotated[date | None, Field(title="答复日期", description="留空即今天")] = None
    face_to_face: Annotated[bool, Field(title="面复")] = False


def issue(ctx: ActContext, data: IssueInput) -> None:
    """答复代表. When the last lead has replied the suggestion is replied and the deputy's clock starts.

    Every clock goes by the day on which this is done, whatever date the letter bears: a date written on paper
    neither makes a late reply punctual nor takes the deputy's time to answer.
    """
    reply = ctx.own_reply()
    assignment = ctx.own_assignment()
    day = data.issued_on or ctx.today
    passed = reply.reviews.filter(result=Review.Result.PASSED).latest("pk").created_at
    if day > ctx.today:
        raise Invalid([Problem("issued_on", "答复日期不能晚于今天")])
    if day < timezone.localdate(passed):
        raise Invalid([Problem("issued_on", f"答复日期不能早于审核通过之日 {timezone.localdate(passed)}")])
    reply.document_number = data.document_number
    reply.face_to_face = data.face_to_face
    reply.issued_on = day
    reply.save()
    if reply.kind == Reply.Kind.REPLY:
        assignment.done_on = ctx.today
        ctx.moves(assignment, AssignmentState.DONE)
        clock_end(suggestion=ctx.suggestion, kind="lead_reply", assignment=assignment, on=ctx.today)
        if ctx.settings.windows.first_contact is not None:
            clocks_stop(suggestion=ctx.suggestion, kind="first_contact", assignment=assignment, on=ctx.today)
    publication_clock_start(ctx)
    result_refresh(ctx.suggestion, ctx.settings, just_issued=reply)


def replied(ctx: ActContext) -> None:
    """What begins when the last lead has replied: the deputy's time to evaluate (row 16).

    The suggestions that were merged into this one have their reply with it, each its own deputy's to judge.
    """
    due = ctx.deadline(ctx.today, ctx.settings.windows.evaluation)
    for suggestion in (ctx.suggestion, *ctx.suggestion.merged.all()):
        suggestion.replied_on = ctx.today
        if suggestion is not ctx.suggestion:
            suggestion.round = ctx.suggestion.round
            suggestion.save()
        clock_start(suggestion=suggestion, kind="evaluation", starts_on=ctx.today, deadline=due)


REPLY_ACTS = {
    "edit": Act(ReplyEditInput, edit),
    "share_draft": Act(NoInput, share_draft),
    "comment": Act(CommentInput, comment),
    "record_promise": Act(PromiseInput, record_promise),
    "add_promise": Act(PromiseInput, record_promise),
    "settle_promise": Act(SettleInput, settle_promise),
    "sign": Act(SignInput, sign),
    "submit_review": Act(NoInput, nothing_more),
    "send_back": Act(SendBackInput, send_back),
    "approve": Act(NoInput, approve),
    "issue": Act(IssueInput, issue),
    "propose_publication": Act(ProposePublicationInput, propose_publication),
}
