"""Numbers as they are written in Chinese letters, in figures: 四百二十米 is 420米, 百分之八点八 is 8.8%."""

import re
from collections.abc import Iterator

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMBER = "[零〇○一二两三四五六七八九十百千万亿]"
_COUNTED = """
号 组 米 公里 千米 里 万元 元 块 户 人 名 年 月 日 天 亩 盏 台 座 处 公顷 吨 岁 届 次 批 期 条 所 栋 楼 个
家 项 件 辆 张 场 起 度 分钟 小时 平方米 立方米 公斤 斤 头 株 棵 间 套 根 册 支 村 镇 乡 班 级 路 分贝
千瓦时 层 段
"""
_MEASURES = "|".join(sorted(_COUNTED.split(), key=len, reverse=True))
_WRITTEN = re.compile(
    rf"百分之(?P<share>{_NUMBER}+(?:点[零〇○一二三四五六七八九]+)?)"
    rf"|(?<![\d.])(?<!{_NUMBER})第?(?P<count>{_NUMBER}+(?:点[零〇○一二三四五六七八九]+)?)"
    rf"[余多来]?(?P<of>{_MEASURES})"
)
_FIGURES = re.compile(
    rf"(?<![0-9a-z.])第?(?P<figures>\d+(?:\.\d+)?)[余多来]?(?P<of>万|亿|{_MEASURES}|[\u3400-\u9fff]|%)"
)


def numbers_written(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers with what they count: where they stand in ``text`` and their one spelling (420米, 8.8%).

    Of what is counted only the first character is kept; tens of thousands are figures too (380万元 and
    三百八十万元 are ``3800000元``).

    :param text: in half width; spaces between figures and letters are gone.
    """
    for match in _WRITTEN.finditer(text):
        share = match["share"]
        value = _value(share or match["count"])
        if value:
            yield match.start(), match.end(), value + ("%" if share else match["of"][0])
    for match in _FIGURES.finditer(text):
        of, after = match["of"], text[match.end() : match.end() + 1]
        if of in _LARGE and "\u3400" <= after <= "\u9fff":
            yield match.start(), match.end() + 1, _plain(float(match["figures"]) * _LARGE[of]) + after
        else:
            yield match.start(), match.end(), match["figures"] + of[0]


def _plain(value: float) -> str:
    return str(round(value, 6)).removesuffix(".0") if value != int(value) else str(int(value))


def _value(written: str) -> str:
    """In figures; empty where it is no number."""
    whole, _, part = written.partition("点")
    if not any(char in _TENS or char in _LARGE for char in whole):
        figures = "".join(str(_DIGITS[char]) for char in whole)  # 二〇二六
        return figures + _after_point(part)
    total = section = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        elif char == "万":
            total += (section + digit or 1) * 10_000
            section = digit = 0
        else:
            total = (total + section + digit or 1) * 100_000_000
            section = digit = 0
    figures = str(total + section + digit)
    return figures + _after_point(part)


def _after_point(part: str) -> str:
    return "." + "".join(str(_DIGITS[char]) for char in part) if part else ""
