"""Figures of 提出, 范围, 办理 and 时限 (domain.md C8), all counted in suggestions."""

from django.db.models import Q

from luoshi.lifecycle.states import ProposerKind, RaisedWhen, RecipientSystem, ResultClass, SuggestionState
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.facts import ANSWERED, ENDED, HANDED_OVER

S = SuggestionState
_OF_TOTAL = "提出总数"
_OF_HANDED_OVER = "已交办件数"
HANDED_CASES = COUNTED & Q(main_state__in=HANDED_OVER)
_REPLIED = HANDED_CASES & Q(has_reply=True) & (Q(main_state__in=ANSWERED) | Q(main_round__gt=1))
_SELF_REPORTED = HANDED_CASES & Q(main_class=ResultClass.RESOLVED)
_RESOLVED = _SELF_REPORTED & Q(main_state__in=ENDED, has_trigger_grade=False)
_TO_GOVERNMENT = Q(recipient_system=RecipientSystem.GOVERNMENT)
_JUDGED = HANDED_CASES & Q(has_late=False, has_undated=False)

TOTAL = Definition(
    "total",
    "提出总数",
    "本届次已受理编号的件数，含撤回、并案的；草稿、待受理和不予受理的不计",
    "HN-01",
    COUNTED,
)
IN_SESSION = Definition(
    "in_session",
    "大会期间",
    "大会期间提出的件数",
    "C8 提出",
    COUNTED & Q(raised_when=RaisedWhen.IN_SESSION),
    _OF_TOTAL,
)
BETWEEN_SESSIONS = Definition(
    "between_sessions",
    "闭会期间",
    "闭会期间提出的件数",
    "C8 提出",
    COUNTED & Q(raised_when=RaisedWhen.BETWEEN_SESSIONS),
    _OF_TOTAL,
)
INDIVIDUAL = Definition(
    "individual",
    "个人提出",
    "代表一人提出的件数",
    "C8 提出",
    COUNTED & Q(proposer_kind=ProposerKind.INDIVIDUAL),
    _OF_TOTAL,
)
JOINT = Definition(
    "joint",
    "联名提出",
    "代表联名提出的件数",
    "C8 提出",
    COUNTED & Q(proposer_kind=ProposerKind.JOINT),
    _OF_TOTAL,
)
DELEGATION = Definition(
    "delegation",
    "代表团提出",
    "以代表团名义提出的件数",
    "C8 提出",
    COUNTED & Q(proposer_kind=ProposerKind.DELEGATION),
    _OF_TOTAL,
)
MOTIONS = Definition(
    "motions_converted",
    "议案转建议",
    "由议案转为建议的件数，保留原议案号",
    "C1 行2b",
    COUNTED & ~Q(motion_number=""),
    _OF_TOTAL,
)
WITHDRAWN = Definition(
    "withdrawn", "撤回", "受理编号以后撤回的件数", "C1 行5", COUNTED & Q(state=S.WITHDRAWN), _OF_TOTAL
)
MERGED = Definition(
    "merged",
    "并案",
    "并入另一件办理的件数；仍各计一件，办理情况随主件",
    "C1 行6",
    COUNTED & Q(state=S.MERGED),
    _OF_TOTAL,
)
AWAITING = Definition(
    "awaiting_registration",
    "待受理",
    "已提交尚未受理编号的件数，不在提出总数之内",
    "C1 行4",
    Q(number__isnull=True, state=S.SUBMITTED),
)
NOT_ACCEPTED = Definition(
    "not_accepted", "不予受理", "不予受理的件数，不在提出总数之内", "C1 行3", Q(state=S.NOT_ACCEPTED)
)
WITHDRAWN_EARLY = Definition(
    "withdrawn_before_registration",
    "受理前撤回",
    "受理编号以前撤回的件数，不在提出总数之内",
    "C1 行5",
    Q(number__isnull=True, state=S.WITHDRAWN),
)
KEY = Definition(
    "key.count",
    "重点件",
    "重点督办的件数；是否计入提出总数由本县规则决定",
    "XH-04",
    Q(number__isnull=False, is_key=True),
)
KEY_CLOSED = Definition(
    "key.closed",
    "重点件办结",
    "重点件中已办结的件数",
    "XH-05",
    Q(number__isnull=False, is_key=True, main_state__in=ENDED),
    "重点件数",
)
HANDED = Definition(
    "handed_over",
    "已交办",
    "现已交办承办单位的件数，并案的随主件；撤回的和退回重新分办的不计",
    "C8 范围",
    HANDED_CASES,
    _OF_TOTAL,
)
GOVERNMENT = Definition(
    "scope.government",
    "交政府系统",
    "已交办件中交办对象为政府系统的件数",
    "C8 范围",
    HANDED_CASES & _TO_GOVERNMENT,
    _OF_HANDED_OVER,
)
OTHER_SYSTEMS = Definition(
    "scope.other_systems",
    "交其他系统",
    "已交办件中交办法院、检察院、监委、党群和其他系统的件数",
    "C8 范围",
    HANDED_CASES & ~_TO_GOVERNMENT,
    _OF_HANDED_OVER,
)
GOVERNMENT_TOTAL = Definition(
    "government.total",
    "政府系统：提出",
    "提出总数中交办对象为政府系统的件数",
    "C8 范围",
    COUNTED & _TO_GOVERNMENT,
    _OF_TOTAL,
)
GOVERNMENT_HANDED = Definition(
    "government.handed_over",
    "政府系统：已交办",
    "已交办政府系统的件数，即政府系统各项百分比的分母",
    "C8 范围",
    HANDED_CASES & _TO_GOVERNMENT,
    _OF_HANDED_OVER,
)
GOVERNMENT_REPLIED = Definition(
    "government.replied",
    "政府系统：已答复",
    "已交办政府系统的件中已答复的件数",
    "C8 范围",
    _REPLIED & _TO_GOVERNMENT,
    "已交办政府系统的件数",
)
MERGED_REPLIED = Definition(
    "merged_delivery.replied",
    "并案件随主件答复",
    "并案件中主件的答复已经发出的件数；已计入已答复",
    "C1 行6",
    _REPLIED & Q(state=S.MERGED),
    "并案件数",
)
MERGED_AWAITING = Definition(
    "merged_delivery.awaiting",
    "并案件待答复",
    "并案件中主件尚未全部答复（含尚未交办、已撤回）的件数",
    "C1 行6",
    COUNTED & Q(state=S.MERGED) & ~_REPLIED,
    "并案件数",
)
MERGED_EVALUATED = Definition(
    "merged_delivery.evaluated",
    "并案件代表已评价",
    "并案件中其领衔代表自己评价过的件数；主件代表的评价不代替",
    "C1 行6",
    COUNTED & Q(state=S.MERGED, has_grade=True),
    "并案件数",
)
IN_PROGRESS = Definition(
    "in_progress",
    "办理中",
    "已交办、承办单位尚未全部答复的件数，含重新办理中的",
    "C8 承办",
    HANDED_CASES & Q(main_state__in=(S.ASSIGNED, S.IN_HANDLING)),
    _OF_HANDED_OVER,
)
REPLIED_OPEN = Definition(
    "awaiting_close",
    "答复后待办结",
    "承办单位已全部答复，待代表评价或待办结的件数",
    "C1 行16、17",
    HANDED_CASES & Q(main_state__in=sorted(set(ANSWERED) - set(ENDED))),
    _OF_HANDED_OVER,
)
CLOSED = Definition(
    "closed",
    "办结",
    "办理已经结束的件数，含转入跟踪的；办结不等于解决；代表没有评价的，须由人大代表工委决定方可办结，其件数另计",
    "HN-01",
    COUNTED & Q(main_state__in=ENDED),
    _OF_HANDED_OVER,
)
CLOSED_UNHEARD = Definition(
    "closed_unheard",
    "未听到代表评价而办结",
    "办理已经结束、从未收到代表评价的件数；当年办理的须由人大代表工委决定方可办结，均不视为满意",
    "重庆29条",
    COUNTED & Q(main_state__in=ENDED, has_grade=False),
    "办结件数",
)
TRACKING = Definition(
    "tracking",
    "跟踪中",
    "办理已经结束、所提事项仍在跟踪的件数",
    "HN-23",
    COUNTED & Q(main_state=S.TRACKING),
    _OF_HANDED_OVER,
)
REPLIED = Definition(
    "replied",
    "已答复",
    "承办单位已全部答复代表的件数；重新办理的以首次答复计，历年导入的须有答复记录",
    "HN-01",
    _REPLIED,
    _OF_HANDED_OVER,
)
RESOLVED_BASE = Definition(
    "resolved_base",
    "应计办成率",
    "已交办件中有结果类别的件数，加上因重新办理而暂无结果类别的件数",
    "真满意",
    HANDED_CASES & (~Q(main_class="") | Q(main_round__gt=1)),
    _OF_HANDED_OVER,
)
RESOLVED = Definition(
    "resolved",
    "办成",
    "办理已经结束、现结果类别的含义为已经解决或基本解决（不论本县用什么字母）、"
    "代表最近一次评价未触发重新办理的件数；并案办理的看各件代表的评价，历年导入的以所载类别为准",
    "真满意",
    _RESOLVED,
    "有结果类别的件数，加上因重新办理而暂无结果类别的件数",
)
SELF_REPORTED = Definition(
    "self_reported_resolved",
    "单位自报A类",
    "承办单位在答复中自报为已经解决或基本解决的件数，不论是否办结、代表是否满意",
    "真满意",
    _SELF_REPORTED,
    "有结果类别的件数",
)
NOT_CONFIRMED = Definition(
    "resolved_difference",
    "自报A类而未计办成",
    "单位自报A类与办成之差：办理尚未结束，或代表最近一次评价触发重新办理的件数",
    "真满意",
    _SELF_REPORTED & ~_RESOLVED,
    "单位自报A类件数",
)
REOPENED = Definition(
    "reopened.count",
    "重新办理",
    "进入过第二轮及以后办理的件数，并案的随主件",
    "C8 再办",
    COUNTED & Q(main_round__gt=1),
    "已答复件数",
)
REOPENED_OPEN = Definition(
    "reopened.in_progress",
    "重新办理中",
    "重新办理、尚未再次答复的件数",
    "C8 再办",
    COUNTED & Q(main_round__gt=1, main_state__in=(S.ASSIGNED, S.IN_HANDLING)),
    "重新办理件数",
)
ON_TIME = Definition(
    "deadlines.on_time",
    "按期答复",
    "主办、分办单位都在期限内答复的件数；经同意延期的按延长后的期限",
    "HN-17",
    _JUDGED & Q(main_state__in=ANSWERED),
    "有期限可比的件数",
)
LATE = Definition(
    "deadlines.late",
    "逾期",
    "有主办或分办单位超过期限答复、或到截止日已超期仍未答复的件数",
    "HN-17",
    HANDED_CASES & Q(has_late=True),
    "有期限可比的件数",
)
RUNNING = Definition(
    "deadlines.running",
    "期限内办理中",
    "尚未答复、期限未到的件数",
    "HN-17",
    _JUDGED & ~Q(main_state__in=ANSWERED),
    "有期限可比的件数",
)
UNDATED = Definition(
    "deadlines.undated",
    "无期限可比",
    "没有期限或答复日期记录（如历年导入），不能判断是否按期的件数",
    "HN-17",
    HANDED_CASES & Q(has_late=False, has_undated=True),
    _OF_HANDED_OVER,
)
EXTENDED = Definition(
    "deadlines.extended",
    "延期",
    "有过经同意的延期的件数，与按期、逾期可以重叠",
    "代表法51",
    HANDED_CASES & Q(has_extension=True),
    _OF_HANDED_OVER,
)
UNRESOLVED = Definition(
    "follow_up.ledger",
    "应跟踪",
    "办理已经结束、结果类别不是解决的件数（承诺、计划、暂不能解决等）",
    "HN-23",
    COUNTED & Q(main_state__in=ENDED) & ~Q(main_class__in=("", ResultClass.RESOLVED)),
    "办结件数",
)
FOLLOW_UP_ENDED = Definition(
    "follow_up.ended",
    "跟踪结束",
    "曾经跟踪、现已结束跟踪的件数",
    "JY-11",
    COUNTED & ~Q(main_exit="") & Q(main_state=S.CLOSED),
    "办结件数",
)
FOLLOW_UP_RESOLVED = Definition(
    "follow_up.resolved",
    "跟踪后解决",
    "以已解决结束跟踪的件数",
    "JY-11",
    COUNTED & Q(main_exit="resolved", main_state=S.CLOSED),
    "跟踪结束件数",
)
LEADERLESS = Definition(
    "without_lead",
    "已交办而无主办",
    "现已交办、却没有主办或分办单位的件数；应为 0",
    "HN-07",
    HANDED_CASES & Q(has_lead=False),
    _OF_HANDED_OVER,
)
LOST_MERGES = Definition(
    "merged_without_main",
    "并案的主件又被并入",
    "并入的主件自己又被并入他件的件数；应为 0",
    "C1 行6",
    COUNTED & Q(state=S.MERGED, main_state=S.MERGED),
    "并案件数",
)

