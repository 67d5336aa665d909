"""The committed workbooks, read back through the reading that a county's own files go through."""

import io
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from luoshi.accounts.actor import Role
from luoshi.documents.spreadsheets import (
    PersonName,
    SuggestionRow,
    read_accounts,
    read_deputies,
    read_suggestions,
    read_units,
)
from luoshi.lifecycle.states import Grade, ProposerKind, RaisedWhen
from luoshi_site.demo.counties import COUNTIES, DEQING, HENGNAN, JIAYUGUAN, SHAOYANG, XINHUA, DemoCounty
from luoshi_site.demo.workbooks.make import HERE, workbooks_made

SATISFIED, BASICALLY, DISSATISFIED = Grade.SATISFIED, Grade.BASICALLY, Grade.DISSATISFIED
EVERY = pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.code)
PAST = pytest.mark.parametrize(
    ("county", "session"), [(county, session.code) for county in COUNTIES for session in county.sessions]
)


def past(county: DemoCounty, session: str) -> tuple[SuggestionRow, ...]:
    return read_suggestions(county.past_workbook(session)).require()


def units_of(rows: tuple[SuggestionRow, ...]) -> set[str]:
    return {unit for row in rows for unit in row.lead_units + row.separate_units + row.co_units}


def letters(rows: tuple[SuggestionRow, ...]) -> dict[str, int]:
    return dict(sorted(Counter(row.result_code for row in rows).items()))


def grades(rows: tuple[SuggestionRow, ...], axis: str) -> dict[Grade | None, int]:
    return dict(Counter(getattr(row, f"grade_{axis}") for row in rows))


def person_times(rows: tuple[SuggestionRow, ...]) -> int:
    return sum(row.contact_person_times or 0 for row in rows)


def test_hengnan_2019_stands_at_the_figures_of_its_report() -> None:
    rows = past(HENGNAN, "17-4")
    assert len(rows) == 149
    assert len(units_of(rows)) == 32
    assert {row.handed_over_on for row in rows} == {date(2019, 5, 23)}
    assert letters(rows) == {"A": 40, "B": 89, "C": 20}
    assert grades(rows, "result") == {SATISFIED: 117, BASICALLY: 32}
    assert grades(rows, "process") == {None: 149}
    assert person_times(rows) == 268
    assert min(row.contact_person_times or 0 for row in rows) == 1
    assert max(row.replied_on or date.max for row in rows) <= date(2019, 8, 23)
    assert sum(1 for row in rows if row.separate_units) == 3
    assert sum(1 for row in rows if row.handling_leader) == 149
    assert {row.raised_when for row in rows} == {RaisedWhen.IN_SESSION}
    assert sum(row.is_key for row in rows) == 0


def test_xinhua_2025() -> None:
    rows = past(XINHUA, "18-4")
    keys = [row for row in rows if row.is_key]
    assert (len(rows), len(keys)) == (156, 9)
    assert {row.handed_over_on for row in rows} == {date(2025, 4, 28)}
    assert {len(row.lead_units) for row in rows} == {1}
    assert len({row.lead_units[0] for row in rows}) == 32
    assert all("县长" in row.handling_leader for row in keys)
    assert all(row.supervising_leader.startswith("县人大常委会") for row in keys)
    assert letters(rows) == {"A": 61, "B": 52, "C": 34, "D": 9}
    assert grades(rows, "process") == {SATISFIED: 140, BASICALLY: 13, DISSATISFIED: 1, None: 2}
    assert grades(rows, "result") == {SATISFIED: 123, BASICALLY: 27, DISSATISFIED: 4, None: 2}
    assert person_times(rows) == 412
    assert len(read_deputies(XINHUA.deputies_workbook).require()) == 342


