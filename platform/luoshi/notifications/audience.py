"""Who is told of an act, and in which words. A notice never says more than its reader may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from luoshi.accounts.actor import Role
from luoshi.accounts.models import RoleGrant
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import RecipientSystem, SuggestionState
from luoshi.suggestions.county_settings import JointReply
from luoshi.suggestions.models import Assignment, CoSignature, Deputy, Suggestion, UnitMember
from luoshi.suggestions.selectors.settings import county_settings


@dataclass(frozen=True, slots=True)
class Happening:
    """An act that somebody is to be told of. ``assignment``: the unit's part it concerns, if any."""

    suggestion: Suggestion
    assignment: Assignment | None


Audience = Callable[[Happening], Iterable[int]]


def _with_role(role: Role) -> Audience:
    def users(happening: Happening) -> Iterable[int]:
        return RoleGrant.objects.filter(role=role.value, user__is_active=True).values_list(
            "user_id", flat=True
        )

    return users


congress = _with_role(Role.CONGRESS_OFFICE)
government = _with_role(Role.GOVERNMENT_OFFICE)
editors = _with_role(Role.SITE_EDITOR)


def reviewing_office(happening: Happening) -> Iterable[int]:
    """政府办 for the government's items, the congress's office for others."""
    is_government = happening.suggestion.recipient_system == RecipientSystem.GOVERNMENT
    return (government if is_government else congress)(happening)


def lead_deputy(happening: Happening) -> Iterable[int]:
    """领衔代表, where he has an account."""
    return Deputy.objects.filter(suggestions=happening.suggestion, user__is_active=True).values_list(
        "user_id", flat=True
    )


def reply_readers(happening: Happening) -> Iterable[int]:
    """Whom a reply is for: the lead deputy, by the county's rule the co-signers too, and the lead deputies of
    the suggestions that were merged into this one (separate replies, domain.md B4)."""
    merged = Deputy.objects.filter(
        suggestions__merged_into=happening.suggestion, user__is_active=True
    ).values_list("user_id", flat=True)
    is_for_all = county_settings().joint_reply == JointReply.ALL
    own = deputies(happening) if is_for_all else lead_deputy(happening)
    return [*own, *merged]


def those_who_may_evaluate(happening: Happening) -> Iterable[int]:
    """Once the last unit has replied: the lead deputy, and those of the suggestions merged into this one."""
    if happening.suggestion.state != SuggestionState.REPLIED:
        return []
    merged = Deputy.objects.filter(
        suggestions__merged_into=happening.suggestion, user__is_active=True
    ).values_list("user_id", flat=True)
    return [*lead_deputy(happening), *merged]


def deputies(happening: Happening) -> Iterable[int]:
    """领衔代表 and those who co-signed."""
    signed = CoSignature.objects.filter(
        suggestion=happening.suggestion, state=CoSignature.State.CONFIRMED, deputy__user__is_active=True
    ).values_list("deputy__user_id", flat=True)
    return [*lead_deputy(happening), *signed]


def invited(happening: Happening) -> Iterable[int]:
    """Deputies who have not said yet whether they co-sign."""
    return CoSignature.objects.filter(
        suggestion=happening.suggestion, state=CoSignature.State.INVITED, deputy__user__is_active=True
    ).values_list("deputy__user_id", flat=True)


def own_unit(happening: Happening) -> Iterable[int]:
    """The people of the unit whose part it is."""
    return _members([happening.assignment.unit_id] if happening.assignment else [])


def live_units(happening: Happening) -> Iterable[int]:
    """The people of every unit with a live part in the present round."""
    parts = happening.suggestion.assignments.filter(round=happening.suggestion.round).exclude(state__in=GONE)
    return _members(parts.values_list("unit_id", flat=True))


def units_of_the_round(happening: Happening) -> Iterable[int]:
    """The people of every unit that has or had a part in the present round: for what ends parts."""
    parts = happening.suggestion.assignments.filter(round=happening.suggestion.round)
    return _members(parts.values_list("unit_id", flat=True))


def proposed_units(happening: Happening) -> Iterable[int]:
    """The people of the units proposed in the pre-assignment."""
    return _members(happening.suggestion.proposals.values_list("unit_id", flat=True))


def lead_units(happening: Happening) -> Iterable[int]:
    """The people of the leads of the present round."""
    parts = happening.suggestion.assignments.filter(round=happening.suggestion.round).exclude(role="co")
    return _members(parts.exclude(state__in=GONE).values_list("unit_id", flat=True))


