"""Home addresses from the group or house number on; the village, estate or road is left (domain.md B7).

A group or house number alone is where roads are built too. It is a home when the words say that somebody
lives there, when a person follows it, or when it goes down to the room.
"""

import re
from collections.abc import Iterator

from luoshi.masking import around
from luoshi.masking.marks import Kind, Known, Mark, mark_of
from luoshi.masking.wording import any_of

_NUMBER = (
    r"(?:[A-Za-z]?\d{1,5}(?:[-－—]\d{1,5}){0,4}[A-Za-z]?|[一二三四五六七八九十百零〇]{1,5}"
    r"|[A-Za-z]|[甲乙丙丁东西南北])"
)
_LEVEL = any_of("""
    号院 号楼 号门 栋楼 村民小组 居民小组 村民组 生产队 单元 栋 幢 座 楼 层 室 房 号 组 队 弄 门 排 铺
    巷
""")
_STEP = rf"(?:第?{_NUMBER}{_LEVEL}(?:附\d{{1,3}}号?|之[一二三四五\d]|[东西左右]户)?)"
_PLAIN = r"(?:[A-Za-z]?\d{1,4}(?:[-－—]\d{1,5}){1,4}[室号]?)"
_NAMED_GROUP = r"(?:(?<=村)|(?<=社区))[\u3400-\u9fff]{1,4}?(?:村民小组|组|屋场|院子|片)"
_CHAIN = re.compile(
    rf"(?:{_NAMED_GROUP}(?:[ ，,、]?{_STEP}){{0,5}}"
    rf"|(?:门牌号?[:：]?)?{_STEP}(?:[ ，,、]?{_STEP}){{0,6}}(?:[ ]?(?:\d{{3,4}})(?!\d))?"
    rf"|(?<=[区苑园城府湾庭寓楼])[ ]?{_PLAIN})"
)
_LIVES = re.compile(
    any_of("""
    家住 住在 住于 现住 住址 家庭住址 家庭地址 家在 居住[于在地] 现居 户籍(?:所在)?地 户口所在地
    通[讯信]地址 联系地址 收[件货]地址 快递地址 邮寄地址 住所地? 暂住 租住[于在]? 租房 寄住 落户[于在]?
    (?<!办公)(?<!注册)(?<!经营)地址 住(?=[^房建院宅户部宿]) 搬到 搬至 送到 寄到 寄至 上门
    """)
    + r"(?!略)[^。；;！？\n]{0,50}"
)
_UNIT_ADDRESS = re.compile(
    any_of("办公 注册 经营 单位 公司 机构 项目 店铺 营业 受理 窗口") + r"(?:地址|住所)[^。\n]{0,40}"
)
_PERSON_AFTER = re.compile(
    r"[ ，,]?(?:的)?"
    + any_of("""
    村民 居民 住户 业主 租户 户主 群众 老人 贫困户 低保户 五保户 特困 残疾人 党员 学生 家长 患者 孤儿
    退役军人 老党员 独居 留守 人(?=[。，；、）])
    """)
    + "(?!"
    + any_of("小组 委员会 们 代表 中心 服务 出行 反映 饮水 用水 的 普遍 共 多 较")
    + ")"
)
_OFFICE = re.compile(
    any_of("""
    办公 政务 大楼 政府 机关 院内 行政 大厅 局 公司 中心 医院 学校 教学 门诊 病房 住院 车间 库房 标段 站
    宾馆 会议
    """)
)
_ROOM = re.compile(r"室|单元|[栋幢座楼].*(?:号|房|室|\d{3,4}$|[-－—]\d)|(?:[-－—]\d{1,5}){2,}")
_DAY = re.compile(r"[月第]\s?$|[〔\[（(]\d{4}[〕\])）]\s?$")
_BACK = 16


def address_marks(text: str, names: list[Mark], known: Known) -> Iterator[Mark]:
    """Homes in ``text``, a view's.

    :param names: names found before; who stands right after a group or house number lives there.
    """
    lived = _spans(_LIVES, text)
    units = _spans(_UNIT_ADDRESS, text)
    people_at = {mark.start for mark in names}
    live_at = unit_at = 0
    for match in _CHAIN.finditer(text):
        start, end = match.span()
        while live_at < len(lived) and lived[live_at][1] <= start:
            live_at += 1
        while unit_at < len(units) and units[unit_at][1] <= start:
            unit_at += 1
        before = text[max(0, start - _BACK) : start]
        if _DAY.search(before):
            continue
        if unit_at < len(units) and units[unit_at][0] <= start:
            continue
        lives = live_at < len(lived) and lived[live_at][0] <= start
        person = bool(_PERSON_AFTER.match(text, end)) or end in people_at or end + 1 in people_at
        room = bool(_ROOM.search(match[0]))
        if lives:
            office = (
                around.unit_speaks(text, lived[live_at][0], known.units)
                and "地址" in text[lived[live_at][0] : start]
            )
            if not office:
                yield mark_of(start, end, Kind.ADDRESS, "前有“住”“地址”等字样", certain=True)
        elif person:
            yield mark_of(start, end, Kind.ADDRESS, "后面是住在那里的人", certain=True)
        elif room and not _OFFICE.search(before) and not _OFFICE.match(text, end):
            yield mark_of(start, end, Kind.ADDRESS, "细到房号的地址", certain=False)


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
