"""Facts about a person: birth, illness, a child's school (个人信息保护法 art. 28)."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from luoshi.publication.masking.marks import Kind, Mark, mark_of
from luoshi.publication.masking.wording import any_of

_DAY = (
    r"(?:(?:18|19|20)\d\d[ ]?[年.\-/][ ]?(?:0?[1-9]|1[0-2])"
    r"(?:[ ]?[月.\-/](?:[ ]?(?:3[01]|[12]\d|0?[1-9])[ ]?[日号]?)?)?"
    r"|[一二][一二三四五六七八九零〇○]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?"
    r"|(?:19|20)\d{6}(?!\d)|(?:19|20)\d\d年)"
)
_BIRTH = re.compile(
    r"(?:出生(?:年月日?|日期|时间|于)?|生日|诞生于|(?<![产发学医众])生于)(?!略)[\s:：为是（(]{0,4}"
    rf"(?P<after>{_DAY})|(?P<before>{_DAY})(?:出生(?![产效率\d人])|出世|生(?![产效活育\d]))"
)
_ILLNESS = re.compile(
    any_of("先天性 急性 慢性 晚期 重度 中度 轻度 双侧 恶性 Ⅱ型 II型 2型 二型")
    + "?"
    + any_of("""
    [胃肝肺肠乳腺宫颈食道鼻咽喉胰肾骨脑直结卵巢前列甲状膀胱]{1,4}癌 癌症 尿毒症 白血病 艾滋病
    精神分裂症? 精神疾病 精神病 抑郁症 躁郁症 自闭症 孤独症 脑瘫 脑梗死? 脑出血 脑中风 中风 偏瘫 截瘫
    瘫痪 高位截瘫 癫痫 心脏病 冠心病 心肌梗死? 心衰 糖尿病 高血压 肾衰竭 肾病 肝硬化 乙肝 丙肝 肝炎
    肝腹水 肺结核 结核病 尘肺病? 矽肺病? 哮喘 肺气肿 红斑狼疮 血友病 地中海贫血 再生障碍性贫血
    帕金森(?:综合征|病)? 阿尔茨海默病? 老年痴呆 痴呆 智力障碍 唐氏综合征 罕见病 肌萎缩 渐冻症 骨折
    股骨头坏死 强直性脊柱炎 脑肿瘤 肿瘤 脑膜炎 麻风病 梅毒 性病 吸毒史? 流产 不孕 肾移植 透析 化疗
    双目失明 失明 聋哑 残疾
    """)
    + r"(?:症|[早中晚]期|后遗症|[一二三四]级)?"
    + r"|[一二三四]级(?:肢体|智力|精神|视力|听力|言语|多重)残疾"
    + r"|(?:肢体|智力|精神|视力|听力|言语|多重)(?:[一二三四]级)?残疾(?:[一二三四]级)?"
)
_OF_ONE = re.compile(
    any_of("""
    本人 我母亲 我父亲 我儿子 我女儿 我爱人 我妻子 我丈夫 其子 其女 其妻 其夫 其母 其父 其妻子 其丈夫
    其儿子 其女儿 其母亲 其父亲 之子 之女 某某? [××]{1,2}
    """)
    + r"[^。！？\n]{0,30}$"
)
_OF_MANY = re.compile(
    any_of("""
    患者 病人 人群 防治 筛查 管理 病种 人员 等(?:重大|慢性|疾病|病) 专科 门诊 规范 报销 人(?!均) 儿童
    救助 联合会 证(?!实|明) 预防 医疗 康复机构 护理 事业 保障 就业
    """)
)
_SENTENCE_END = frozenset("。！？\n；")
REACH = 60
"""Characters of one sentence within which an illness is taken for the named person's."""
_SCHOOL = re.compile(
    r"(?P<name>[\u3400-\u9fffA-Za-z\d]{1,12}?"
    + any_of("""
    中心小学 完全小学 希望小学 实验小学 实验中学 职业中专 特殊教育学校 小学 中学 初中 高中 完小 幼儿园
    附小 附中 [一二三四五六七八九十]中(?!学|心) 职中 学校
    """)
    + r")(?P<class>(?:[初高]?[一二三四五六七八九\d]{1,2}年级?|[初高][一二三]|[大中小]班)?"
    r"(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)]?班)?)"
)
_AT_SCHOOL = re.compile(
    any_of("""
    就读于 就读在 就读 在读于 上学于 入读 转入 转学到 考入 学籍在
    (?:现|正)?在(?=[^。，；]{2,14}?(?:读书|上学|就读|念书|读[一二三四五六七八九初高小]))
    """)
    + "[:：]?"
)
_PUPIL = re.compile(r"(?:的)?(?:学生|同学|新生|毕业生|小朋友|幼儿|学童)[:：]?")
_CUT = re.compile(r".*(?:就读于|就读|位于|以及|[是系为在到、和与给向对])")


def fact_marks(text: str, names: list[Mark]) -> Iterator[Mark]:
    """Births, illnesses and schools that ``text``, a view's, ties to a person.

    :param names: names found before.
    """
    for match in _BIRTH.finditer(text):
        start, end = match.span("after" if match["after"] else "before")
        yield mark_of(start, end, Kind.BIRTH, "出生日期", certain=True)
    starts, ends = [mark.start for mark in names], {mark.start for mark in names}
    yield from _illnesses(text, starts)
    yield from _schools(text, starts, ends)


def _illnesses(text: str, names: list[int]) -> Iterator[Mark]:
    for match in _ILLNESS.finditer(text):
        start, end = match.span()
        if _OF_MANY.match(text[end : end + 6]):
            continue
        before = text[max(0, start - REACH) : start]
        if _named_in_sentence(text, names, start) or _OF_ONE.search(before):
            yield mark_of(start, end, Kind.HEALTH, "与个人相连的健康状况", certain=True)


def _named_in_sentence(text: str, names: list[int], at: int) -> bool:
    """Whether a name stands before ``at`` in the same sentence."""
    last = bisect_right(names, at)
    if not last or names[last - 1] < at - REACH:
        return False
    return not any(char in _SENTENCE_END for char in text[names[last - 1] : at])


def _schools(text: str, starts: list[int], at_name: set[int]) -> Iterator[Mark]:
    for match in _AT_SCHOOL.finditer(text):
        school = _SCHOOL.match(text, match.end())
        if school and _named_in_sentence(text, starts, match.start()):
            yield _school(school.start(), school.end())
    for match in _SCHOOL.finditer(text):
        pupil = _PUPIL.match(text, match.end())
        if pupil and pupil.end() in at_name:
            cut = _CUT.match(match["name"])
            yield _school(match.start() + (cut.end() if cut else 0), match.end())


def _school(start: int, end: int) -> Mark:
    return mark_of(start, end, Kind.SCHOOL, "与个人相连的就读学校", certain=True)