def _members(unit_ids: Iterable[int]) -> Iterable[int]:
    return UnitMember.objects.filter(unit_id__in=list(unit_ids), user__is_active=True).values_list(
        "user_id", flat=True
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """Words for one audience. The suggestion's name is put before them."""

    audience: Audience
    words: str


TELLINGS: MappingProxyType[str, tuple[Telling, ...]] = MappingProxyType(
    {
        "suggestion.invite_co_signers": (Telling(invited, "邀请您附议，请答复是否同意"),),
        "suggestion.submit": (Telling(congress, "已提交，请审查受理"),),
        "suggestion.send_back": (Telling(lead_deputy, "被退回修改，请查看理由"),),
        "suggestion.not_accept": (Telling(deputies, "不予受理，请查看理由"),),
        "suggestion.register": (Telling(deputies, "已受理编号"),),
        "suggestion.merge": (Telling(deputies, "已与内容相近的建议并案办理，答复仍会分别送达"),),
        "suggestion.pre_assign": (Telling(proposed_units, "拟由您单位承办，请认领或提出异议"),),
        "suggestion.object": (Telling(reviewing_office, "拟承办单位提出异议，请协调"),),
        "suggestion.hand_over": (
            Telling(live_units, "已交办您单位，请签收"),
            Telling(deputies, "已交有关单位办理"),
        ),
        "suggestion.withdraw": (
            Telling(units_of_the_round, "已撤回，停止办理"),
            Telling(deputies, "已撤回；如非您的本意，请与人大联系"),
            Telling(congress, "已撤回"),
        ),
        "assignment.request_return": (Telling(reviewing_office, "承办单位申请退办，请审定"),),
        "assignment.reject_return": (Telling(own_unit, "退办申请未获同意，请继续办理"),),
        "assignment.approve_return": (Telling(units_of_the_round, "承办单位已调整，请查看"),),
        "assignment.reassign": (Telling(units_of_the_round, "承办单位已调整，请查看"),),
        "assignment.record_contact": (Telling(lead_deputy, "承办单位记录了与您的一次沟通，请确认是否属实"),),
        "assignment.confirm_contact": (Telling(lead_deputy, "工作人员代您确认了一次沟通，如不属实可以更正"),),
        "assignment.deny_contact": (Telling(congress, "代表反映一次沟通记录不属实，请查看"),),
        "assignment.request_extension": (Telling(congress, "承办单位申请延期，请审定"),),
        "assignment.consent_extension": (
            Telling(own_unit, "延期申请已同意"),
            Telling(deputies, "答复期限已依法延长，请查看新的期限"),
        ),
        "assignment.refuse_extension": (Telling(own_unit, "延期申请未获同意，请按原期限答复"),),
        "assignment.submit_opinion": (Telling(lead_units, "会办意见已提交"),),
        "assignment.send_back_opinion": (Telling(own_unit, "会办意见被退回，请重新提交"),),
        "reply.share_draft": (Telling(lead_deputy, "承办单位就答复稿征求您的意见"),),
        "reply.comment": (Telling(own_unit, "代表对答复稿提出了意见"),),
        "reply.submit_review": (Telling(reviewing_office, "答复稿已报送，请审核"),),
        "reply.settle_promise": (
            Telling(own_unit, "承诺兑现情况已认定"),
            Telling(deputies, "承诺兑现情况已认定"),
        ),
        "reply.send_back": (Telling(own_unit, "答复稿被退改，请查看理由"),),
        "reply.approve": (Telling(own_unit, "答复稿审核通过，请答复代表"),),
        "reply.issue": (
            Telling(those_who_may_evaluate, "已答复，请查看并评价"),
            Telling(reply_readers, "有承办单位作出答复，请查看"),
            Telling(congress, "已答复，报送备案"),
            Telling(government, "已答复，报送备案"),
        ),
        "suggestion.evaluate": (
            Telling(congress, "代表已评价"),
            Telling(lead_deputy, "工作人员代录了您的评价，如与您的意思不符，您可以自己评价"),
        ),
        "suggestion.evaluate_own": (Telling(congress, "代表本人作出了评价"),),
        "suggestion.evaluate_merged": (
            Telling(congress, "并案建议的代表已评价"),
            Telling(lead_deputy, "工作人员代录了您的评价，如与您的意思不符，您可以自己评价"),
        ),
        "suggestion.mark_key": (
            Telling(live_units, "重点督办情况有调整，请查看"),
            Telling(government, "重点督办情况有调整"),
        ),
        "suggestion.remind_evaluation": (Telling(lead_deputy, "请对答复和办理结果作出评价"),),
        "suggestion.lapse_evaluation": (
            Telling(congress, "代表逾期未评价"),
            Telling(lead_deputy, "评价期限已过，您仍然可以评价"),
        ),
        "suggestion.rehandle": (
            Telling(live_units, "要求重新办理，请查看要求和期限"),
            Telling(deputies, "已要求承办单位重新办理"),
        ),
        "suggestion.close": (Telling(deputies, "已办结"),),
        "suggestion.track": (
            Telling(deputies, "尚未解决，已转入跟踪督办"),
            Telling(live_units, "已转入跟踪督办"),
        ),
        "suggestion.end_tracking": (Telling(deputies, "跟踪督办已结束，请查看结果"),),
        "publication.set_aside": (
            Telling(reviewing_office, "公开的文字与批准时不符，已停止公开，请核对后更正"),
        ),
        "publication.send_to_editor": (Telling(editors, "答复已批准公开，网站开始三审"),),
    }
)
