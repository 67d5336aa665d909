"""The core's guards: each says whether its condition holds, why it is asked and how to meet it.

A guard reads; it never writes. ``data`` is the parsed input of the act.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from luoshi.accounts.actor import Channel
from luoshi.calendar.types import Start
from luoshi.lifecycle.stage import FOLLOWS_LEADS, GONE
from luoshi.lifecycle.states import (
    AssignmentRole,
    AssignmentState,
    RaisedWhen,
    ReplyState,
    ResultClass,
    SuggestionState,
)
from luoshi.lifecycle.transition import Guard
from luoshi.methods.types import Requirement
from luoshi.suggestions.county_settings import CountySettings, WithdrawalRule
from luoshi.suggestions.models import (
    Assignment,
    Clock,
    Contact,
    CoSignature,
    Evaluation,
    Promise,
    Publication,
    PublishedVersion,
    Reply,
    Suggestion,
    Unit,
)
from luoshi.suggestions.models.assignment import Decision
from luoshi.suggestions.rendition import names_hidden, rendition_holds, version_holds
from luoshi.suggestions.result import letters_standing
from luoshi.suggestions.services.context import ActContext

CORE = "core"


def _answer(guard: Guard, met: bool, reason: str, how_to_meet: str) -> Requirement:
    return Requirement(code=guard.value, met=met, reason=reason, how_to_meet=how_to_meet, owner=CORE)


def deputy_valid(ctx: ActContext, data: Any) -> Requirement:
    """The lead deputy is a deputy today. A delegation's suggestion has no single deputy to check."""
    deputy = ctx.suggestion.lead_deputy
    met = deputy is None or (
        (deputy.valid_from is None or deputy.valid_from <= ctx.today)
        and (deputy.valid_to is None or deputy.valid_to >= ctx.today)
    )
    return _answer(
        Guard.DEPUTY_VALID, met, "领衔代表须在任", "请核对领衔代表的任期；已离任的，请改由其他代表领衔"
    )


def one_matter(ctx: ActContext, data: Any) -> Requirement:
    """一事一议."""
    return _answer(
        Guard.ONE_MATTER, data.one_matter, "一件建议只提一件事", "请确认“一事一议”；有几件事的，请分开提出"
    )


def exclusions_acknowledged(ctx: ActContext, data: Any) -> Requirement:
    """The deputy has read what is not accepted."""
    return _answer(
        Guard.EXCLUSIONS_ACKNOWLEDGED,
        data.exclusions_acknowledged,
        "提交前须知悉不予受理的情形",
        "请阅读不予受理情形并确认本件不在其列",
    )


def co_signers_answered(ctx: ActContext, data: Any) -> Requirement:
    """All invited co-signers answered or were removed."""
    waiting = ctx.suggestion.co_signatures.filter(state=CoSignature.State.INVITED).count()
    return _answer(
        Guard.CO_SIGNERS_ANSWERED,
        waiting == 0,
        f"还有 {waiting} 位受邀代表未答复是否附议" if waiting else "受邀代表均已答复",
        "请等待其答复，或移除邀请后再提交",
    )


def submission_open(ctx: ActContext, data: Any) -> Requirement:
    """Before the session's deadline; a suggestion between sessions has none.

    What was handed in on paper, or stands in a table, was handed in before it was typed.
    """
    until = ctx.suggestion.session.submission_until
    afterwards = ctx.actor.channel in (Channel.PAPER, Channel.IMPORT)
    between = ctx.suggestion.raised_when != RaisedWhen.IN_SESSION
    met = between or until is None or ctx.now <= until or afterwards
    return _answer(
        Guard.SUBMISSION_OPEN,
        met,
        "大会期间的建议须在截止时间前提交",
        "截止时间已过，请改为闭会期间建议后提交",
    )


