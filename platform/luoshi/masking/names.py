"""Names of private persons (个人信息保护法 art. 4, 25; 政府信息公开条例 art. 15).

A name is proposed for what stands around it: 村民×××, ×××老人, a number beside it, a list with another one.
Who is named in an office, a deputy's work or a unit's contact is not; nor is a place that begins like a name.
"""

import re

import rjieba

from luoshi.masking import around, people, weighing
from luoshi.masking.given import PAIRS
from luoshi.masking.marks import REPLACEMENTS, Kind, Known, Mark, mark_of
from luoshi.masking.surnames import LIKE_WORDS, surname_of
from luoshi.masking.wording import any_of

_LABELS = any_of("""
    联系电话 电话 手机号?码? 身份证号?码? 公民身份号码 身份号码 (?:银行)?卡号 账号 号码 微信号?
    [Qq][Qq]号?
""")
_BESIDE = re.compile(
    r"([\u3400-\u9fff]{2,5}?)[\s:：，,（(、]{0,4}(?:的)?(?:" + _LABELS + r")?[\s:：是为（(，,]{0,4}$"
)
_AFTER_NUMBER = re.compile(r"[\s（(，,、]{1,3}")
_LIST = re.compile(r"[、，,]\s{0,2}|[和及与跟]|以及|\s{1,2}")
_DOTTED = re.compile(r"[\u3400-\u9fff]{2,12}(?P<dot>[·•・])[\u3400-\u9fff]{2,8}")
_BEFORE_NAME = "的和与由对向被将给为是叫在据同及"
_PAIRS = re.compile(rf"(?:{'|'.join(sorted(PAIRS))}){{2}}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ODD = re.compile(r"[\u3400-\u9fff]{2,4}(?=$|[^\u3400-\u9fff])")
_PERSON_WITH = (Kind.PHONE, Kind.ID, Kind.BANK, Kind.ACCOUNT)
_BEFORE = 12


def name_marks(
    text: str, numbers: list[Mark], known: Known, named: frozenset[str] = frozenset()
) -> list[Mark]:
    """Names of private persons in ``text``, a view's.

    :param numbers: what was found before; who stands beside a telephone or identity number is a person.
    :param named: names that were found in other texts of the same case.
    """
    reader = _Reader(text, known)
    reader.labelled()
    reader.called()
    reader.listed()
    reader.followed()
    reader.beside(numbers)
    reader.weighed()
    reader.listed()
    reader.repeated(named)
    reader.namesakes()
    return reader.found


def bare_names(text: str, known: Known) -> list[Mark]:
    """What could be a name in a few words without a sentence, as in the name of a file."""
    reader = _Reader(text, known)
    reader.weighed(less=LESS_IN_A_NAME)
    return reader.found


LESS_IN_A_NAME = 2.0
"""Points by which less is enough where there is no sentence."""


class _Reader:
    """One text with the words of it and the names found so far."""

    def __init__(self, text: str, known: Known) -> None:
        self.text = text
        self.known = known
        self.found: list[Mark] = []
        self.taken = bytearray(len(text))
        for start, end in _occurrences(text, known.people | known.units):
            self.taken[start:end] = b"\x01" * (end - start)
        # Where a word begins, how long it is and of what part of speech.
        self.words = weighing.words_of(text)

    # -- reading one name ------------------------------------------------------------------------------

    def name_at(self, start: int) -> int:
        """Where the name that begins at ``start`` ends; 0 where none begins."""
        text, surname = self.text, surname_of(self.text, start)
        if not surname:
            return 0
        given = start + len(surname)
        sizes = [size for size in (1, 2) if self._given(given, given + size)]
        if not sizes or _says(text, given):
            return 0
        if len(sizes) == 1:
            return given + 1
        shorter, longer = (bool(people.GOES_ON.match(text, given + size)) for size in sizes)
        if shorter and given + 1 not in self.words and given + 2 in self.words:
            shorter = False  # 崔|丰年: the end would cut a word
        if shorter != longer:
            return given + (1 if shorter else 2)
        if shorter and text[given + 1] in _JOINS:
            return given + 1
        # Neither end is plain: the shorter one only where a word of its own begins behind it.
        behind = self.words.get(given + 1, ("", ""))[0]
        return given + (1 if not shorter and len(behind) > 1 and given not in self.words else 2)

    def name_before(self, end: int) -> int:
        """Where the name that ends at ``end`` begins; -1 where none ends there."""
        for size in (4, 3, 2):
            start = end - size
            surname = surname_of(self.text, start) if start >= 0 else ""
            if not surname or size - len(surname) > 2 or not self._given(start + len(surname), end):
                continue
            # The name begins where a word begins, or the sentence does.
            if start in self.words or not _CHINESE.match(self.text, start - 1):
                return start
        return -1

    def _given(self, start: int, end: int) -> bool:
        part = self.text[start:end]
        return len(part) == end - start > 0 and all(
            _CHINESE.match(char) and char not in people.NOT_GIVEN for char in part
        )

    def is_word(self, start: int, end: int) -> bool:
        """Whether the dictionary knows what begins at ``start`` as a word and not as a name."""
        word, tag = self.words.get(start, ("", ""))
        surname = surname_of(self.text, start)
        if len(word) > len(surname) and not tag.startswith("nr") and rjieba.has_word(word):
            # 高大|有 may be a name, 高度|关注 and 安全感 are none.
            dangling = len(word) == 2 and end - start == 3 and start + 3 in self.words
            return not dangling or self.text[start + 2] in people.SUFFIXES
        if self.text[start] in LIKE_WORDS and not (tag.startswith("nr") and len(word) > 1):
            given = self.text[start + 1 : end]
            return rjieba.has_word(given) and not self.words.get(start + 1, ("", ""))[1].startswith("nr")
        return self._compound(start, end)

    def _compound(self, start: int, end: int) -> bool:
        """安全带: a word of two and an ending, which the dictionary takes for a name."""
        ending = end - start == 3 and self.text[end - 1] in people.SUFFIXES
        return ending and rjieba.has_word(self.text[start : end - 1])

    def is_public(self, start: int, end: int) -> bool:
        """Whether the words around name the person in an office."""
        before = self.text[max(0, start - _BEFORE) : start]
        if people.CONTACT_END.search(before):
            return around.unit_near(self.text, start, end, self.known.units)
        if people.OFFICIAL_BEFORE.search(before) and not people.PRIVATE_END.search(before):
            return True
        return bool(people.OFFICIAL_AFTER.match(self.text, end, end + 24))

    def add(self, start: int, end: int, why: str, *, certain: bool) -> None:
        if any(self.taken[start:end]) or self.text[start:end] in people.PLACES:
            return
        if self.is_public(start, end):
            return
        self.taken[start:end] = b"\x01" * (end - start)
        name = surname_of(self.text, start) + REPLACEMENTS[Kind.NAME]
        self.found.append(mark_of(start, end, Kind.NAME, why, certain=certain, replacement=name))

    # -- where names stand -----------------------------------------------------------------------------

    def labelled(self) -> None:
        """姓名：×××, whatever the surname."""
        for match in people.LABELLED.finditer(self.text):
            end = self.name_at(match.end())
            odd = _ODD.match(self.text, match.end())
            if not end and odd and self._given(odd.start(), odd.end()):
                end = odd.end()
            if end:
                self.add(match.end(), end, f"前有“{match[0].rstrip(' ：:')}”", certain=True)
        for match in people.CONTACT.finditer(self.text):
            if end := self.name_at(match.end()):
                self.add(match.end(), end, "联系人，未见其单位", certain=False)
        self.of_minorities()

    def of_minorities(self) -> None:
        """阿依古丽·买买提, 才让多杰: names without a surname that the list has."""
        for match in _DOTTED.finditer(self.text):
            start = max(match.start(), match.start("dot") - LONGEST_PART)
            for call in people.PRIVATE_BEFORE.finditer(self.text, match.start(), match.start("dot")):
                start = max(start, call.end())
            cut = max(self.text.rfind(char, start, match.start("dot")) for char in _BEFORE_NAME)
            start, end = max(start, cut + 1), match.end()
            for size in range(2, end - match.end("dot")):
                if people.GOES_ON.match(self.text, match.end("dot") + size):
                    end = match.end("dot") + size
                    break
            if start < match.start("dot"):
                self.add(start, end, "形如少数民族姓名", certain=False)
        for match in _PAIRS.finditer(self.text):
            self.add(match.start(), match.end(), "形如少数民族姓名", certain=False)

    def called(self) -> None:
        """村民×××."""
        for match in people.PRIVATE_BEFORE.finditer(self.text):
            start = match.end()
            end = self.name_at(start)
            if not end:
                continue
            colon = match[0].rstrip()[-1:] in ":：叫"
            strong = colon or bool(people.PRIVATE_AFTER.match(self.text, end))
            if self.is_word(start, end) and not strong:
                continue
            if people.PLACE_AFTER.match(self.text, end) and not colon:
                continue
            self.add(start, end, f"前有“{match[0].strip('：:，,、 ')}”", certain=True)

    def followed(self) -> None:
        """×××老人."""
        for match in people.PRIVATE_AFTER.finditer(self.text):
            start = self.name_before(match.start())
            if start >= 0 and not self.is_word(start, match.start()):
                self.add(start, match.start(), f"后有“{match[0].strip('，（,')}”", certain=True)

    def beside(self, numbers: list[Mark]) -> None:
        """××× 1380000…."""
        for mark in numbers:
            if mark.kind not in _PERSON_WITH:
                continue
            low = max(0, mark.start - 24)
            if match := _BESIDE.search(self.text[low : mark.start]):
                end = low + match.end(1)
                start = self.name_before(end)
                if start >= 0 and not self.is_word(start, end):
                    self.add(start, end, "与电话、证件号码相连", certain=True)
            if match := _AFTER_NUMBER.match(self.text, mark.end):
                end = self.name_at(match.end())
                if end and not self.is_word(match.end(), end) and not _CHINESE.match(self.text, end):
                    self.add(match.end(), end, "与电话、证件号码相连", certain=True)

    def weighed(self, less: float = 0.0) -> None:
        """What is like a name in itself and in its sentence, with no word that says a person is meant."""
        likely: list[tuple[float, int, int]] = []
        for start in range(len(self.text)):
            surname = surname_of(self.text, start)
            for size, enough in weighing.ENOUGH.items() if surname else ():
                given, end = start + len(surname), start + len(surname) + size
                if not self._given(given, end) or any(self.taken[start:end]) or self._no_name(start, end):
                    continue
                found = weighing.points(self.text, self.words, start, surname, end)
                if found >= enough - less:
                    likely.append((enough - found, start, end))
        for short, start, end in sorted(likely):
            self.add(start, end, "形如姓名", certain=-short >= weighing.SURE)

    def _no_name(self, start: int, end: int) -> bool:
        """Words of the language, places known by name, and what makes a word of three out of one of two."""
        name = self.text[start:end]
        if people.TITLE.match(self.text, start + len(surname_of(self.text, start))):
            return True
        if name[1:] == "家" or name in people.PLACES or self._compound(start, end):
            return True
        word, tag = self.words.get(start, ("", ""))
        return word == name and rjieba.has_word(name) and not tag.startswith("nr")

    def listed(self) -> None:
        """×××、×××和×××: who stands in one list with a private person."""
        for mark in tuple(self.found):
            self._list_on(mark.end)
            end = mark.start
            for _step in range(LONGEST_LIST):
                sign = next((s for s in ("、", "，", "和", "及", "与") if self.text.endswith(s, 0, end)), "")
                start = self.name_before(end - len(sign)) if sign else -1
                if start < 0 or self.taken[start] or self.is_word(start, end - len(sign)):
                    break
                self.add(start, end - len(sign), "与其他姓名并列", certain=False)
                if not self.taken[start]:
                    break
                end = start

    def _list_on(self, at: int) -> None:
        for _step in range(LONGEST_LIST):
            sign = _LIST.match(self.text, at)
            end = self.name_at(sign.end()) if sign else 0
            if not sign or not end or self.taken[sign.end()]:
                return
            ends = end in self.words or bool(people.GOES_ON.match(self.text, end))
            if not ends or people.PLACE_AFTER.match(self.text, end) or self.is_word(sign.end(), end):
                return
            self.add(sign.end(), end, "与其他姓名并列", certain=False)
            at = end

    def repeated(self, named: frozenset[str]) -> None:
        """Every other place where a name stands that was found here or in another text of the case."""
        here = frozenset(self.text[mark.start : mark.end] for mark in self.found)
        for start, end in _occurrences(self.text, here | named):
            if not people.PLACE_AFTER.match(self.text, end) and not self._covered(start, end):
                why = "同一姓名在别处出现" if self.text[start:end] in here else "同一姓名在本件其他文字中出现"
                self.add(start, end, why, certain=False)

    def _covered(self, start: int, end: int) -> bool:
        """Whether a longer word of the language stands over a name of two characters: 高峰|期."""
        word, tag = self.words.get(start, ("", ""))
        longer = len(word) > end - start and not tag.startswith("nr") and rjieba.has_word(word)
        return end - start == 2 and longer

    def namesakes(self) -> None:
        """Who is called like a deputy or an official where a private person seems to be meant."""
        for start, end in _occurrences(self.text, self.known.people):
            before = self.text[max(0, start - _BEFORE) : start]
            private = people.PRIVATE_BEFORE_END.search(before) or people.PRIVATE_AFTER.match(self.text, end)
            several = _OFFICE_LIST.match(self.text, end)
            if private and not several and not self.is_public(start, end):
                name = surname_of(self.text, start) + REPLACEMENTS[Kind.PUBLIC_NAME]
                why = "与代表或工作人员同名，此处像是群众，请核对"
                self.found.append(mark_of(start, end, Kind.PUBLIC_NAME, why, certain=False, replacement=name))


_OFFICE_LIST = re.compile(r"等[\d一二三四五六七八九十两几多余]{0,3}[名位]?(?:代表|委员|同志|领导|干部)")
LONGEST_LIST = 200
LONGEST_PART = 6
"""Characters before the dot of a name of a minority."""
_JOINS = frozenset("和与及跟同在对向为被把从到说称家户来去")
_LONGEST_NAME = 30


def _says(text: str, at: int) -> bool:
    """Whether the sentence goes on right after a surname, as after 老李."""
    match = people.GOES_ON.match(text, at)
    return bool(match and (len(match[0]) > 1 or not match[0] or not _CHINESE.match(match[0])))


def _occurrences(text: str, names: frozenset[str]) -> list[tuple[int, int]]:
    """Where ``names`` stand in ``text``, the longest first; read once, however many names there are."""
    sizes = sorted({len(name) for name in names if 1 < len(name) <= _LONGEST_NAME}, reverse=True)
    if not sizes:
        return []
    places: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        size = next((size for size in sizes if text[at : at + size] in names), 0)
        if size:
            places.append((at, at + size))
        at += size or 1
    return places