def test_shaoyang_and_its_307_deputies() -> None:
    deputies = read_deputies(SHAOYANG.deputies_workbook).require()
    assert len(deputies) == 307
    assert len({deputy.delegation for deputy in deputies}) == 20
    rows = past(SHAOYANG, "18-4")
    keys = [row for row in rows if row.is_key]
    assert (len(rows), len(keys)) == (120, 15)
    assert {row.note for row in keys} == {"县委书记挂帅督办"}
    assert sum(row.raised_when is RaisedWhen.BETWEEN_SESSIONS for row in rows) == 7
    assert letters(rows) == {"A": 46, "B": 53, "C": 17, "D": 4}
    assert grades(rows, "process") == {SATISFIED: 104, BASICALLY: 12, DISSATISFIED: 2, None: 2}
    assert grades(rows, "result") == {SATISFIED: 91, BASICALLY: 22, DISSATISFIED: 5, None: 2}
    assert person_times(rows) == 231
    assert sum(row.contact_person_times == 0 for row in rows) == 3
    assert len(units_of(rows)) == 28


def test_jiayuguan_in_three_years() -> None:
    years = [past(JIAYUGUAN, session) for session in ("12-1", "12-2", "12-3")]
    assert [len(rows) for rows in years] == [168, 175, 177]
    assert sum(len(rows) for rows in years) == 520
    assert [sum(row.is_key for row in rows) for rows in years] == [13, 14, 14]
    assert sum(row.is_key for rows in years for row in rows) == 41
    assert [letters(rows) for rows in years] == [
        {"A": 71, "B": 58, "C": 29, "D": 10},
        {"A": 79, "B": 59, "C": 28, "D": 9},
        {"A": 86, "B": 57, "C": 26, "D": 8},
    ]
    assert [grades(rows, "process") for rows in years] == [
        {SATISFIED: 149, BASICALLY: 17, DISSATISFIED: 1, None: 1},
        {SATISFIED: 160, BASICALLY: 14, DISSATISFIED: 1},
        {SATISFIED: 166, BASICALLY: 11},
    ]
    assert [grades(rows, "result") for rows in years] == [
        {SATISFIED: 128, BASICALLY: 33, DISSATISFIED: 5, None: 2},
        {SATISFIED: 139, BASICALLY: 31, DISSATISFIED: 3, None: 2},
        {SATISFIED: 149, BASICALLY: 25, DISSATISFIED: 2, None: 1},
    ]
    assert [person_times(rows) for rows in years] == [402, 431, 448]
    assert [sum(row.raised_when is RaisedWhen.BETWEEN_SESSIONS for row in rows) for rows in years] == [
        9,
        12,
        11,
    ]
    assert [len(units_of(rows)) for rows in years] == [27, 27, 27]
    assert len(read_deputies(JIAYUGUAN.deputies_workbook).require()) == 176


def test_deqing_2022() -> None:
    rows = past(DEQING, "17-1")
    assert len(rows) == 110
    assert len({deputy.delegation for deputy in read_deputies(DEQING.deputies_workbook).require()}) == 13
    assert sum(row.is_key for row in rows) == 8
    assert sum(row.raised_when is RaisedWhen.BETWEEN_SESSIONS for row in rows) == 10
    assert letters(rows) == {"A": 55, "B": 39, "C": 11, "D": 5}
    assert grades(rows, "result") == {SATISFIED: 98, BASICALLY: 9, DISSATISFIED: 1, None: 2}
    assert grades(rows, "process") == {None: 110}
    assert (person_times(rows), sum(row.contact_person_times == 0 for row in rows)) == (287, 1)
    assert len(units_of(rows)) == 26
    assert len(read_deputies(DEQING.deputies_workbook).require()) == 236


@PAST
def test_a_past_year_names_only_what_the_other_workbooks_hold(county: DemoCounty, session: str) -> None:
    rows = past(county, session)
    units = {unit.name for unit in read_units(county.units_workbook).require()}
    deputies = {
        (deputy.name, deputy.delegation) for deputy in read_deputies(county.deputies_workbook).require()
    }
    namesakes = {name for name, count in Counter(name for name, _delegation in deputies).items() if count > 1}
    assert units_of(rows) == units
    for row in rows:
        if row.lead is not None:
            assert (row.lead.name, row.lead.delegation) in deputies
        for signer in row.co_signers:
            assert signer.name not in namesakes or (signer.name, signer.delegation) in deputies
            assert signer.name in {name for name, _delegation in deputies}
    assert {row.result_code for row in rows} == {letter.code for letter in county.settings.result_scheme}
    axes = {axis.code for axis in county.settings.axes}
    assert {axis for axis in ("process", "result") if grades(rows, axis) != {None: len(rows)}} == axes


