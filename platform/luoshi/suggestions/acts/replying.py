"""The reply letter and the decision to publish it (domain.md C1 rows 13–15, 20, 21)."""

from datetime import date
from typing import Annotated

from django.utils import timezone
from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentState, SuggestionState
from luoshi.suggestions.acts.act import Act, NoInput, Reason, nothing_more
from luoshi.suggestions.acts.files import (
    Attachments,
    RemovedAttachments,
    attachments_change,
    attachments_state,
)
from luoshi.suggestions.models import DraftComment, Promise, Publication, Reply, Review
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
    issued_on: Annotated[date | None, Field(title="答复日期")] = None
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
    _publication_clock_start(ctx)
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


def _publication_clock_start(ctx: ActContext) -> None:
    clock_start(
        suggestion=ctx.suggestion,
        kind="publication",
        starts_on=ctx.today,
        deadline=ctx.deadline(ctx.today, ctx.settings.windows.publication),
        assignment=ctx.own_assignment(),
        reply=ctx.own_reply(),
    )


def _publication_clock_end(ctx: ActContext) -> None:
    clock_end(
        suggestion=ctx.suggestion,
        kind="publication",
        assignment=ctx.own_assignment(),
        reply=ctx.own_reply(),
        on=ctx.today,
    )


class ProposePublicationInput(Input):
    """Open by default; not to publish needs a ground in law just as publishing does (HN-19)."""

    mode: Annotated[Publication.Mode, Field(title="方式")]
    ground: Annotated[str, Field(title="依据", min_length=1, max_length=2000)]


def propose_publication(ctx: ActContext, data: ProposePublicationInput) -> None:
    """提出公开意见."""
    if ctx.suggestion.state not in (
        SuggestionState.REPLIED,
        SuggestionState.EVALUATED,
        SuggestionState.EVALUATION_LAPSED,
        SuggestionState.TRACKING,
        SuggestionState.CLOSED,
    ):
        raise Invalid([Problem("", "建议尚未答复完毕，答复齐后再提出公开意见")])
    publication = Publication.objects.create(
        reply=ctx.own_reply(), suggestion=ctx.suggestion, mode=data.mode, ground=data.ground
    )
    ctx.created["publication"] = publication.pk


def check_secrecy(ctx: ActContext, data: NoInput) -> None:
    """先审查、后公开 (保密法实施条例 art. 42)."""
    ctx.own_publication().secrecy_checked_by = ctx.actor.name[:40]


class PublishInput(Input):
    """``override_ground``: the legal ground for publishing what the deputy did not agree to."""

    override_ground: Annotated[str, Field(title="不同意公开仍须公开的依据", max_length=500)] = ""


def approve_publication(ctx: ActContext, data: PublishInput) -> None:
    """批准公开; what is proposed to stay closed is withheld with a reason, or reassessed."""
    if ctx.own_publication().mode == Publication.Mode.NONE:
        raise Invalid([Problem("", "本件拟不公开，不能批准公开；请选择“不公开”并写明理由")])
    ctx.own_publication().approved_by = ctx.actor.name[:40]


def publish(ctx: ActContext, data: PublishInput) -> None:
    """公开."""
    ctx.own_publication().published_on = ctx.today
    _publication_clock_end(ctx)


def withhold(ctx: ActContext, data: Reason) -> None:
    """不公开, with the reason (政府信息公开条例 art. 37)."""
    ctx.own_publication().reason = data.reason
    _publication_clock_end(ctx)


def revoke(ctx: ActContext, data: Reason) -> None:
    """撤下."""
    ctx.own_publication().reason = data.reason


class ReassessInput(Reason):
    """``mode`` and ``ground``: what is proposed now; what is left out stays as it was."""

    mode: Annotated[Publication.Mode | None, Field(title="方式")] = None
    ground: Annotated[str | None, Field(title="依据", min_length=1, max_length=2000)] = None


def reassess(ctx: ActContext, data: ReassessInput) -> None:
    """重新评估 (政府信息公开条例 art. 18): the decision starts anew."""
    publication = ctx.own_publication()
    publication.mode = data.mode or publication.mode
    publication.ground = data.ground or publication.ground
    publication.secrecy_checked_by = ""
    publication.approved_by = ""
    publication.published_on = None
    _publication_clock_start(ctx)


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
PUBLICATION_ACTS = {
    "check_secrecy": Act(NoInput, check_secrecy),
    "approve": Act(PublishInput, approve_publication),
    "send_to_editor": Act(NoInput, nothing_more),
    "publish": Act(PublishInput, publish),
    "withhold": Act(Reason, withhold),
    "revoke": Act(Reason, revoke),
    "reassess": Act(ReassessInput, reassess),
}
