"""Other numbers and names that lead to a person: certificates, deputies' cards, mail, chat accounts, plates.

个人信息保护法 art. 4 and 28; deputies' contact data are not published at all (domain.md B7).
"""

import re
from collections.abc import Iterator

from luoshi.publication.masking.marks import Kind, Mark, mark_of
from luoshi.publication.masking.wording import any_of

_FILL = r"(?!略)[\s:：为是（(号码]{0,6}"
_CERTIFICATE = re.compile(
    any_of("""
    护照 通行证 台胞证 回乡证 户口簿 户口本 户号 户籍编号 户编号 家庭编号 低保证 残疾人?证 社保卡
    社会保障卡 社保编号 医保卡 医保证 医保编号 病历 住院 门诊 学籍 驾驶证 驾照 军官证 士兵证
    退役军人优待证 优待证 准考证 房产证 不动产权证书? 结婚证 出生证 出生医学证明 就诊卡 参合证
    """)
    + r"[本簿]?(?:编)?号?码?"
    + _FILL
    + r"([A-Za-z]{0,3}[\d-]{5,24}[A-Za-z\d]{0,4})(?![A-Za-z\d年月元户人-])"
)
_PASSPORT = re.compile(r"(?<![A-Za-z\d])(?:[EGDSPHK][A-Za-z]?\d{7,8}|[CHM]\d{8,10})(?![A-Za-z\d])")
_DEPUTY_CARD = re.compile(
    r"代表(?:证件?|证书|编码|证件编)(?:编?号码?|号)?"
    + _FILL
    + r"(第?[A-Za-z\d〔〕（）()-]{2,20}(?![A-Za-z\d-])号?)"
)
_ACCOUNT = re.compile(
    any_of("""
    微信(?!公众|小程|支付|群[^号]) [Ww]e[Cc]hat [Ww]ei[Xx]in [Vv]信 [Ww][Xx] [Vv][Xx] [Qq][Qq] 扣扣 企鹅
    抖音 快手 支付宝 微博 钉钉
    """)
    + r"(?:群?号码?|账号|帐号|[Ii][Dd])?(?!略)[\s:：为是（(]{0,5}([A-Za-z\d_][A-Za-z\d_-]{4,24})"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Za-z][·•.\s-]{0,2}"
    r"(?:[A-HJ-NP-Za-hj-np-z\d]{5,6}|[A-HJ-NP-Za-hj-np-z\d]{4}[挂学警港澳领])(?![A-Za-z\d])"
)
_MAIL_USER = re.compile(r"[A-Za-z\d](?:[A-Za-z\d_.+-]){0,63}$")
_MAIL_AT = re.compile(
    r"[ \t]{0,2}[@＠][ \t]{0,2}|\s?[\[(（](?:at|AT)[\])）]\s?|(?<=[A-Za-z\d])#(?=[A-Za-z\d-]{1,20}\.)"
)
_MAIL_HOST = re.compile(r"[A-Za-z\d][A-Za-z\d-]{0,62}(?:[ ]?\.[ ]?[A-Za-z\d][A-Za-z\d-]{0,62}){1,4}")


def contact_marks(text: str) -> Iterator[Mark]:
    """Certificates, cards, mail addresses, accounts and plates of a view's ``text``."""
    for kind, pattern, why in (
        (Kind.DEPUTY_CARD, _DEPUTY_CARD, "前有“代表证”等字样"),
        (Kind.CERTIFICATE, _CERTIFICATE, "前有证件名称"),
        (Kind.ACCOUNT, _ACCOUNT, "前有“微信”“QQ”等字样"),
    ):
        for match in pattern.finditer(text):
            if any(char.isdigit() for char in match[1]) or kind is Kind.ACCOUNT:
                yield mark_of(match.start(1), match.end(1), kind, why, certain=True)
    for match in _PASSPORT.finditer(text):
        yield mark_of(match.start(), match.end(), Kind.CERTIFICATE, "形如护照或通行证号", certain=False)
    for match in _PLATE.finditer(text):
        if any(char.isdigit() for char in match[0]):
            yield mark_of(match.start(), match.end(), Kind.PLATE, "形如车牌号", certain=True)
    yield from _mails(text)


def _mails(text: str) -> Iterator[Mark]:
    # From the sign outwards, so that a long word without the sign costs nothing.
    for sign in _MAIL_AT.finditer(text):
        before = max(0, sign.start() - 64)
        user, host = _MAIL_USER.search(text[before : sign.start()]), _MAIL_HOST.match(text, sign.end())
        if user and host:
            yield mark_of(before + user.start(), host.end(), Kind.EMAIL, "形如电子邮箱", certain=True)