def withdrawal_open(ctx: ActContext, data: Any) -> Requirement:
    """Before the hand-over, or before the first reply, by the county's rule; not from under merged ones."""
    if ctx.suggestion.merged.exists():
        return _answer(Guard.WITHDRAWAL_OPEN, False, "已有其他代表的建议并入本件，不能撤回", "请等待一并答复")
    if ctx.settings.withdrawal == WithdrawalRule.BEFORE_HAND_OVER:
        met = ctx.suggestion.handed_over_on is None
        return _answer(Guard.WITHDRAWAL_OPEN, met, "本县规定交办前可以撤回", "已交办的建议请等待答复")
    met = not ctx.suggestion.replies.filter(state=ReplyState.ISSUED).exists()
    return _answer(Guard.WITHDRAWAL_OPEN, met, "本县规定答复前可以撤回", "已有单位答复，不能再撤回")


def co_signers_agree(ctx: ActContext, data: Any) -> Requirement:
    """A joint suggestion is withdrawn only when all agree, where the county says so (上海)."""
    waiting = 0
    if ctx.settings.joint_withdrawal_needs_all:
        waiting = ctx.suggestion.co_signatures.filter(
            state=CoSignature.State.CONFIRMED, agrees_to_withdraw=False
        ).count()
    return _answer(
        Guard.CO_SIGNERS_AGREE,
        waiting == 0,
        f"还有 {waiting} 位附议代表未同意撤回" if waiting else "附议代表均已同意撤回",
        "请由附议代表在系统中点“同意撤回”",
    )


def units_valid(ctx: ActContext, data: Any) -> Requirement:
    """No unit that was abolished or does not exist yet on the day."""
    day = getattr(data, "handed_over_on", None) or ctx.today
    ids = [part.unit for part in data.units]
    if not ids and ctx.transition.name == "rehandle":
        # The same units again.
        parts = ctx.suggestion.assignments.filter(round=ctx.suggestion.round).exclude(state__in=GONE)
        ids = list(parts.values_list("unit_id", flat=True))
    gone = [
        unit.name
        for unit in Unit.objects.filter(pk__in=ids)
        if (unit.valid_from is not None and unit.valid_from > day)
        or (unit.valid_to is not None and unit.valid_to < day)
    ]
    return _answer(
        Guard.UNITS_VALID,
        not gone,
        f"{'、'.join(gone)} 在 {day} 不在有效期内" if gone else "承办单位均在有效期内",
        "请改选机构改革后的单位",
    )


def trio_named(ctx: ActContext, data: Any) -> Requirement:
    """三级责任制 (HN-05): all three responsible persons are named."""
    unit = ctx.own_assignment().unit
    missing = [
        label
        for label, given, usual in (
            ("主要负责人", data.principal, unit.principal),
            ("分管负责人", data.in_charge, unit.in_charge),
            ("经办人", data.handler, unit.handler),
        )
        if not (given or usual)
    ]
    return _answer(
        Guard.TRIO_NAMED,
        not missing,
        f"签收须明确三级责任人，还缺{'、'.join(missing)}" if missing else "三级责任人已明确",
        "请填写主要负责人、分管负责人和经办人后签收",
    )


def return_window_open(ctx: ActContext, data: Any) -> Requirement:
    """Inside the window in which a unit may give a suggestion back."""
    assignment = ctx.own_assignment()
    window = ctx.settings.windows.return_request
    start = assignment.handed_over_on or ctx.today
    if window.start == Start.RECEIPT and assignment.accepted_at is not None:
        start = timezone.localdate(assignment.accepted_at)
    due = ctx.deadline(start, window)
    return _answer(
        Guard.RETURN_WINDOW_OPEN,
        ctx.today <= due.due_on,
        f"申请退办的期限为 {due.due_on}（{window}）",
        "期限已过，请继续办理；确有困难的，请与交办机关当面商量改办",
    )


