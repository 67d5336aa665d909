"""What stands just before and after a number and says what it is."""

import re

from luoshi.publication.masking.wording import any_of

NEAR = 24
"""Characters before a number that are read for a word that names it."""

# A replacement such as （电话略） names nothing, so that masking a masked text finds nothing new.
_PHONE = re.compile(
    r"(?:电话|手机|座机|固话|宅电|联系方式|微信同号|热线|短号|小灵通|传真|拨打|致电|(?<![证照卡账件份])号码|☎|📞|📱"
    r"|[Tt][Ee][Ll]|[Mm]obile|[Pp]hone)(?!略)(?:[^。；;！？\n\d略]{0,8}|[\s:：]{0,12})$"
)
_SHORT = re.compile(r"(?:短号|虚拟网|小号|集团号)(?!略)[^。；\n\d略]{0,4}$")
_ID = re.compile(r"(?:身份证|公民身份|证件|身份号码)(?!略|号略)[^。；\n\d略]{0,8}$")
_BANK = re.compile(
    r"(?:卡号|账号|帐号|账户|帐户|银行|信用社|存折|一卡通|银行卡)(?!略)(?:[^。；\n\d略]{0,8}|[\s:：]{0,12})$"
)
_CODE = re.compile(
    r"(?:编号|文号|代码|编码|工单号?|合同号|备案号|单号|案号|标段号?|许可证号?|批次号?|登记号)[:：为是\s]{0,4}$"
)
_CREDIT = re.compile(r"信用代码[证号]{0,2}[:：为是\s]{0,4}$")
_UNIT = re.compile(
    r"[ \t]*(?:多?[余万亿千百十]|元|户|人|名|部|台|条|次|个|件|起|亩|公里|千米|米|平方|吨|公顷|千瓦|[%％]"
    r"|年|月|日|度|立方|辆|株|头|羽|斤|公斤|瓦|盏|份|册|字)"
)


def phone_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce a telephone number."""
    return bool(_PHONE.search(text[max(0, start - NEAR) : start]))


def short_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce a short number within a group of telephones."""
    return bool(_SHORT.search(text[max(0, start - NEAR) : start]))


def id_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce an identity number."""
    return bool(_ID.search(text[max(0, start - NEAR) : start]))


def bank_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce an account or card."""
    return bool(_BANK.search(text[max(0, start - NEAR) : start]))


def code_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce the number of a document, project or order."""
    return bool(_CODE.search(text[max(0, start - NEAR) : start]))


def credit_named(text: str, start: int) -> bool:
    """Whether the words before ``start`` announce the credit code of a unit or company, which is public."""
    return bool(_CREDIT.search(text[max(0, start - NEAR) : start]))


def unit_follows(text: str, end: int) -> bool:
    """Whether a measure follows: then the digits before ``end`` are a quantity."""
    return bool(_UNIT.match(text, end, end + 8))


BACK = 70
"""Characters before a landline that are read for whose it is."""
_OF_UNIT = re.compile(
    any_of("""
    [局署厅](?![面势部限长]) 委(?!托|屈|员) 政府 人大 中心 大队 公司 办公 科室 股室 窗口 值班 监督 举报
    咨询 热线 承办 经办 联系单位 联系科室 服务站 卫生院 医院 学校 派出所 供电所 水管站 我办 我院 我站
    银行 指挥部 客服
    """)
)
_OF_PERSON = re.compile(
    any_of("""
    村民 居民 群众 家属 本人 住户 业主 户主 家长 患者 老人 家中 家里 住宅 宅电 代表[:：] 领衔 提出人
    儿子 女儿 投诉人 反映人 信访人 来电人
    """)
)


def unit_speaks(text: str, start: int, units: frozenset[str]) -> bool:
    """Whether the nearest party named before ``start`` is a unit and not a person."""
    before = text[max(0, start - BACK) : start]
    unit = max((match.start() for match in _OF_UNIT.finditer(before)), default=-1)
    unit = max([unit, *(before.rfind(name) for name in units if name)])
    person = max((match.start() for match in _OF_PERSON.finditer(before)), default=-1)
    return unit > person


def unit_near(text: str, start: int, end: int, units: frozenset[str]) -> bool:
    """Whether a unit is named before ``start``, or right after ``end`` as the place where somebody works."""
    return unit_speaks(text, start, units) or bool(_OF_UNIT.search(text, end, end + 20))
