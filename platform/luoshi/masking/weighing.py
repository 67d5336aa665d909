"""How much what stands behind a surname is like a name, where no word around says that a person is meant.

Points for the surname, for each character of the given name, for how the sentence leads up to it and goes on
from it, and for how the dictionary cuts it. They were set by hand on ``tests/luoshi/masking/tuned.txt``.
"""

import re

import rjieba

from luoshi.masking import people
from luoshi.masking.given import OFTEN, SELDOM
from luoshi.masking.surnames import DOUBLE, HARDLY_WORDS, LIKE_WORDS
from luoshi.masking.wording import any_of

ENOUGH = {1: 6.0, 2: 3.5}
"""Points that a name needs, by the characters of its given name."""
SURE = 4.0
"""Points above enough from which on hardly a doubt is left."""

_LEADS = re.compile(
    "(?:"
    + any_of("""
    约谈 拜访 走访 找到 看望 慰问 探望 送达 帮助 联系 联系到 答复 告知 通知 责令 劝说 劝导 陪同 遇到 询问
    举报 投诉 起诉 控告 检举 受伤的 名为 名叫 叫 资助 安置 救助 接到 收到 请来 感谢 恳请 说服 动员 协助
    督促 责成 聘请 委托 雇请 推选 选举 拘留 抓获 传唤 处罚 登记在 归还 欠 欠下 还给 借给 交给 转给 付给
    赔偿 补偿 已为 依法对 分别是 其中 包括 涉及 一名 一位 邻居
    """)
    + "|[由有与向被将把据同为给对替跟让请劝帮系叫称诉经及和是即因以按受])$"
)
_APART = frozenset("、\n \t；;：:")
_ALONE = re.compile(r"[、\n \t；;]|$")
_PREPOSITIONS = frozenset("由有与向被将把对给叫据和让请")
_CLAUSE = frozenset("。，；：、！？\n“”（）()：:,;.!? \t—-《》〔〕【】")
_ROLE = re.compile(r"[\u3400-\u9fff][人者户员工农匠师手主民夫妻子女兄弟姐妹婆爷伯叔]$")
_ACTS = re.compile(
    any_of("""
    应当 必须 愿意 拒绝 拒不 同意 反对 承认 签字 签订 签收 签名 起诉 诉 上诉 达成 未到 到场 领取 领到 收到
    缴纳 带头 牵头 背着 抱着 扛着 拉着 骑车 开车 驾车 驾驶 讲 坐在 站在 种了 种的 养了 养的 承包 租住
    租用 购买 出售 居住 搭建 违规 擅自 私自 私占 未经 占用 堆放 所建 所有 所称 所述 所反 摔 受伤 跌 溺
    信访 本人 一人 两人 三人 等人 等户 等[一二三四五六七八九十\\d]+[户人名位] 去年 前年 今年 当年 当时
    当场 每月 每天 每次 多次 自己 亲自 至今 一直 仍然 确属 确系 确有 确实 属于 不属 符合 名下 账户 账上
    卡上 那里 那边 也在 也说 又说 还说 便 遂 即 尚未 均 称其 称自 系[该本我] 转让 继承 过世 离世 逝世
    送达 送来 送去 送给 送到 处以 处[罚\\d一二三四五六七八九十] 离家 失踪
    走失 外出 在外 回乡 返乡 打工 务工 上学 读书 毕业 结婚 离婚 迁[入出] 落户 递交 提交 提供
    出具 交[来了] 送来 拿出 拿着 打来 打电 留言 写信 来到 走[了过] 住 找[到了] 被评 获得 荣获 因病 以[及其每]
    """)
)
_FIRM = re.compile(
    r"[\u3400-\u9fff]{0,6}?"
    + any_of("公司 合作社 集团 商行 商贸 厂 设计院 监理 物业 事务所 酒店 超市 门店 药房 农场 加工 品牌 牌")
)
_NOT_NAMES = frozenset({"v", "a", "ad", "d", "p", "c", "r", "m", "q", "t", "f", "vn"})