def first_contact(ctx: ActContext, data: Any) -> Requirement:
    """A lead begins with a contact, where the county asks for it."""
    assignment = ctx.own_assignment()
    needed = ctx.settings.first_contact_needed and assignment.is_lead
    met = not needed or standing_contacts(assignment).exists()
    return _answer(
        Guard.FIRST_CONTACT, met, "开始办理前须先与代表沟通", "请先记录一次与代表的沟通，再点“开始办理”"
    )


def standing_contacts(assignment: Assignment) -> QuerySet[Contact]:
    """The contacts of a part that the deputy has not denied: a denied one counts for nothing."""
    return Contact.objects.filter(assignment=assignment).exclude(confirmed=False)


def is_lead(ctx: ActContext, data: Any) -> Requirement:
    """主办 or 分办."""
    return _answer(
        Guard.IS_LEAD, ctx.own_assignment().is_lead, "此项由主办、分办单位办理", "会办单位请提交会办意见"
    )


def is_co(ctx: ActContext, data: Any) -> Requirement:
    """会办."""
    return _answer(
        Guard.IS_CO,
        ctx.own_assignment().role == AssignmentRole.CO,
        "此项只针对会办单位",
        "主办、分办单位请直接拟写答复",
    )


def before_due(ctx: ActContext, data: Any) -> Requirement:
    """An extension is asked for while the clock still runs."""
    due_on = ctx.own_assignment().due_on
    return _answer(
        Guard.BEFORE_DUE,
        due_on is None or ctx.today <= due_on,
        f"延期须在期限（{due_on}）届满前申请",
        "期限已过，请尽快答复，逾期将如实显示",
    )


def extension_pending(ctx: ActContext, data: Any) -> Requirement:
    """There is a request to decide."""
    # All of them: a case page asks this of each part and has read them for all parts at once.
    met = any(row.decision == Decision.PENDING for row in ctx.own_assignment().extensions.all())
    return _answer(Guard.EXTENSION_PENDING, met, "须有待定的延期申请", "请先由承办单位申请延期")


def reply_outstanding(ctx: ActContext, data: Any) -> Requirement:
    """The leads of this part's round still work on their replies: what comes later changes nothing."""
    met = ctx.suggestion.state in FOLLOWS_LEADS and ctx.own_assignment().round == ctx.suggestion.round
    return _answer(
        Guard.REPLY_OUTSTANDING, met, "只有办理中的会办意见可以退回", "建议已答复或已进入下一轮，不必再退回"
    )


def no_open_reply(ctx: ActContext, data: Any) -> Requirement:
    """One letter at a time."""
    open_reply = (
        Reply.objects.filter(assignment=ctx.own_assignment())
        .exclude(state__in=[ReplyState.ISSUED, ReplyState.ENDED])
        .exists()
    )
    return _answer(
        Guard.NO_OPEN_REPLY, not open_reply, "同一承办件一次只拟一份答复", "请继续修改已有的答复稿"
    )


def class_chosen(ctx: ActContext, data: Any) -> Requirement:
    """A reply says which class its result is in."""
    return _answer(
        Guard.CLASS_CHOSEN,
        bool(ctx.own_reply().result_class),
        "审签前须选定办理结果类别",
        "请在答复稿中选择结果类别",
    )


def body_written(ctx: ActContext, data: Any) -> Requirement:
    """A letter has text."""
    return _answer(
        Guard.BODY_WRITTEN, bool(ctx.own_reply().body.strip()), "答复正文不能为空", "请先写好答复正文"
    )


def co_opinions_in(ctx: ActContext, data: Any) -> Requirement:
    """Every co-unit's opinion is in, or its lateness is noted (domain.md C1 row 13)."""
    waiting = list(
        Assignment.objects.filter(
            suggestion=ctx.suggestion, round=ctx.suggestion.round, role=AssignmentRole.CO
        )
        .exclude(state__in=[AssignmentState.DONE, *GONE])
        .select_related("unit")
    )
    early = [part for part in waiting if part.due_on is None or part.due_on >= ctx.today]
    noted = bool(getattr(data, "co_overdue_noted", False))
    names = "、".join(part.unit.name for part in waiting)
    met = not waiting or (noted and not early)
    return _answer(
        Guard.CO_OPINIONS_IN,
        met,
        f"会办意见未到：{names}" if waiting else "会办意见已到齐",
        "请等待会办意见；会办单位逾期的，可注明“会办逾期”后审签",
    )


