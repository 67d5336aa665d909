"""A county's rules as one typed value: windows, classes, axes, trigger grades, joint replies, withdrawal.

The defaults are the law's (代表法 art. 51) or, where the law is silent, what several provincial rules say
(domain.md B3); each county replaces them. A rule of one county never stands in code.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Protocol, Self

from pydantic import Field, field_serializer, field_validator, model_validator

from luoshi.calendar.types import Start, Unit, Window
from luoshi.lifecycle.states import Grade, ResultClass
from luoshi.validation import Input


class WithdrawalRule(StrEnum):
    """Until when a deputy may withdraw a suggestion."""

    BEFORE_HAND_OVER = "before_hand_over"  # 交办前（北京）
    BEFORE_REPLY = "before_reply"  # 答复前书面撤回（山东等）


class JointReply(StrEnum):
    """Whom the reply to a joint suggestion goes to."""

    LEAD = "lead"  # 领衔代表
    ALL = "all"  # 每一位联名代表（浙江）


class EvaluationsShown(StrEnum):
    """What of the deputies' grades the public site shows."""

    NONE = "none"
    GRADES = "grades"


class SeparateClass(StrEnum):
    """Which of several separate replies gives a suggestion its one result class."""

    WORST = "worst"
    FIRST = "first"


class KeyCounting(StrEnum):
    """Whether key items stand inside the session's total (新化: 156 or 156 + 9)."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class Windows(Input):
    """The windows of domain.md B3. Each is a number, a unit and a start.

    ``hand_over`` (between sessions, from the receipt of the suggestion) and ``first_contact`` are ``None``
    where the county's rules name no such window: the law has none, several provinces do (domain.md B3).
    """

    hand_over: Annotated[Window | None, Field(title="闭会期间交办")] = None
    lead_reply: Annotated[Window, Field(title="主办件答复")] = Window(3, Unit.MONTH, Start.HAND_OVER)
    difficult_reply: Annotated[Window, Field(title="涉及面广、难度大的答复")] = Window(
        6, Unit.MONTH, Start.HAND_OVER
    )
    co_opinion: Annotated[Window, Field(title="会办意见")] = Window(1, Unit.MONTH, Start.HAND_OVER)
    co_opinion_redo: Annotated[Window, Field(title="会办意见重提")] = Window(
        5, Unit.WORKING_DAY, Start.NOTICE
    )
    acceptance: Annotated[Window, Field(title="签收")] = Window(5, Unit.WORKING_DAY, Start.HAND_OVER)
    first_contact: Annotated[Window | None, Field(title="首次沟通")] = None
    return_request: Annotated[Window, Field(title="申请退办")] = Window(10, Unit.WORKING_DAY, Start.HAND_OVER)
    return_decision: Annotated[Window, Field(title="退办审定")] = Window(10, Unit.WORKING_DAY, Start.NOTICE)
    evaluation: Annotated[Window, Field(title="代表评价")] = Window(15, Unit.WORKING_DAY, Start.RECEIPT)
    rehandling_decision: Annotated[Window, Field(title="决定重新办理")] = Window(
        10, Unit.WORKING_DAY, Start.NOTICE
    )
    rehandling: Annotated[Window, Field(title="重新办理")] = Window(1, Unit.MONTH, Start.NOTICE)
    publication: Annotated[Window, Field(title="答复公开")] = Window(20, Unit.WORKING_DAY, Start.NOTICE)

    @model_validator(mode="after")
    def _starts_exist(self) -> Self:
        """Each window starts at an event that its clock knows; another start would be read by nothing."""
        for name, starts in _STARTS.items():
            window: Window | None = getattr(self, name)
            if window is not None and window.start not in starts:
                known = "、".join(start.label for start in starts)
                title = type(self).model_fields[name].title
                raise ValueError(f"“{title}”的起算只能是：{known}")
        return self


_HANDED = (Start.HAND_OVER, Start.RECEIPT)
_STARTS: dict[str, tuple[Start, ...]] = {
    "lead_reply": _HANDED,
    "difficult_reply": _HANDED,
    "co_opinion": _HANDED,
    "co_opinion_redo": (Start.NOTICE,),
    "hand_over": (Start.RECEIPT,),
    "acceptance": (Start.HAND_OVER,),
    "first_contact": _HANDED,
    "return_request": _HANDED,
    "return_decision": (Start.NOTICE,),
    "evaluation": (Start.RECEIPT,),
    "rehandling_decision": (Start.NOTICE,),
    "rehandling": (Start.NOTICE,),
    "publication": (Start.NOTICE,),
}
"""交办 and 收到 are told apart where a unit receives; elsewhere there is one event to count from."""


class ResultLetter(Input):
    """One letter of the county's scheme and what it means there (domain.md B5)."""

    code: Annotated[str, Field(title="代号", min_length=1, max_length=8)]
    label: Annotated[str, Field(title="名称", min_length=1, max_length=60)]
    result_class: Annotated[ResultClass, Field(title="含义")]
    colour: Annotated[str, Field(title="颜色", pattern=r"^#[0-9a-f]{6}$")] = "#6b7280"


