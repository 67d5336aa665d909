"""The JSON schema of a county's settings file, explained in Chinese for the person who edits it."""

from enum import Enum
from typing import Any

from luoshi.calendar.types import Start, Unit
from luoshi.lifecycle.states import Grade, ResultClass
from luoshi.suggestions.county_settings import (
    CountySettings,
    EvaluationsShown,
    JointReply,
    KeyCounting,
    SeparateClass,
    WithdrawalRule,
)

_TITLES = {
    "CountySettings": (
        "本县办理规则",
        "各县可以不同、由系统照此执行的规则。没有写的各项按默认值。",
    ),
    "Windows": ("期限", "各种期限，每种由数量、单位和起算点组成。"),
    "Window": ("一种期限", "当日不计，从次日起算；按月的以相应日为届满日，没有相应日的以月末日为届满日。"),
    "ResultLetter": ("结果类别", "一个类别的代号、名称和含义。统计按含义，不按字母。"),
    "Axis": ("评价维度", "代表评价的一个方面。"),
    "Exclusion": ("不予受理情形", "一种不予受理的情形，退回代表时须选其一。"),
    "SendBackReason": ("退改原因", "政府办审核时退回承办单位修改的一种原因。"),
}
_ENUMS: dict[type[Enum], tuple[str, dict[Any, str]]] = {
    Unit: ("期限单位", {value: value.label for value in Unit}),
    Start: ("起算点", {value: f"自{value.label}之日起" for value in Start}),
    Grade: ("评价等次", {value: str(value.label) for value in Grade}),
    ResultClass: ("结果含义", {value: str(value.label) for value in ResultClass}),
    WithdrawalRule: (
        "撤回期限",
        {
            WithdrawalRule.BEFORE_HAND_OVER: "交办前可以撤回",
            WithdrawalRule.BEFORE_REPLY: "答复前可以书面撤回",
        },
    ),
    JointReply: (
        "联名建议答复对象",
        {JointReply.LEAD: "答复领衔代表", JointReply.ALL: "答复每一位联名代表"},
    ),
    SeparateClass: (
        "分办件结果取法",
        {SeparateClass.WORST: "取各分办单位中解决程度最低的", SeparateClass.FIRST: "取第一个分办单位的"},
    ),
    EvaluationsShown: (
        "公开页显示代表评价",
        {
            EvaluationsShown.NONE: "只公开评价日期，不公开等次",
            EvaluationsShown.GRADES: "公开各方面的评价等次，不公开理由",
        },
    ),
    KeyCounting: (
        "重点件是否计入总数",
        {KeyCounting.INSIDE: "计入总数", KeyCounting.OUTSIDE: "不计入总数，单列"},
    ),
}
_DESCRIPTIONS = {
    "publish_deputy_names": (
        "公开页写明领衔代表的姓名；否则只写代表团，脱敏时各段文字里代表（含附议代表）的姓名也须略去。"
        "已公开的文字须更正后才改变。"
    ),
    "publish_year_grades": (
        "办理情况报告的全年数据带有各等次的件数；件数很少、能看出是哪一件的，请关闭。取数时起作用，"
        "已经公开的报告不变。"
    ),
    "roll_over_holidays": "期限最后一日是休息日的，顺延到下一个工作日。",
    "result_scheme": "答复可选的结果类别，按此顺序列出；代号不能重复。",
    "axes": "代表评价的各个方面，每一方面评一次；代号不能重复。",
    "trigger_grades": "任一方面评为这些等次的，可以启动重新办理。",
    "exclusions": "不予受理的各种情形；代号不能重复。",
    "joint_withdrawal_needs_all": "联名建议须全体附议代表同意才能撤回。",
    "extension_limit_months": "经同意延期后，自交办之日起最长几个月。",
    "restart_clock_on_reassignment": "改办后从改办之日重新计算期限；否则仍从交办之日起算。",
    "separate_site_reviewers": "同一页面的编辑、一审、二审、三审由不同的人担任；否则一人可以兼任。",
    "citizen_feedback": "公开页下方问读者“这个答复回答了问题吗”，只计人次，不是代表评价，不进统计。",
    "first_contact_needed": "主办、分办单位须先与代表沟通一次，才能开始办理。",
}


def county_settings_schema() -> dict[str, Any]:
    """The schema of the file that ``county_settings_apply`` takes, with Chinese titles and descriptions."""
    schema = CountySettings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    definitions: dict[str, dict[str, Any]] = schema["$defs"]
    _explain(schema, *_TITLES["CountySettings"])
    for name, (title, description) in _TITLES.items():
        if name in definitions:
            _explain(definitions[name], title, description)
    for enum, (title, labels) in _ENUMS.items():
        meanings = "；".join(f"{value.value} {label}" for value, label in labels.items())
        _explain(definitions[enum.__name__], title, f"可选：{meanings}。")
    for name, description in _DESCRIPTIONS.items():
        schema["properties"][name]["description"] = description
    return schema


def _explain(part: dict[str, Any], title: str, description: str) -> None:
    part["title"], part["description"] = title, description