def evaluation_due_passed(ctx: ActContext, data: Any) -> Requirement:
    """The deputy's window is over."""
    running = Clock.objects.filter(
        suggestion=ctx.suggestion, kind="evaluation", owner=CORE, state=Clock.State.RUNNING
    ).first()
    met = running is not None and running.due_on < ctx.today
    return _answer(Guard.EVALUATION_DUE_PASSED, met, "代表评价期限尚未届满", "请等待代表评价，或发出催评提醒")


def standing_trigger(suggestion: Suggestion, settings: CountySettings) -> bool:
    """Whether the grade that stands asks for a re-handling: the deputy's last one, his silence heals nothing.

    The deputies whose suggestions were merged into this one count as he does. A grade that a past year's
    table states triggers nothing now: what followed belongs to that year.
    """
    cases = [suggestion.pk, *suggestion.merged.values_list("pk", flat=True)]
    last: dict[tuple[int, str], tuple[int, str]] = {}
    rows = Evaluation.objects.filter(suggestion_id__in=cases, is_imported=False)
    for case, axis, number, grade in rows.values_list("suggestion_id", "axis", "round", "grade"):
        if (number, grade) > last.get((case, axis), (0, "")):
            last[(case, axis)] = (number, grade)
    return any(grade in settings.trigger_grades for _, grade in last.values())


def rehandling_ground(ctx: ActContext, data: Any) -> Requirement:
    """A grade that opens it by the county's rule; after the end, a broken promise or a decision."""
    ended = ctx.suggestion.state in (
        SuggestionState.TRACKING,
        SuggestionState.CLOSED,
        SuggestionState.EVALUATION_LAPSED,
    )
    if data.ground == "grade":
        met = standing_trigger(ctx.suggestion, ctx.settings)
    elif data.ground == "broken_promise":
        met = ended and ctx.suggestion.promises.filter(state=Promise.State.BROKEN).exists()
    else:
        met = ended
    return _answer(
        Guard.REHANDLING_GROUND,
        met,
        "重新办理须有依据：触发重办的评价、未兑现的承诺，或办结后的决定",
        "请核对重办原因；承诺未兑现的，请先认定承诺未兑现",
    )


def no_trigger_grade(ctx: ActContext, data: Any) -> Requirement:
    """What the deputy was not satisfied with is handled again, not closed, though he be silent now."""
    silent = ctx.suggestion.state == SuggestionState.EVALUATION_LAPSED or (
        # Tracked by a decision after his silence: it ends as it began, or by another round.
        ctx.suggestion.state == SuggestionState.TRACKING
        and not ctx.suggestion.evaluations.filter(round=ctx.suggestion.round).exists()
    )
    met = not standing_trigger(ctx.suggestion, ctx.settings) or (silent and bool(data.decision))
    return _answer(
        Guard.NO_TRIGGER_GRADE,
        met,
        "代表的评价要求重新办理，不能办结、转入跟踪或结束跟踪",
        "请发起重新办理；重办后代表未再表态的，可写明决定的依据后办结" if silent else "请发起重新办理",
    )


def not_yet_heard(ctx: ActContext, data: Any) -> Requirement:
    """One answer of his own a round. What staff entered for him gives way to it, not to another entry."""
    standing = list(
        Evaluation.objects.filter(suggestion=ctx.suggestion, round=ctx.suggestion.round).values_list(
            "by_proxy", flat=True
        )
    )
    met = not ctx.suggestion.is_imported and (not standing or (all(standing) and ctx.speaks_for_himself))
    return _answer(
        Guard.NOT_YET_HEARD, met, "每轮只评价一次；工作人员代录的，代表本人可以改正", "本轮评价已经收到"
    )


