"""The five counties' own workbooks go in as any county's would: registers and past years."""

import pytest
from tables import KEEPER, OFFICE, dump

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.documents.imports import accounts_import, deputies_import, past_import, units_import
from luoshi.documents.spreadsheets import read_accounts, read_deputies, read_suggestions, read_units
from luoshi.suggestions.models import Assignment, Evaluation, ImportedFigures, Suggestion
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_site.demo.counties import COUNTIES, HENGNAN, DemoCounty


def load(demo: DemoCounty) -> list[int]:
    """Import everything; the number of new suggestions by session."""
    county_settings_apply(data=demo.settings.model_dump(mode="json"), actor=SYSTEM_ACTOR)
    units_import(parsed=read_units(demo.units_workbook), actor=KEEPER)
    deputies_import(parsed=read_deputies(demo.deputies_workbook), actor=KEEPER)
    accounts_import(parsed=read_accounts(demo.accounts_workbook), actor=KEEPER)
    return [
        past_import(
            parsed=read_suggestions(demo.past_workbook(session.code)),
            session_code=session.code,
            year=session.year,
            actor=OFFICE,
        ).created
        for session in demo.sessions
    ]


def test_hengnan(county: object) -> None:
    """HN-01 to HN-04, HN-14, HN-23: 149, 40/89/20, 117/32, 32 units, 268 person-times, 109 tracked."""
    assert load(HENGNAN) == [149]
    codes = list(Suggestion.objects.values_list("class_code", flat=True))
    assert [codes.count(code) for code in "ABC"] == [40, 89, 20]
    assert Suggestion.objects.filter(state="tracking").count() == 109
    grades = list(Evaluation.objects.values_list("axis", "grade"))
    assert [grades.count(("result", grade)) for grade in ("satisfied", "basically_satisfied")] == [117, 32]
    assert len(grades) == 149
    assert Assignment.objects.values("unit").distinct().count() == 32
    assert sum(ImportedFigures.objects.values_list("contact_person_times", flat=True)) == 268  # type: ignore[arg-type]
    days = set(Suggestion.objects.values_list("handed_over_on", flat=True))
    assert [day.isoformat() for day in days if day] == ["2019-05-23"]
    before = dump()
    assert load(HENGNAN) == [0]
    assert dump() == before


@pytest.mark.parametrize(
    "demo", [demo for demo in COUNTIES if demo is not HENGNAN], ids=lambda demo: demo.code
)
def test_the_others_go_in_without_a_problem(county: object, demo: DemoCounty) -> None:
    made = load(demo)
    assert Suggestion.objects.count() == sum(made)
    expected = {"431322": 156, "620200": 520}
    assert sum(made) == expected.get(demo.code, sum(made))
    assert all(made)
