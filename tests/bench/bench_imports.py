"""Rows a second of the import of a past year, beside a plain bulk insert of as many bare rows."""

import itertools
from datetime import date

from timing import heading, in_turns, row

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.audit.models import Event
from luoshi.documents.imports import deputies_import, past_import, units_import
from luoshi.documents.spreadsheets import read_deputies, read_suggestions, read_units
from luoshi.suggestions.models import Delegation, Session, Suggestion
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_site.demo.counties import HENGNAN
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

ROUNDS = 3
OPERATOR = Actor(
    user_id=None,
    name="测速",
    roles=frozenset({Role.SYSTEM, Role.CONGRESS_OFFICE}),
    channel=Channel.IMPORT,
)


def run(url: str) -> None:
    """Print rows a second and the ratio."""
    heading("导入历年建议（衡南县 149 行的工作簿，每轮一个新届次，与同样多行的裸插入交替）")
    county = county_create(code="920002", name="测速县", province_code="430000", hosts=["import.localhost"])
    workbook = HENGNAN.past_workbook("17-4")
    with county_context(county):
        county_settings_apply(data=HENGNAN.settings.model_dump(mode="json"), actor=OPERATOR)
        units_import(parsed=read_units(HENGNAN.units_workbook), actor=OPERATOR)
        deputies_import(parsed=read_deputies(HENGNAN.deputies_workbook), actor=OPERATOR)
        sessions = itertools.count(1)
        bare_numbers = itertools.count(100_000)

        def imports() -> None:
            past_import(
                parsed=read_suggestions(workbook),
                session_code=f"17-{next(sessions)}",
                actor=OPERATOR,
            )

        def bare() -> None:
            session, delegation = Session.objects.first(), Delegation.objects.first()
            Suggestion.objects.bulk_create(
                Suggestion(
                    session=session,
                    delegation=delegation,
                    number=next(bare_numbers) % 99_999 + 1,
                    item_kind="proposal",
                    congress_body="county" if turn % 2 else "township",
                    title=f"裸插入 {turn}",
                    state="closed",
                    handed_over_on=date(2019, 5, 23),
                )
                for turn in range(149)
            )

        both = in_turns(ROUNDS, imports=imports, bare=bare)
        events = Event.objects.filter(kind="suggestion.import_closed").count()
    row("导入（读取、核对、过门、记日志）", f"{149 / both['imports'].median:.0f} 行/秒", f"{events} 条入账")
    row("裸插入", f"{149 / both['bare'].median:.0f} 行/秒")
    row("导入 ÷ 裸插入（时间）", f"{both['imports'].median / both['bare'].median:.0f}")
