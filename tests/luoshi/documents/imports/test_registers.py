"""Units, deputies and accounts: made once, filled where blank, never overwritten unasked."""

from datetime import date

import pytest
from tables import KEEPER, OFFICE, dump, told
from workbooks import workbook
from world import World

from luoshi.accounts.models import RoleGrant, User
from luoshi.documents.imports import ImportRefused, accounts_import, deputies_import, units_import
from luoshi.documents.imports.report import ImportReport
from luoshi.documents.spreadsheets import read_accounts, read_deputies, read_units
from luoshi.errors import NotAllowed
from luoshi.suggestions.models import Deputy, Term, Unit, UnitMember

UNIT_HEAD = ("名称", "简称", "类型", "主管领导", "职责", "主要负责人", "分管负责人", "经办人", "启用日期")
DEPUTY_HEAD = ("姓名", "代表团", "性别", "职务", "代表证号", "届次", "当选日期")
ACCOUNT_HEAD = ("登录名", "姓名", "角色", "单位", "代表")


def units(*rows: tuple[object, ...], update: bool = False) -> ImportReport:
    return units_import(parsed=read_units(workbook([UNIT_HEAD, *rows])), actor=KEEPER, update=update)


def deputies(*rows: tuple[object, ...], update: bool = False) -> ImportReport:
    return deputies_import(parsed=read_deputies(workbook([DEPUTY_HEAD, *rows])), actor=KEEPER, update=update)


def accounts(*rows: tuple[object, ...], **options: object) -> ImportReport:
    parsed = read_accounts(workbook([ACCOUNT_HEAD, *rows]))
    return accounts_import(parsed=parsed, **{"actor": KEEPER, **options})  # type: ignore[arg-type]


WEATHER = ("县气象局", "气象局", "政府部门", "副县长", "预报、预警", "甲", "乙", "丙", date(2019, 3, 1))
COURT = ("县人民法院", "县法院", "法院", None, None, None, None, None, None)


def test_units_come_in_once(world: World) -> None:
    assert units(WEATHER, COURT).created == 2
    made = Unit.objects.get(name="县气象局")
    assert (
        made.short_name, made.system, made.portfolio_leader, made.principal, made.in_charge, made.handler,
        made.valid_from, sorted(made.duties.values_list("name", flat=True)),
    ) == ("气象局", "government", "副县长", "甲", "乙", "丙", date(2019, 3, 1), ["预报", "预警"])  # fmt: skip
    assert Unit.objects.get(name="县人民法院").system == "court"
    before = dump()
    assert (units(WEATHER, COURT).unchanged, dump() == before) == (2, True)


def test_a_unit_s_blanks_are_filled_and_differences_are_told(world: World) -> None:
    blank = ("县气象局", None, None, None, None, None, None, None, None)
    units(blank)
    report = units(WEATHER)
    assert (report.changed, report.notes) == (1, ("补全或修改了：县气象局",))
    before = dump()
    other = ("县气象局", "气象局", "法院", "副县长", "台站", "丁", "乙", "丙", date(2019, 3, 1))
    with pytest.raises(ImportRefused) as refused:
        units(COURT, other)
    tail = "；要改成表中的，请加 --update"
    assert told(refused.value) == [
        (3, "C", "类型", f"“县气象局”现为“政府”，表中为“法院”{tail}"),
        (3, "F", "主要负责人", f"“县气象局”现为“甲”，表中为“丁”{tail}"),
    ]
    assert dump() == before
    units(other, update=True)
    made = Unit.objects.get(name="县气象局")
    assert (made.principal, made.system, made.duties.count()) == ("丁", "court", 3)


def test_deputies_come_in_once_with_their_delegations(world: World) -> None:
    rows = (
        ("林一", "云集镇", "女", "教师", "17-001", "第十七届", date(2016, 12, 20)),
        ("林一", "东乡代表团", "男", None, "17-002", 17, None),
        ("王二", "东乡", None, None, None, None, None),
        ("王二", "西乡", None, None, None, 18, None),
    )
    report = deputies(*rows)
    assert (report.created, report.notes) == (4, ("新建了代表团：东乡代表团、东乡代表团、西乡代表团",))
    assert list(
        Deputy.objects.filter(name__in=["林一", "王二"])
        .order_by("pk")
        .values_list("name", "delegation__name", "delegation__term__number", "certificate_no", "valid_from")
    ) == [
        ("林一", "云集镇代表团", 17, "17-001", date(2016, 12, 20)),
        ("林一", "东乡代表团", 17, "17-002", None),
        ("王二", "东乡代表团", 18, "", None),
        ("王二", "西乡代表团", 18, "", None),
    ]
    before = dump()
    assert (deputies(*rows).unchanged, dump() == before) == (4, True)