def main_replied(ctx: ActContext, data: Any) -> Requirement:
    """A merged suggestion has its reply with the one it was merged into."""
    return _answer(
        Guard.MAIN_REPLIED,
        ctx.suggestion.replied_on is not None,
        "并入的建议尚未答复",
        "请等待答复后评价",
    )


def result_resolved(ctx: ActContext, data: Any) -> Requirement:
    """Closing without tracking is for what was resolved, by every unit that answers (domain.md C1 row 17)."""
    classes = {letter.result_class for letter in letters_standing(ctx.suggestion)}
    return _answer(
        Guard.RESULT_RESOLVED,
        classes == {ResultClass.RESOLVED},
        "每个答复单位的结果都须为已经解决或基本解决，才能直接办结",
        "尚未解决的，请转入跟踪",
    )


def result_unresolved(ctx: ActContext, data: Any) -> Requirement:
    """Tracking is for what is not yet resolved, be it only one unit's part (HN-23)."""
    classes = {letter.result_class for letter in letters_standing(ctx.suggestion)}
    return _answer(
        Guard.RESULT_UNRESOLVED,
        bool(classes - {ResultClass.RESOLVED}),
        "只有尚未解决的建议转入跟踪",
        "已经解决的，请直接办结",
    )


def tracking_exit(ctx: ActContext, data: Any) -> Requirement:
    """Tracking ends with the thing done and the deputy told, or with an explanation (HN-16, JY-11)."""
    if data.exit == "resolved":
        letters = letters_standing(ctx.suggestion)
        met = (
            {letter.result_class for letter in letters} == {ResultClass.RESOLVED}
            and any(letter.kind == Reply.Kind.SUPPLEMENT for letter in letters)
            and data.deputy_view is not None
            and (data.deputy_view != "disagrees" or bool(data.explanation))
        )
        return _answer(
            Guard.TRACKING_EXIT,
            met,
            "以“已解决”结束跟踪，须每个答复单位都有结果为已解决的答复，已补充答复代表，并写明代表意见",
            "请先由承办单位发出补充答复，再征求代表意见；代表不认可的，须说明理由",
        )
    return _answer(
        Guard.TRACKING_EXIT, bool(data.explanation), "结束跟踪须说明情况", "请写明取得的进展或不能落实的原因"
    )


def suggestion_tracked(ctx: ActContext, data: Any) -> Requirement:
    """A supplement follows the last round's reply while the suggestion is tracked."""
    is_last = ctx.own_assignment().round == ctx.suggestion.round
    return _answer(
        Guard.SUGGESTION_TRACKED,
        ctx.suggestion.state == SuggestionState.TRACKING and is_last,
        "补充答复由最近一轮的承办单位在跟踪中提出",
        "请先将建议转入跟踪；已重新办理的，请由最近一轮的承办件提出",
    )


def publication_consented(ctx: ActContext, data: Any) -> Requirement:
    """A confidential one is not published; one whose deputy objects only on a legal ground."""
    suggestion = ctx.suggestion
    ground = getattr(data, "override_ground", "") or ctx.own_publication().override_ground
    met = not suggestion.is_confidential and (suggestion.wants_publication is not False or bool(ground))
    return _answer(
        Guard.PUBLICATION_CONSENTED,
        met,
        "代表要求保密的不公开；代表不同意公开的，公开须有法定依据",
        "请改为不公开；确须公开的，请写明依据",
    )


def publication_absent(ctx: ActContext, data: Any) -> Requirement:
    """One decision for each reply; it can be reassessed."""
    met = not Publication.objects.filter(reply=ctx.own_reply()).exists()
    return _answer(
        Guard.PUBLICATION_ABSENT, met, "本答复已有公开意见", "如需更改，请对已有的公开意见重新评估"
    )


