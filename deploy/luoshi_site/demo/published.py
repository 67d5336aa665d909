"""Invented cases for the public site: what a county publishes, in words a citizen would read.

Each goes through the door like every other; the difference between what was written and what is published
is the masking that the reviewing office has confirmed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from luoshi.suggestions.models import Promise, Reply
from luoshi.suggestions.rendition import Source
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_site.demo.cast import Case, Office
from luoshi_site.demo.publishing import confirmed, made_public, proposed


@dataclass(frozen=True, slots=True)
class Vow:
    """A promise. ``days``: from today until it is due. ``kept``: as the congress found it, ``None``: open."""

    text: str
    days: int
    quantity: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One public case. ``office``: who leads (``roads``, ``water``, ``schools``).

    ``days_ago``: of the hand-over and of the reply. ``masked``: what is replaced before publication.
    ``summary``: published instead of the text. ``{place}`` stands for the deputy's township.
    """

    title: str
    category: str
    content: str
    asks: tuple[str, ...]
    reply: str
    letter: str
    office: str
    days_ago: tuple[int, int]
    grade: str = "satisfied"
    grade_reason: str = ""
    vows: tuple[Vow, ...] = ()
    masked: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    corrected: tuple[str, str, str] | None = None
    """What the first version said, what the second one says, and why."""
    taken_down: str = ""


TOLD: tuple[Told, ...] = (
    Told(
        title="关于拓宽镇中心小学门前道路的建议",
        category="交通建设",
        content=(
            "{place}中心小学门前道路宽不足五米，两侧又有摊位，上学放学时车辆和学生挤在一起。"
            "今年三月，学生孙小禾放学时被电动车带倒，家长孙大山（电话0000-8230017）多次反映。"
            "请有关部门尽快解决。"
        ),
        asks=("拓宽校门前道路并划出人行道", "上下学时段安排人员疏导", "增设夜间照明"),
        reply=(
            "您提出的《关于拓宽镇中心小学门前道路的建议》收悉，我局会同教育、公安交警等部门到现场查看，现答复如下：\n"
            "一、关于拓宽道路。该路段长四百二十米，现宽四点八米，计划拓宽至九米，两侧各设一点五米人行道，"
            "需迁移电杆十一根，项目已列入今年农村公路提质改造计划。\n"
            "二、关于上下学疏导。已在校门两侧各划出临时停靠区一处，每个教学日早晚由镇政府和学校安排人员疏导。\n"
            "三、关于夜间照明。沿线增设太阳能路灯二十六盏，由镇政府负责日常管护。"
        ),
        letter="B",
        office="roads",
        days_ago=(76, 24),
        vows=(
            Vow("完成校门前道路拓宽", 75, "420米"),
            Vow("划出临时停靠区并安排疏导", -20, "2处", True),
            Vow("增设太阳能路灯", 20, "26盏"),
        ),
        masked={"学生孙小禾": "一名学生", "家长孙大山（电话0000-8230017）": "家长"},
    ),
    Told(
        title="关于解决高岭片区季节性缺水的建议",
        category="农业农村",
        content=(
            "{place}高岭片区六个村民小组三百余户靠山泉供水，每年秋后断流，要到三公里外拉水。"
            "住在坡顶的陈阿婆独居，用水尤其困难。"
        ),
        asks=("打深井或接入集镇管网", "明确日常管护和水费标准"),
        reply=(
            "您提出的建议收悉，现答复如下：\n"
            "一、已新打一百八十米深井一口，日出水量二百四十立方米，新建一百立方米高位水池一座，"
            "铺设主管道六点八公里，十月八日起通水到户。\n"
            "二、管护由村集体供水服务队负责，水价经村民会议通过，每立方米一元八角，水质每季度检测一次并张榜公布。"
        ),
        letter="A",
        office="water",
        days_ago=(82, 30),
        vows=(Vow("高岭片区通水到户", -25, "312户", True), Vow("完成第一次水质检测并张榜", -5, "", True)),
        masked={"住在坡顶的陈阿婆独居": "一位住在坡顶的独居老人"},
        corrected=("主管道六点二公里", "主管道六点八公里", "更正主管道长度。"),
    ),
    Told(
        title="关于整治集镇河段垃圾和排污口的建议",
        category="生态环境",
        content="{place}集镇河段两岸堆放生活垃圾，三处排污口直排，夏季气味很重，下游村民意见大。",
        asks=("清理两岸垃圾", "封堵或接管三处排污口", "安排专人巡河"),
        reply=(
            "您提出的建议收悉，现答复如下：\n"
            "一、已出动机械清理两岸垃圾约一百二十吨。\n"
            "二、三处排污口中一处已经封堵，另两处承诺在十月底前接入集镇污水管网。\n"
            "三、镇、村两级河长每周巡河一次，巡河记录在公示栏公布。"
        ),
        letter="B",
        office="water",
        days_ago=(84, 33),
        grade="basically_satisfied",
        grade_reason="垃圾清了，排污口还在排。",
        vows=(Vow("清理两岸垃圾", -28, "120吨", True), Vow("两处排污口接入集镇污水管网", -12, "2处")),
    ),
    Told(
        title="关于延长县城末班公交时间的建议",
        category="交通建设",
        content="在县城务工的群众晚上七点以后没有回{place}的班车，只能拼车，费用高，也不安全。",
        asks=("末班车延长到晚上九点",),
        reply=(
            "您提出的建议收悉，现答复如下：\n"
            "经连续两周清点客流，晚七点后该线平均每班四人，延长一班每年需补贴约三十万元，"
            "县级财政和企业目前都无力承担，暂不能增开固定夜班。\n"
            "我局将在节假日前后和农忙返乡时段加开临时班次，时刻提前在车站和镇政府公布；"
            "客流连续一个月每班超过十五人时，重新研究增开。"
        ),
        letter="C",
        office="roads",
        days_ago=(80, 26),
        grade="basically_satisfied",
        grade_reason="道理讲清楚了，希望临时班次落到实处。",
        summary=(
            "晚七点后该线客流平均每班四人，延长一班每年需补贴约三十万元，暂不能增开固定夜班。"
            "节假日和农忙返乡时段加开临时班次；客流连续一个月每班超过十五人时重新研究。"
        ),
    ),
    Told(
        title="关于配齐乡村小规模学校音体美教师的建议",
        category="教育文化",
        content="{place}三所村小共一百四十六名学生，没有专职的音乐、体育、美术教师，课表上的课多由其他教师代上。",
        asks=("安排走教教师", "配备基本器材"),
        reply=(
            "您提出的建议收悉，现答复如下：\n"
            "一、从本学期起由镇中心学校安排六名音体美教师走教，每所村小每周不少于四节，走教课表在校门口公布。\n"
            "二、为三所村小配齐体育、音乐、美术器材各一套，已于九月到位。\n"
            "三、走教教师交通补助按实际天数发放，所需经费列入学校公用经费。"
        ),
        letter="A",
        office="schools",
        days_ago=(79, 21),
        vows=(Vow("三所村小配齐器材", -15, "3套", True),),
    ),
    Told(
        title="关于集镇公厕夜间开放的建议",
        category="城乡建设",
        content="{place}集镇公厕晚六点关门，夜市和候车群众不方便。管理员赵有田说是为了省电费。",
        asks=("公厕夜间开放",),
        reply="您提出的建议收悉，现答复如下：\n集镇公厕已改为全天开放，增加夜间保洁一次。",
        letter="A",
        office="roads",
        days_ago=(70, 18),
        masked={"管理员赵有田": "管理人员"},
        taken_down="公开稿有误，核实后重新公开。",
    ),
)


