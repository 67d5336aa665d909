"""Makes the committed workbooks: ``python -m luoshi_site.demo.workbooks.make``. The same bytes each time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from luoshi.documents.spreadsheets.columns import COLUMNS, SheetKind
from luoshi.documents.spreadsheets.writing import SHEET_NAMES, SheetData, Value, workbook_bytes
from luoshi_site.demo.counties import DemoCounty, county_by_code
from luoshi_site.demo.workbooks.compose import Composer
from luoshi_site.demo.workbooks.draw import Draw
from luoshi_site.demo.workbooks.people import Names, Person, deputies_made
from luoshi_site.demo.workbooks.plans import PLANS, CountyPlan
from luoshi_site.demo.workbooks.texts import CountyText, county_read, titles_read

HERE = Path(__file__).parent
ACCOUNT_UNITS = ("water", "education", "transport")
SPELT = {"water": "shuili", "education": "jiaoyu", "transport": "jiaotong"}


def workbooks_made() -> dict[str, bytes]:
    """Every workbook by its path beside this module."""
    made: dict[str, bytes] = {}
    for plan in PLANS:
        for name, body in _county_made(plan).items():
            made[f"{plan.code}/{name}"] = body
    return made


@click.command()
def main() -> None:
    """写出五个示范县（市）的工作簿。"""
    for path, body in workbooks_made().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(body)
        click.echo(f"{path}  {len(body)} 字节")


def _county_made(plan: CountyPlan) -> dict[str, bytes]:
    county, text = county_by_code(plan.code), county_read(plan.code)
    names = Names(Draw(f"{plan.code}:names"))
    deputies = deputies_made(
        names,
        Draw(f"{plan.code}:deputies"),
        delegations=text.delegations,
        count=plan.deputies,
        namesakes=plan.namesakes,
    )
    trios = {unit.role: (names.next(), names.next(), names.next()) for unit in text.units}
    composer = Composer(text, titles_read(), deputies)
    made = {
        "units.xlsx": _book(SheetKind.UNITS, _units(text, trios, plan)),
        "deputies.xlsx": _book(SheetKind.DEPUTIES, _deputies(county, deputies)),
        "accounts.xlsx": _book(SheetKind.ACCOUNTS, _accounts(text, trios, deputies, names)),
    }
    for year in plan.years:
        session = next(session for session in county.sessions if session.code == year.session)
        rows = composer.session(year, handed_over_on=session.handed_over_on)
        made[f"past-{year.session}.xlsx"] = _book(SheetKind.SUGGESTIONS, rows)
    return made


def _book(kind: SheetKind, rows: Sequence[Mapping[str, Value]]) -> bytes:
    columns = COLUMNS[kind]
    data = SheetData(
        name=SHEET_NAMES[kind],
        headers=tuple(column.header for column in columns),
        rows=[[row.get(column.key) for column in columns] for row in rows],
        widths=tuple(column.width for column in columns),
    )
    return workbook_bytes([data])


def _units(text: CountyText, trios: Mapping[str, Sequence[str]], plan: CountyPlan) -> list[dict[str, Value]]:
    return [
        {
            "name": unit.name,
            "short_name": unit.short,
            "system": unit.system,
            "county_leader": unit.leader,
            "duties": "、".join(unit.duties),
            "principal": trios[unit.role][0],
            "in_charge": trios[unit.role][1],
            "handler": trios[unit.role][2],
            "valid_from": plan.units_from,
        }
        for unit in text.units
    ]


def _deputies(county: DemoCounty, deputies: Sequence[Person]) -> list[dict[str, Value]]:
    return [
        {
            "name": person.name,
            "delegation": person.delegation,
            "gender": person.gender,
            "position": person.position,
            "certificate": f"{county.code}-{county.term.number}-{number:03d}",
            "term": county.term.number,
            "elected_on": county.term.starts_on,
        }
        for number, person in enumerate(deputies, start=1)
    ]


def _accounts(
    text: CountyText, trios: Mapping[str, Sequence[str]], deputies: Sequence[Person], names: Names
) -> list[dict[str, Value]]:
    """A few accounts for every role. The first deputy's account belongs to one of two namesakes."""
    rows: list[dict[str, Value]] = [
        {"username": "renda1", "name": names.next(), "roles": "代表工委"},
        {"username": "mishuchu1", "name": names.next(), "roles": "大会秘书处"},
        {"username": "zhuxituan1", "name": names.next(), "roles": "乡镇人大主席团"},
        {"username": "zhengfuban1", "name": names.next(), "roles": "政府办"},
    ]
    for role in ACCOUNT_UNITS:
        unit = text.unit(role).name
        principal, _in_charge, handler = trios[role]
        rows.append(
            {"username": f"{SPELT[role]}-fuze", "name": principal, "roles": "承办单位负责人", "units": unit}
        )
        rows.append(
            {"username": f"{SPELT[role]}-jingban", "name": handler, "roles": "承办单位经办人", "units": unit}
        )
    seen: dict[str, Person] = {}
    namesake = next(person for person in deputies if seen.setdefault(person.name, person) is not person)
    others = [person for person in deputies if person.name != namesake.name]
    for number, person in enumerate((namesake, others[0], others[len(others) // 2]), start=1):
        shown = f"{person.name}（{person.delegation}）"
        rows.append({"username": f"daibiao{number}", "name": person.name, "roles": "代表", "deputy": shown})
    rows += [
        {"username": "lingdao1", "name": names.next(), "roles": "领办督办领导"},
        {"username": "zhuanwei1", "name": names.next(), "roles": "专委会"},
        {"username": "bianji1", "name": names.next(), "roles": "网站编辑"},
        {"username": "xitong1", "name": names.next(), "roles": "系统管理员"},
        {"username": "anquan1", "name": names.next(), "roles": "安全管理员"},
        {"username": "shenji1", "name": names.next(), "roles": "审计管理员"},
        {"username": "yishen1", "name": names.next(), "roles": "网站一审"},
        {"username": "ershen1", "name": names.next(), "roles": "网站二审"},
        {"username": "sanshen1", "name": names.next(), "roles": "网站三审"},
    ]
    return rows


if __name__ == "__main__":
    main()