def reply_issued(ctx: ActContext, data: Any) -> Requirement:
    """Only what the deputy has received is published (HN-18)."""
    return _answer(
        Guard.REPLY_ISSUED, ctx.own_reply().state == ReplyState.ISSUED, "只公开已发出的答复", "请先答复代表"
    )


def rendition_confirmed(ctx: ActContext, data: Any) -> Requirement:
    """What goes out has been masked and read by a named person, from the originals as they are now."""
    if ctx.own_publication().mode == Publication.Mode.NONE:
        return _answer(
            Guard.RENDITION_CONFIRMED,
            False,
            "本件拟不公开，不能批准公开",
            "请选择“不公开”并写明理由；改为公开的，请先“不公开”再“重新评估”",
        )
    return _answer(
        Guard.RENDITION_CONFIRMED,
        rendition_holds(ctx.own_publication(), names_hidden(ctx.suggestion, ctx.settings)),
        "公开的文字须先脱敏，由专人对照原文确认",
        "请打开“脱敏对照”，逐处核对后确认；原文改动过的须重新确认",
    )


def version_approved(ctx: ActContext, data: Any) -> Requirement:
    """Word for word what was approved: neither changed since nor another version than the reviewer saw."""
    newest = PublishedVersion.newest(ctx.own_publication().pk)
    met = newest is not None and newest.digest == getattr(data, "digest", "") and version_holds(newest)
    return _answer(
        Guard.VERSION_APPROVED,
        met,
        "公开的须与批准的公开版一字不差",
        "您看到的不是最新批准的公开版，请重新打开后再审",
    )


GUARDS: dict[Guard, Callable[[ActContext, Any], Requirement]] = {
    Guard.DEPUTY_VALID: deputy_valid,
    Guard.ONE_MATTER: one_matter,
    Guard.EXCLUSIONS_ACKNOWLEDGED: exclusions_acknowledged,
    Guard.CO_SIGNERS_ANSWERED: co_signers_answered,
    Guard.SUBMISSION_OPEN: submission_open,
    Guard.WITHDRAWAL_OPEN: withdrawal_open,
    Guard.CO_SIGNERS_AGREE: co_signers_agree,
    Guard.UNITS_VALID: units_valid,
    Guard.TRIO_NAMED: trio_named,
    Guard.RETURN_WINDOW_OPEN: return_window_open,
    Guard.FIRST_CONTACT: first_contact,
    Guard.IS_LEAD: is_lead,
    Guard.IS_CO: is_co,
    Guard.BEFORE_DUE: before_due,
    Guard.EXTENSION_PENDING: extension_pending,
    Guard.REPLY_OUTSTANDING: reply_outstanding,
    Guard.NO_OPEN_REPLY: no_open_reply,
    Guard.CLASS_CHOSEN: class_chosen,
    Guard.BODY_WRITTEN: body_written,
    Guard.CO_OPINIONS_IN: co_opinions_in,
    Guard.EVALUATION_DUE_PASSED: evaluation_due_passed,
    Guard.REHANDLING_GROUND: rehandling_ground,
    Guard.NOT_YET_HEARD: not_yet_heard,
    Guard.MAIN_REPLIED: main_replied,
    Guard.PUBLICATION_CONSENTED: publication_consented,
    Guard.NO_TRIGGER_GRADE: no_trigger_grade,
    Guard.RESULT_RESOLVED: result_resolved,
    Guard.RESULT_UNRESOLVED: result_unresolved,
    Guard.TRACKING_EXIT: tracking_exit,
    Guard.SUGGESTION_TRACKED: suggestion_tracked,
    Guard.PUBLICATION_ABSENT: publication_absent,
    Guard.REPLY_ISSUED: reply_issued,
    Guard.RENDITION_CONFIRMED: rendition_confirmed,
    Guard.VERSION_APPROVED: version_approved,
}


def requirements_of(ctx: ActContext, data: Any) -> tuple[Requirement, ...]:
    """What the core asks before this act, met or not, in the order of the table."""
    return tuple(GUARDS[guard](ctx, data) for guard in ctx.transition.guards)
