"""The life of a suggestion (domain.md C1), row by row."""

from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.states import SuggestionState as S
from luoshi.lifecycle.transition import Guard, Transition, Who

_OFFICES = (Who.SECRETARIAT, Who.CONGRESS_OFFICE)
_HELPED = (Who.LEAD_DEPUTY, *_OFFICES, Who.PRESIDIUM)


def _row(
    name: str,
    label: str,
    sources: tuple[S, ...],
    target: S | None,
    who: tuple[Who, ...],
    *guards: Guard,
    row: str,
    clock: str = "",
    document: str = "",
) -> Transition:
    return Transition(
        Subject.SUGGESTION, name, label, frozenset(sources), target, who, guards, clock, document, row
    )


SUGGESTION_TABLE = (
    _row("edit", "修改草稿", (S.DRAFT,), None, _HELPED, row="1"),
    _row("invite_co_signers", "邀请附议", (S.DRAFT, S.CO_SIGNING), S.CO_SIGNING, _HELPED, row="2"),
    _row(
        "co_sign", "同意附议", (S.CO_SIGNING,), None, (Who.INVITED_CO_SIGNER,), row="2", document="联名确认"
    ),
    _row("decline_co_sign", "不附议", (S.CO_SIGNING,), None, (Who.INVITED_CO_SIGNER,), row="2"),
    _row("remove_co_signer", "移除附议邀请", (S.CO_SIGNING,), None, _HELPED, row="2"),
    _row(
        "submit",
        "提交",
        (S.DRAFT, S.CO_SIGNING),
        S.SUBMITTED,
        _HELPED,
        Guard.DEPUTY_VALID,
        Guard.ONE_MATTER,
        Guard.EXCLUSIONS_ACKNOWLEDGED,
        Guard.CO_SIGNERS_ANSWERED,
        Guard.SUBMISSION_OPEN,
        row="2",
    ),
    _row(
        "convert_motion",
        "议案转为建议",
        (S.SUBMITTED, S.REGISTERED),
        None,
        _OFFICES,
        row="2b",
        document="转建议决定",
    ),
    _row("send_back", "退回代表修改", (S.SUBMITTED,), S.DRAFT, _OFFICES, row="3"),
    _row(
        "not_accept", "不予受理", (S.SUBMITTED,), S.NOT_ACCEPTED, _OFFICES, row="3", document="不予受理告知"
    ),
    _row("register", "受理编号", (S.SUBMITTED,), S.REGISTERED, _OFFICES, row="4", document="登记表"),
    _row(
        "withdraw",
        "撤回",
        (S.SUBMITTED, S.REGISTERED, S.PRE_ASSIGNED, S.ASSIGNED, S.IN_HANDLING),
        S.WITHDRAWN,
        _HELPED,
        Guard.WITHDRAWAL_OPEN,
        Guard.CO_SIGNERS_AGREE,
        row="5",
        document="撤回申请",
    ),
    _row(
        "agree_to_withdraw",
        "同意撤回",
        (S.SUBMITTED, S.REGISTERED, S.PRE_ASSIGNED, S.ASSIGNED, S.IN_HANDLING),
        None,
        (Who.CO_SIGNER,),
        row="5",
    ),
    _row(
        "merge",
        "并案办理",
        (S.REGISTERED, S.PRE_ASSIGNED),
        S.MERGED,
        (Who.CONGRESS_OFFICE, Who.GOVERNMENT_OFFICE),
        row="6",
        document="合并说明",
    ),
    _row(
        "pre_assign",
        "预分办",
        (S.REGISTERED, S.PRE_ASSIGNED),
        S.PRE_ASSIGNED,
        (Who.GOVERNMENT_OFFICE, Who.CONGRESS_OFFICE),
        Guard.UNITS_VALID,
        row="7",
        document="分办预审会纪要",
    ),
    _row("claim", "认领", (S.PRE_ASSIGNED,), None, (Who.PROPOSED_UNIT,), row="7"),
    _row("object", "提出异议", (S.PRE_ASSIGNED,), None, (Who.PROPOSED_UNIT,), row="7"),
    _row(
        "hand_over",
        "交办",
        (S.REGISTERED, S.PRE_ASSIGNED),
        S.ASSIGNED,
        (Who.CONGRESS_OFFICE, Who.GOVERNMENT_OFFICE),
        Guard.UNITS_VALID,
        row="8",
        clock="lead_reply",
        document="交办函",
    ),
    _row(
        "evaluate",
        "评价",
        (S.REPLIED, S.EVALUATION_LAPSED),
        S.EVALUATED,
        (Who.LEAD_DEPUTY, Who.CONGRESS_OFFICE),
        row="16",
        document="征询意见表",
    ),
    _row("remind_evaluation", "催评", (S.REPLIED,), None, (Who.CONGRESS_OFFICE, Who.SYSTEM), row="16"),
    _row(
        "lapse_evaluation",
        "逾期未评",
        (S.REPLIED,),
        S.EVALUATION_LAPSED,
        (Who.SYSTEM,),
        Guard.EVALUATION_DUE_PASSED,
        row="16",
    ),
    _row(
        "close",
        "办结",
        (S.EVALUATED, S.EVALUATION_LAPSED),
        S.CLOSED,
        (Who.CONGRESS_OFFICE, Who.SYSTEM),
        Guard.RESULT_RESOLVED,
        Guard.NO_TRIGGER_GRADE,
        row="17",
        document="办结单",
    ),
    _row(
        "track",
        "转入跟踪",
        (S.EVALUATED, S.EVALUATION_LAPSED, S.CLOSED),
        S.TRACKING,
        (Who.CONGRESS_OFFICE, Who.SYSTEM),
        Guard.RESULT_UNRESOLVED,
        Guard.NO_TRIGGER_GRADE,
        row="17",
        document="承诺台账",
    ),
    _row(
        "rehandle",
        "重新办理",
        (S.EVALUATED,),
        S.ASSIGNED,
        (Who.CONGRESS_OFFICE,),
        Guard.TRIGGER_GRADE,
        Guard.UNITS_VALID,
        row="18",
        clock="rehandling",
        document="重办通知",
    ),
    _row(
        "end_tracking",
        "结束跟踪",
        (S.TRACKING,),
        S.CLOSED,
        (Who.CONGRESS_OFFICE, Who.SYSTEM),
        Guard.TRACKING_EXIT,
        row="20",
        document="落实回执",
    ),
    _row("import_closed", "历年办结件导入", (S.DRAFT,), S.CLOSED, (Who.SYSTEM, *_OFFICES), row="import"),
)