def stories() -> tuple[tuple[str, Callable[[Case], None]], ...]:
    """Title and story of each, as the other live cases have them."""
    return tuple((told.title, _story(told)) for told in TOLD)


def _story(told: Told) -> Callable[[Case], None]:
    def story(case: Case) -> None:
        lead: Office = getattr(case.cast, told.office)
        handed, answered = told.days_ago
        case.days_ago = handed + 6
        content = told.content.format(place=case.place)
        case.write(content=content, asks=list(told.asks), category=told.category)
        reply = (
            case.hand_over(lead, days_ago=handed).begin().reply(told.reply, told.letter, days_ago=answered)
        )
        _vows(case, reply, told, lead)
        if told.letter == "A":
            case.met("after", "visit", "回访代表，一起到现场查看结果。")
        # A grade by which the county would open a re-handling is another story.
        triggers = told.grade in county_settings().trigger_grades
        case.evaluate(*(("satisfied", "") if triggers else (told.grade, told.grade_reason)))
        case.on("close" if told.letter == "A" else "track", case.cast.congress)
        _publish(case.wait(4), reply, told, lead)
        _settle(case, reply, told)

    return story


def _vows(case: Case, reply: Reply, told: Told, lead: Office) -> None:
    for vow in told.vows:
        due_on = case.cast.today + timedelta(days=vow.days)
        case.act(reply, "add_promise", lead.head, text=vow.text, due_on=due_on, quantity=vow.quantity)


def _settle(case: Case, reply: Reply, told: Told) -> None:
    """What the congress has found of promises whose day has come."""
    case.days_ago = 0
    for vow, promise in zip(told.vows, Promise.objects.filter(reply=reply).order_by("pk"), strict=True):
        if vow.kept is not None:
            note = "现场核实" if vow.kept else "现场未见动工"
            case.act(
                reply, "settle_promise", case.cast.congress, promise=promise.pk, kept=vow.kept, note=note
            )


def _publish(case: Case, reply: Reply, told: Told, lead: Office) -> None:
    """From the unit's proposal to the page; corrected or taken down where the story says so."""
    office = case.cast.government
    publication = proposed(case, reply, lead, mode="summary" if told.summary else "full")
    case.act(publication, "check_secrecy", lead.head)
    confirmed(case, publication, lambda source: _masked(source, told, is_first=True))
    case.wait(1).act(publication, "approve", office)
    case.act(publication, "send_to_editor", case.cast.editor)
    made_public(case.wait(1), publication)
    if told.corrected:
        confirmed(case.wait(2), publication, lambda source: _masked(source, told))
        case.act(publication, "correct", office, reason=told.corrected[2])
    if told.taken_down:
        case.wait(2).act(publication, "revoke", office, reason=told.taken_down)


def _masked(source: Source, told: Told, *, is_first: bool = False) -> str:
    """What is published of one original; in the first version what is corrected later is still wrong."""
    text = told.summary if source.key == "summary" else source.text
    for open_text, masked in told.masked.items():
        text = text.replace(open_text, masked)
    if is_first and told.corrected:
        wrong, right, _ = told.corrected
        text = text.replace(right, wrong)
    return text