@PAST
def test_a_past_year_is_plausible_row_by_row(county: DemoCounty, session: str) -> None:
    rows = past(county, session)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row.handed_over_on is not None
        assert row.replied_on is not None
        assert 0 < (row.replied_on - row.handed_over_on).days <= 89
        assert row.replied_on.weekday() < 5
        assert row.contact_records is not None
        assert row.contact_person_times is not None
        assert (row.contact_records == 0) == (row.contact_person_times == 0)
        assert row.lead is not None or row.proposer_kind is ProposerKind.DELEGATION
        assert bool(row.lead_units) != bool(row.separate_units)
        assert re.search(r"建议|\n一、", row.content)
        assert not re.search(r"[{}]", row.title + row.content)
    numbered = sum("\n一、" in row.content and "\n二、" in row.content for row in rows)
    assert numbered * 2 > len(rows)
    assert {row.proposer_kind for row in rows} == set(ProposerKind)


@EVERY
def test_titles_are_distinct_within_a_county(county: DemoCounty) -> None:
    titles = [row.title for session in county.sessions for row in past(county, session.code)]
    assert [title for title, count in Counter(titles).items() if count > 1] == []


@EVERY
def test_deputies_of_one_name_sit_in_different_delegations_and_lead_suggestions(county: DemoCounty) -> None:
    deputies = read_deputies(county.deputies_workbook).require()
    counted = Counter(deputy.name for deputy in deputies)
    namesakes = {
        PersonName(deputy.name, deputy.delegation) for deputy in deputies if counted[deputy.name] > 1
    }
    assert len(namesakes) == 2 * sum(count > 1 for count in counted.values()) >= 4
    rows = past(county, county.sessions[0].code)
    assert namesakes <= {row.lead for row in rows}
    assert {signer for row in rows for signer in row.co_signers if signer.delegation} <= namesakes


@EVERY
def test_every_unit_has_its_trio_and_a_leader_by_office(county: DemoCounty) -> None:
    units = read_units(county.units_workbook).require()
    for unit in units:
        assert unit.principal
        assert unit.in_charge
        assert unit.handler
        assert unit.duties
        assert unit.valid_from is not None
        assert re.fullmatch(r"(常务)?副[县市]长(（分管\S+）)?|联系花桥镇的县领导", unit.county_leader)
    if county is HENGNAN:
        assert len(units) == 32


@EVERY
def test_there_are_accounts_for_every_role(county: DemoCounty) -> None:
    accounts = read_accounts(county.accounts_workbook).require()
    units = {unit.name for unit in read_units(county.units_workbook).require()}
    deputies = {
        (deputy.name, deputy.delegation) for deputy in read_deputies(county.deputies_workbook).require()
    }
    assert Counter(role for account in accounts for role in account.roles) == {
        Role.CONGRESS_OFFICE: 1,
        Role.SECRETARIAT: 1,
        Role.PRESIDIUM: 1,
        Role.GOVERNMENT_OFFICE: 1,
        Role.UNIT_HEAD: 3,
        Role.UNIT_HANDLER: 3,
        Role.DEPUTY: 3,
        Role.LEADER: 1,
        Role.COMMITTEE: 1,
        Role.SITE_EDITOR: 1,
        Role.SITE_FIRST_REVIEWER: 1,
        Role.SITE_SECOND_REVIEWER: 1,
        Role.SITE_FINAL_REVIEWER: 1,
        Role.SYSTEM_ADMIN: 1,
        Role.SECURITY_ADMIN: 1,
        Role.AUDIT_ADMIN: 1,
    }
    assert {unit for account in accounts for unit in account.units} <= units
    for account in accounts:
        if account.deputy is not None:
            assert (account.deputy.name, account.deputy.delegation) in deputies


def contents(body: bytes) -> dict[str, bytes]:
    """What a workbook says; how tightly a machine's zlib packs it is no difference."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def test_making_them_again_changes_nothing() -> None:
    made = workbooks_made()
    committed = {str(path.relative_to(HERE)): path for path in HERE.glob("*/*.xlsx")}
    assert sorted(made) == sorted(committed)
    for name, body in made.items():
        assert contents(body) == contents(Path(committed[name]).read_bytes()), name