class Axis(Input):
    """One axis that deputies grade, such as 办理态度 or 办理结果."""

    code: Annotated[str, Field(title="代号", pattern=r"^[a-z_]{1,20}$")]
    label: Annotated[str, Field(title="名称", min_length=1, max_length=20)]


class Exclusion(Input):
    """One case in which a suggestion is not accepted (domain.md B4)."""

    code: Annotated[str, Field(title="代号", pattern=r"^[a-z_]{1,40}$")]
    label: Annotated[str, Field(title="情形", min_length=1, max_length=100)]


class SendBackReason(Input):
    """One reason for which a reviewed letter goes back to its unit (HN-18)."""

    code: Annotated[str, Field(title="代号", pattern=r"^[a-z_]{1,40}$")]
    label: Annotated[str, Field(title="退改原因", min_length=1, max_length=100)]


class Coded(Protocol):
    """An entry of a list in which each code stands once."""

    @property
    def code(self) -> str:
        """The entry's code."""


_LETTERS = (
    ResultLetter(code="A", label="已经解决或基本解决", result_class=ResultClass.RESOLVED, colour="#15803d"),
    ResultLetter(
        code="B", label="正在解决或列入计划逐步解决", result_class=ResultClass.IN_PROGRESS, colour="#1d4ed8"
    ),
    ResultLetter(code="C", label="因条件限制待以后解决", result_class=ResultClass.DEFERRED, colour="#b45309"),
    ResultLetter(code="D", label="留作参考", result_class=ResultClass.REFERENCE_ONLY, colour="#6b7280"),
)
_AXES = (Axis(code="process", label="办理态度"), Axis(code="result", label="办理结果"))
_EXCLUSIONS = (
    Exclusion(code="own_affairs", label="代表本人及其亲属的个人问题"),
    Exclusion(code="forwarded_letter", label="代转人民来信的"),
    Exclusion(code="promotion", label="属于学术探讨、产品推介的"),
    Exclusion(code="no_content", label="没有实际内容的"),
    Exclusion(code="concrete_case", label="涉及具体司法案件、仲裁案件的"),
    Exclusion(code="bidding", label="干预招标投标结果的"),
    Exclusion(code="denunciation", label="属于检举、申诉的"),
    Exclusion(code="outside_powers", label="不属于本行政区域职权范围的"),
    Exclusion(code="unlawful", label="违反法律法规规定的"),
)
_SEND_BACK_REASONS = (
    SendBackReason(code="not_in_form", label="格式、称谓或类别标注不合规范"),
    SendBackReason(code="too_brief", label="内容简单，没有实质性办法"),
    SendBackReason(code="insincere", label="态度不诚恳"),
    SendBackReason(code="asks_unanswered", label="没有逐项回应代表的请求"),
    SendBackReason(code="no_date", label="没有写明完成时限"),
    SendBackReason(code="no_person", label="没有写明责任人"),
    SendBackReason(code="class_unfounded", label="结果类别与内容不符"),
    SendBackReason(code="opinions_left_out", label="没有采纳或说明会办意见"),
)