HANDLING_FIGURES = (
    TOTAL,
    IN_SESSION,
    BETWEEN_SESSIONS,
    INDIVIDUAL,
    JOINT,
    DELEGATION,
    MOTIONS,
    WITHDRAWN,
    MERGED,
    AWAITING,
    NOT_ACCEPTED,
    WITHDRAWN_EARLY,
    KEY,
    KEY_CLOSED,
    HANDED,
    GOVERNMENT,
    OTHER_SYSTEMS,
    GOVERNMENT_TOTAL,
    GOVERNMENT_HANDED,
    GOVERNMENT_REPLIED,
    MERGED_REPLIED,
    MERGED_AWAITING,
    MERGED_EVALUATED,
    IN_PROGRESS,
    REPLIED_OPEN,
    CLOSED,
    CLOSED_UNHEARD,
    TRACKING,
    REPLIED,
    RESOLVED_BASE,
    RESOLVED,
    SELF_REPORTED,
    NOT_CONFIRMED,
    REOPENED,
    REOPENED_OPEN,
    ON_TIME,
    LATE,
    RUNNING,
    UNDATED,
    EXTENDED,
    UNRESOLVED,
    FOLLOW_UP_ENDED,
    FOLLOW_UP_RESOLVED,
    LEADERLESS,
    LOST_MERGES,
)