def test_a_certificate_is_one_person_s_and_a_term_must_be_known(world: World) -> None:
    deputies(("林一", "云集镇", None, None, "17-001", 17, None))
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        deputies(
            ("王二", "东乡", None, None, "17-001", 17, None), ("林一", "云集镇", "女", "甲", "X", 17, None)
        )
    assert told(refused.value) == [
        (2, "E", "代表证号", "代表证号“17-001”已是“林一（云集镇代表团）”的证号"),
        (3, "E", "代表证号", "“林一”现为“17-001”，表中为“X”；要改成表中的，请加 --update"),
    ]
    assert dump() == before


def test_without_any_term_the_table_must_name_it(county: object) -> None:
    with pytest.raises(ImportRefused) as refused:
        deputies(("林一", "云集镇", None, None, None, None, None))
    message = "本县还没有届次，请在“届次”一列写明，如 17 或 第十七届"
    assert told(refused.value) == [(2, "F", "届次", message)]
    assert Term.objects.count() == 0


def test_accounts_come_in_once_with_roles_units_and_deputy(world: World) -> None:
    Deputy.objects.filter(pk=world.deputy.pk).update(user=None)
    rows = (
        ("renda1", "甲", "代表工委", None, None),
        ("shuili1", "乙", "承办单位负责人", "县水利局", None),
        ("shuili2", "丙", "承办单位经办人、代表", "县水利局", "田禾苗（云集镇）"),
    )
    report = accounts(*rows)
    assert (report.created, report.notes) == (3, ("新账号没有密码，设置密码之前不能登录",))
    head, handler = User.objects.get(username="shuili1"), User.objects.get(username="shuili2")
    assert (head.full_name, head.has_usable_password(), head.must_change_password) == ("乙", False, True)
    assert list(RoleGrant.objects.filter(user=handler).order_by("role").values_list("role", flat=True)) == [
        "deputy",
        "unit_handler",
    ]
    members = UnitMember.objects.filter(user__in=[head, handler]).order_by("user__username")
    assert list(members.values_list("unit", "position")) == [
        (world.water.pk, "head"),
        (world.water.pk, "handler"),
    ]
    assert Deputy.objects.get(pk=world.deputy.pk).user == handler
    before = dump()
    assert (accounts(*rows).unchanged, dump() == before) == (3, True)
    report = accounts(
        ("renda1", "甲", "代表工委、大会秘书处", None, None), initial_password="another-one-0000"
    )
    assert (report.changed, User.objects.get(username="renda1").has_usable_password()) == (1, False)


def test_an_initial_password_has_to_be_changed(world: World) -> None:
    accounts(("renda1", "甲", "代表工委", None, None), initial_password="first-day-0000")
    made = User.objects.get(username="renda1")
    assert (made.check_password("first-day-0000"), made.must_change_password) == (True, True)


def test_wrong_accounts_are_told_and_nothing_is_opened(world: World) -> None:
    User.objects.create(username="renda1", full_name="甲")
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        accounts(
            ("renda1", "乙", "代表工委", None, None),
            ("shuili1", "乙", "承办单位负责人", "县水力局", None),
            ("daibiao1", "丙", "代表", None, "石小川"),
            ("daibiao2", "丁", "代表", None, "石大川"),
            ("xitong1", "戊", "系统", None, None),
        )
    create = "；确是新的，请先导入名册，或加 --create-missing 自动新建"
    found = told(refused.value)
    assert [cell[:3] for cell in found] == [
        (2, "A", "登录名"),
        (3, "D", "单位"),
        (4, "E", "代表"),
        (5, "E", "代表"),
        (6, "C", "角色"),
    ]
    assert [cell[3] for cell in found][:4] == [
        "登录名“renda1”已是“甲”的账号，与“乙”不符，请换登录名",
        f"本县没有名为“县水力局”的单位，是不是“县水利局”{create}",
        "代表“石小川”已有账号，一位代表只能有一个账号",
        f"第17届没有名为“石大川”的代表，是不是“石小川”{create}",
    ]
    assert dump() == before


def test_a_weak_initial_password_is_said_once(world: World) -> None:
    rows = [(f"renda{number}", "甲", "代表工委", None, None) for number in range(1, 4)]
    with pytest.raises(ImportRefused) as refused:
        accounts(*rows, initial_password="123")
    assert len(refused.value.cells) == 1
    assert refused.value.cells[0].message.startswith("初始密码不能用：")


def test_accounts_are_the_administrator_s(world: World) -> None:
    with pytest.raises(NotAllowed):
        accounts(("renda1", "甲", "代表工委", None, None), actor=OFFICE)
    assert not User.objects.filter(username="renda1").exists()