class CountySettings(Input):
    """Everything in which counties differ and which the core decides by.

    ``roll_over_holidays``: a due date on a day off moves to the next working day (民法典 203).
    ``trigger_grades``: grades that open a re-handling (XH-08). ``first_contact_needed``: a lead starts the
    handling with a contact (domain.md C1 row 11). ``extension_limit_months``: from the hand-over (art. 51).
    ``citizen_feedback``: readers of a public page are asked whether the reply answers the question.
    ``publish_year_grades``: a report's yearly figures hold how often each grade was given.
    ``separate_site_reviewers``: the editor and the three reviewers of one public page are four people.
    """

    windows: Annotated[Windows, Field(title="期限")] = Windows()
    roll_over_holidays: Annotated[bool, Field(title="期限遇节假日顺延")] = True
    result_scheme: Annotated[tuple[ResultLetter, ...], Field(title="结果类别", min_length=1)] = _LETTERS
    axes: Annotated[tuple[Axis, ...], Field(title="评价维度", min_length=1, max_length=6)] = _AXES
    trigger_grades: Annotated[frozenset[Grade], Field(title="触发重新办理的等次")] = frozenset(
        {Grade.DISSATISFIED}
    )
    joint_reply: Annotated[JointReply, Field(title="联名建议答复对象")] = JointReply.LEAD
    withdrawal: Annotated[WithdrawalRule, Field(title="撤回期限")] = WithdrawalRule.BEFORE_HAND_OVER
    joint_withdrawal_needs_all: Annotated[bool, Field(title="联名建议撤回须全体同意")] = True
    exclusions: Annotated[tuple[Exclusion, ...], Field(title="不予受理情形")] = _EXCLUSIONS
    send_back_reasons: Annotated[tuple[SendBackReason, ...], Field(title="答复退改原因")] = _SEND_BACK_REASONS
    extension_limit_months: Annotated[int, Field(title="延期上限（月）", ge=1, le=12)] = 6
    restart_clock_on_reassignment: Annotated[bool, Field(title="改办后重新起算")] = False
    first_contact_needed: Annotated[bool, Field(title="开始办理前须先沟通")] = True
    separate_class: Annotated[SeparateClass, Field(title="分办件结果取法")] = SeparateClass.WORST
    key_counting: Annotated[KeyCounting, Field(title="重点件是否计入总数")] = KeyCounting.INSIDE
    publish_deputy_names: Annotated[bool, Field(title="公开页显示领衔代表姓名")] = True
    publish_evaluations: Annotated[EvaluationsShown, Field(title="公开页显示代表评价")] = (
        EvaluationsShown.NONE
    )
    publish_year_grades: Annotated[bool, Field(title="公开全年评价汇总")] = True
    separate_site_reviewers: Annotated[bool, Field(title="网站三审须由不同的人")] = True
    citizen_feedback: Annotated[bool, Field(title="公开页征求读者反馈")] = True

    @field_validator("result_scheme", "axes", "exclusions", "send_back_reasons")
    @classmethod
    def _codes_differ(cls, value: tuple[Coded, ...]) -> tuple[Coded, ...]:
        codes = [entry.code for entry in value]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"代号不能重复：{'、'.join(twice)}")
        return value

    @field_serializer("trigger_grades")
    def _grades_in_order(self, grades: Iterable[Grade]) -> list[str]:
        """Always in one order: a set has none, and the same settings should print the same file."""
        given = set(grades)
        return [grade.value for grade in Grade if grade in given]

    def letter(self, code: str) -> ResultLetter | None:
        """The scheme's entry for ``code``, or ``None`` where this county has no such letter."""
        return next((letter for letter in self.result_scheme if letter.code == code), None)
