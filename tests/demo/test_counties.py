"""The description of the five counties agrees with itself and with their sources."""

from pathlib import Path

import pytest

from luoshi.documents.spreadsheets.rows import session_parse
from luoshi.lifecycle.states import Grade, ResultClass
from luoshi.suggestions.county_settings import CountySettings
from luoshi_site.demo.counties import (
    CITIES,
    COUNTIES,
    HENGNAN,
    JIAYUGUAN,
    PROVINCES,
    WORKBOOKS,
    XINHUA,
    county_by_code,
)


def test_codes_hosts_and_provinces() -> None:
    assert [(province.code, province.host) for province in PROVINCES] == [
        ("430000", "hunan"),
        ("620000", "gansu"),
        ("330000", "zhejiang"),
    ]
    assert [(county.code, county.name, county.host, county.level) for county in COUNTIES] == [
        ("430422", "衡南县", "hengnan", "county"),
        ("431322", "新化县", "xinhua", "county"),
        ("430523", "邵阳县", "shaoyang", "county"),
        ("620200", "嘉峪关市", "jiayuguan", "city"),
        ("330521", "德清县", "deqing", "county"),
    ]
    cities = {city.code: city for city in CITIES}
    for county in COUNTIES:
        assert county.province == county.code[:2] + "0000"
        assert county.city == (None if county.level == "city" else county.code[:4] + "00")
        assert county.city is None or cities[county.city].province == county.province
        assert county_by_code(county.code) is county
    with pytest.raises(KeyError):
        county_by_code("110000")


def test_sessions_are_past_ones_of_the_present_term() -> None:
    for county in COUNTIES:
        for session in county.sessions:
            term, _number = session_parse(session.code)
            assert term == county.term.number
            assert county.term.starts_on <= session.opened_on < session.closed_on < session.handed_over_on
            assert session.handed_over_on.year == session.year
            assert session.name.startswith(county.name)


def test_the_rules_that_the_sources_state() -> None:
    assert [(letter.code, letter.result_class) for letter in HENGNAN.settings.result_scheme] == [
        ("A", ResultClass.RESOLVED),
        ("B", ResultClass.IN_PROGRESS),
        ("C", ResultClass.DEFERRED),
    ]
    assert [axis.code for axis in HENGNAN.settings.axes] == ["result"]
    assert [axis.label for axis in JIAYUGUAN.settings.axes] == ["答复满意度", "落实满意度"]
    triggers = {county.code: county.settings.trigger_grades for county in COUNTIES}
    assert triggers.pop(XINHUA.code) == {Grade.BASICALLY, Grade.DISSATISFIED}
    assert set(triggers.values()) == {frozenset({Grade.DISSATISFIED})}


def test_no_two_counties_have_the_same_rules_and_a_letter_means_different_things() -> None:
    settings = [county.settings for county in COUNTIES]
    assert all(left != right for index, left in enumerate(settings) for right in settings[index + 1 :])
    meanings = {
        county.settings.letter("C").result_class for county in COUNTIES if county.settings.letter("C")
    }  # type: ignore[union-attr]
    assert meanings == {ResultClass.DEFERRED, ResultClass.PLANNED, ResultClass.REFERENCE_ONLY}


def test_the_rules_survive_a_file() -> None:
    for county in COUNTIES:
        text = county.settings.model_dump_json()
        assert CountySettings.model_validate_json(text) == county.settings


def test_the_readme_says_of_each_county_what_is_invented() -> None:
    text = Path(WORKBOOKS / "README.md").read_text(encoding="utf-8")
    sections = text.split("\n### ")[1:]
    assert [section[:6] for section in sections] == [county.code for county in COUNTIES]
    for section in sections:
        rows = [line for line in section.splitlines() if line.startswith("|")][2:]
        assert rows
        for row in rows:
            assert "来源" in row or "虚构" in row or "省的办理规定" in row