def words_of(text: str) -> dict[int, tuple[str, str]]:
    """A text as the dictionary cuts it: where a word begins, what it is and of what part of speech."""
    found: dict[int, tuple[str, str]] = {}
    at = 0
    for word, tag in rjieba.tag(text):
        found[at] = (word, tag)
        at += len(word)
    found[at] = ("", "")
    return found


def points(text: str, words: dict[int, tuple[str, str]], start: int, surname: str, end: int) -> float:
    """How much the characters ``start`` to ``end`` are like a name; see :data:`ENOUGH`."""
    given = text[start + len(surname) : end]
    found = _surname(surname) + sum(map(_character, given))
    found += _cut(text, words, start, surname, end)
    found += _before(text, words, start)
    if len(given) > 1 and _ALONE.match(text, end) and (not start or text[start - 1] in _APART):
        found += 0.8
    return found + _after(text, words, end) - _place(text, start + len(surname), end)


def _surname(surname: str) -> float:
    if surname in DOUBLE:
        return 3.0
    if surname in HARDLY_WORDS:
        return 2.0
    return 0.0 if surname in LIKE_WORDS else 1.0


def _character(char: str) -> float:
    return 1.5 if char in OFTEN else 0.6 if char in SELDOM else -1.5


def _cut(text: str, words: dict[int, tuple[str, str]], start: int, surname: str, end: int) -> float:
    name, given = text[start:end], text[start + len(surname) : end]
    word, tag = words.get(start, ("", ""))
    if word or (len(words.get(start - 1, ("", ""))[0]) == 2 and text[start - 1] in _PREPOSITIONS):
        found = 0.5  # 由|卢广田 is sometimes cut 由卢|广田
    else:
        found = -3.0 if _inside(words, start) else -1.0
    if len(given) == 1 and surname not in HARDLY_WORDS and surname not in DOUBLE:
        found -= 1.5
    if word == name and tag.startswith("nr"):
        found += 1.5
    elif len(word) > len(surname) and not tag.startswith("nr") and rjieba.has_word(word):
        found -= 3.0
    if end not in words:
        found -= 1.0
    if surname not in HARDLY_WORDS and len(given) == 2 and rjieba.has_word(given):
        inner = words.get(start + len(surname), ("", ""))[1]
        found -= 1.5 if inner in _NOT_NAMES else 0.5
    if len(given) == 2 and rjieba.has_word(name[:-1]) and surname not in HARDLY_WORDS:
        found -= 1.5
    return found


def _inside(words: dict[int, tuple[str, str]], start: int) -> bool:
    """Whether a word of the dictionary of three or more characters goes on over ``start``."""
    for back in (1, 2, 3):
        word, tag = words.get(start - back, ("", ""))
        if word:
            return len(word) > max(2, back) and not tag.startswith("nr")
    return False


def _before(text: str, words: dict[int, tuple[str, str]], start: int) -> float:
    if not start or text[start - 1] in _CLAUSE:
        return 1.5
    before = text[max(0, start - 8) : start]
    if _LEADS.search(before):
        return 1.5
    if text[start - 1] == "的" or not "\u3400" <= text[start - 1] <= "\u9fff":
        return 0.8
    if start in words and _ROLE.search(before):
        return 1.5
    return 0.0 if start in words else -1.0


def _after(text: str, words: dict[int, tuple[str, str]], end: int) -> float:
    if end == len(text) or not "\u3400" <= text[end] <= "\u9fff":
        return 1.0
    if _ACTS.match(text, end):
        return 2.0
    if people.GOES_ON.match(text, end):
        return 1.5
    word, tag = words.get(end, ("", ""))
    return -1.5 if not word else 0.5 if tag.startswith(("v", "d", "t", "p")) else -0.5


def _place(text: str, given: int, end: int) -> float:
    if people.PLACE_AFTER.match(text, end) or people.OF_FAMILY.match(text, given):
        return 5.0
    firm = 3.0 if _FIRM.match(text, end) and not _ACTS.match(text, end) else 0.0
    last = text[end - 1]
    return firm + (4.0 if last in people.STRICT_ENDINGS else 1.5 if last in people.PLACE_ENDINGS else 0.0)
