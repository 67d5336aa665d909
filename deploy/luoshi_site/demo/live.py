"""Live cases in every state, made through the door by the people whose acts they are.

Each story is one transaction: it is there in full or not at all, and a second run finds it by title. The
texts and names are invented; each act happens on a day counted back from today, so that clocks, lateness and
the log look as in a real office.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.suggestions.models import Publication, Suggestion, WithholdGround
from luoshi_site.demo import published
from luoshi_site.demo.cast import Case, cast_of
from luoshi_site.demo.publishing import confirmed, made_public, proposed

RESOLVED = "您提出的建议收悉，现答复如下。\n一、已完成现场整改并投入使用。\n二、已明确日常管护单位和责任人。"
IN_PROGRESS = "您提出的建议收悉，现答复如下。\n一、项目已立项，正在办理前期手续。\n二、拟于明年6月底前完工。"

Story = Callable[[Case], None]


def _co_signing(case: Case) -> None:
    others = [row.deputy_id for row in case.cast.deputies if row.deputy_id != case.suggestion.lead_deputy_id]
    case.on("invite_co_signers", case.writer, deputies=others)
    case.on("co_sign", next(row for row in case.cast.deputies if row.deputy_id == others[0]))


def _not_accepted(case: Case) -> None:
    case.submit().on(
        "not_accept",
        case.cast.congress,
        exclusion="own_affairs",
        note="所提为代表本人的个人事项，请按信访渠道反映。",
        as_letter=True,
    )


def _withdrawn(case: Case) -> None:
    case.register().on("withdraw", case.writer, reason="问题已在提出期间解决。")


def _pre_assigned(case: Case) -> None:
    cast = case.cast
    case.register().on("pre_assign", cast.government, units=[{"unit": cast.schools.unit.pk, "role": "lead"}])
    case.on(
        "object",
        cast.schools.head,
        unit=cast.schools.unit.pk,
        reason="校门口道路设施不属本单位管理。",
        suggested_unit=cast.roads.unit.pk,
    )


_TAKES_IN = "关于整治河道垃圾的建议"


def _merged(case: Case) -> None:
    main = Suggestion.objects.get(session__code=case.cast.session, title=_TAKES_IN)
    case.register().on("merge", case.cast.congress, into=main.pk, reason="与该件反映同一问题。")


def _accepted(case: Case) -> None:
    case.hand_over(case.cast.roads, days_ago=4)
    case.act(case.lead(), "accept", case.cast.roads.handler)


def _return_requested(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=3)
    lead = case.lead()
    case.act(lead, "accept", case.cast.water.handler)
    case.act(
        lead,
        "request_return",
        case.cast.water.head,
        reason="该路段排水沟由交通部门建设和管理。",
        proposed_unit=case.cast.roads.unit.pk,
    )


def _reassigned(case: Case) -> None:
    _return_requested(case)
    case.act(
        case.lead(),
        "approve_return",
        case.cast.government,
        reason="情况属实，同意改办。",
        leader_instruction="请新的主办单位抓紧办理。",
        units=[{"unit": case.cast.roads.unit.pk, "role": "lead"}],
    )


def _unconfirmed_contact(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=20).begin()
    case.wait(15).contact("during", "phone", "电话说明水源点选址进展。")


def _denied_contact(case: Case) -> None:
    case.hand_over(case.cast.roads, days_ago=25).begin()
    contact = case.wait(18).contact("during", "visit", "登门说明工程安排。")
    case.act(
        case.lead(), "deny_contact", case.writer, contact=contact, reason="当天没有人来过，也没有接到电话。"
    )


def _extension_requested(case: Case) -> None:
    case.hand_over(case.cast.schools, days_ago=80).begin().wait(70)
    lead = case.lead()
    until = (lead.due_on or case.cast.today) + timedelta(days=45)
    case.act(
        lead,
        "request_extension",
        case.cast.schools.handler,
        until=until,
        reason="涉及用地调整，需经规划部门审查。",
    )


def _due_soon(case: Case) -> None:
    case.hand_over(case.cast.roads, case.cast.schools, days_ago=87).begin()


def _overdue(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=120).begin()


def _co_opinion_waiting(case: Case) -> None:
    case.hand_over(case.cast.schools, case.cast.roads, days_ago=12).begin()
    case.draft(IN_PROGRESS, "B")


def _draft_shared(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=40).begin()
    reply = case.draft(IN_PROGRESS, "B")
    case.act(reply, "share_draft", case.cast.water.handler)
    case.act(reply, "comment", case.writer, text="请写明资金来源和完工时间。")


def _signed(case: Case) -> None:
    case.hand_over(case.cast.roads, days_ago=42).begin()
    case.wait(8).met("during", "inspection", "邀请代表到路口察看，听取对方案的意见。")
    reply = case.draft(RESOLVED, "A")
    case.act(reply, "sign", case.cast.roads.head)


def _under_review(case: Case) -> None:
    case.hand_over(case.cast.schools, days_ago=45).begin().under_review(RESOLVED, "A")


def _sent_back(case: Case) -> None:
    reply = case.hand_over(case.cast.roads, days_ago=50).begin().under_review("已收悉，正在研究。", "B")
    case.act(reply, "send_back", case.cast.government, reason="内容过于简单，没有回答代表的每一项请求。")


def _approved(case: Case) -> None:
    reply = case.hand_over(case.cast.water, days_ago=55).begin().under_review(RESOLVED, "A")
    case.act(reply, "approve", case.cast.government)


def _replied(case: Case) -> None:
    case.hand_over(case.cast.roads, days_ago=60).begin().reply(RESOLVED, "A", days_ago=2)


def _dissatisfied(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=65).begin().reply(IN_PROGRESS, "B", days_ago=10)
    case.evaluate("dissatisfied", "答复说已立项，现场没有任何动静。")


def _rehandled(case: Case) -> None:
    _dissatisfied(case)
    case.on("rehandle", case.cast.congress, reason="请到现场核实，写明开工和完工时间后重新答复。")
    case.begin()


def _satisfied(case: Case) -> None:
    case.hand_over(case.cast.schools, days_ago=70).begin().reply(RESOLVED, "A", days_ago=8)
    case.evaluate("satisfied")


def _lapsed(case: Case) -> None:
    case.hand_over(case.cast.roads, days_ago=85).begin().reply(RESOLVED, "A", days_ago=45)
    case.wait(40).on("lapse_evaluation", SYSTEM_ACTOR)


def _closed(case: Case) -> None:
    case.hand_over(case.cast.water, days_ago=75).begin().reply(RESOLVED, "A", days_ago=9)
    case.met("after", "visit", "回访代表，现场查看通水情况。", on_paper="代表签名的确认单，存县人大")
    case.evaluate("satisfied").on("close", case.cast.congress)


def _tracking(case: Case) -> None:
    reply = case.hand_over(case.cast.roads, days_ago=78).begin().reply(IN_PROGRESS, "B", days_ago=9)
    due_on = date(case.cast.today.year + 1, 6, 30)
    case.act(
        reply,
        "add_promise",
        case.cast.roads.head,
        text="完成路面硬化2公里",
        due_on=due_on,
        quantity="2公里",
    )
    case.evaluate("satisfied").on("track", case.cast.congress)


def _key_item(case: Case) -> None:
    case.hand_over(
        case.cast.schools,
        case.cast.roads,
        case.cast.water,
        days_ago=33,
        is_difficult=True,
    )
    case.on(
        "mark_key",
        case.cast.congress,
        decision="主任会议确定",
        handling_leader="副县长（分管教育）",
        supervising_leader="人大常委会副主任",
    )
    case.begin()


def _published_steps(*steps: str) -> Story:
    """A closed case whose reply went ``steps`` of the way to the public site."""

    def story(case: Case) -> None:
        body = RESOLVED.replace("您提出的建议", f"您提出的《{case.title}》")
        reply = case.hand_over(case.cast.schools, days_ago=72).begin().reply(body, "A", days_ago=12)
        case.met("after", "visit", "回访代表，询问对结果是否满意。")
        case.evaluate("satisfied").on("close", case.cast.congress)
        publication = proposed(case, reply, case.cast.schools)
        for step in steps:
            _publication_step(case, publication, step)

    return story


MORE_SAID: Mapping[str, Callable[[Case, Publication], None]] = {
    "confirm_rendition": confirmed,
    "publish": made_public,
}


def _publication_step(case: Case, publication: Publication, step: str) -> None:
    """One step to the public site. These texts name nobody, so that nothing is masked."""
    if step in MORE_SAID:
        MORE_SAID[step](case, publication)
        return
    actors = {"check_secrecy": case.cast.schools.head, "send_to_editor": case.cast.editor}
    reason = {"reason": "涉及未成年人个人信息，不宜公开。"}
    said = {"withhold": {**reason, "ground": WithholdGround.PRIVACY.value}, "revoke": reason}
    case.act(publication, step, actors.get(step, case.cast.government), **said.get(step, {}))


_APPROVED = ("check_secrecy", "confirm_rendition", "approve")
_TO_EDITOR = (*_APPROVED, "send_to_editor")
PUBLIC_STORIES: tuple[tuple[str, Story], ...] = (
    ("关于公开营养午餐食谱的建议", _published_steps()),
    ("关于配备校医的建议", _published_steps("check_secrecy")),
    ("关于增开课后服务班的建议", _published_steps(*_APPROVED)),
    ("关于建设校园直饮水点的建议", _published_steps(*_TO_EDITOR)),
    ("关于延长图书馆开放时间的建议", _published_steps(*_TO_EDITOR, "publish")),
    ("关于帮扶困境学生的建议", _published_steps("check_secrecy", "withhold")),
    ("关于公布学区划分的建议", _published_steps(*_TO_EDITOR, "publish", "revoke")),
    *published.stories(),
)
"""On their way to the public site, there, and taken down again."""
STORIES: tuple[tuple[str, Story], ...] = (
    ("关于修复村组灌溉渠道的建议", _replied),
    ("关于在集镇增设公共充电桩的建议（草稿）", lambda case: None),
    ("关于建设村级养老互助点的建议", _co_signing),
    ("关于规范集镇农贸市场秩序的建议", lambda case: void(case.submit())),
    ("关于增加城乡公交夜间班次的建议", lambda case: void(case.register())),
    ("关于改善中学门口人行道的建议", _pre_assigned),
    (_TAKES_IN, lambda case: void(case.hand_over(case.cast.water, days_ago=2))),
    ("关于维修村道破损路面的建议", _accepted),
    ("关于疏通公路排水沟的建议", _return_requested),
    ("关于加固乡道临水护栏的建议", _reassigned),
    ("关于新建农村饮水水源点的建议", _unconfirmed_contact),
    ("关于在急弯路段安装凸面镜的建议", _denied_contact),
    ("关于扩建乡镇中心幼儿园的建议", _extension_requested),
    ("关于优化校车线路的建议", _due_soon),
    ("关于治理山塘渗漏的建议", _overdue),
    ("关于加强校园周边交通疏导的建议", _co_opinion_waiting),
    ("关于提升集镇供水水质的建议", _draft_shared),
    ("关于修剪公路行道树的建议", _signed),
    ("关于开放学校体育场地的建议", _under_review),
    ("关于安装农村公路照明的建议", _sent_back),
    ("关于清淤水库进水渠的建议", _approved),
    ("关于更换老旧供水管网的建议", _dissatisfied),
    ("关于修建防洪堤缺口的建议", _rehandled),
    ("关于改造学校旱厕的建议", _satisfied),
    ("关于划设学校路段减速带的建议", _lapsed),
    ("关于恢复机井供水的建议", _closed),
    ("关于硬化产业园连接路的建议", _tracking),
    ("关于统筹建设县城新学校的建议", _key_item),
    ("关于清理村边河道漂浮物的建议", _merged),
    ("关于解决本人宅基地纠纷的建议", _not_accepted),
    ("关于更换公交站牌的建议", _withdrawn),
    *PUBLIC_STORIES,
)


def void(_: object) -> None:
    """Drop what a chain of acts returns."""


def live_cases_make(*, session_code: str, stories: Sequence[tuple[str, Story]] = STORIES) -> int:
    """Make the cases that are not there yet in the bound county; returns how many were made.

    :param stories: title and story of each.
    """
    cast = cast_of(session_code)
    standing = set(Suggestion.objects.filter(session__code=session_code).values_list("title", flat=True))
    made = 0
    for position, (title, story) in enumerate(stories):
        if title in standing:
            continue
        with transaction.atomic():
            case = Case(cast, title, cast.deputies[position % 3])
            story(case)
            void(case.suggestion)  # a story without an act is a draft
        made += 1
    return made
