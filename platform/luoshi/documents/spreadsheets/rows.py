"""The rows a county hands in, as frozen typed values: suggestions, units, deputies, accounts.

Reading is pure: nothing here touches the database. Whether a unit, a deputy or a result class exists is the
importing service's question; whether the cell can be one at all is answered here, by row and column.
"""

import re
from dataclasses import dataclass
from datetime import date

from luoshi.accounts.actor import Role
from luoshi.documents.spreadsheets.cells import PersonName, delegation_name, half_width, person_shown
from luoshi.documents.spreadsheets.columns import SheetKind
from luoshi.documents.spreadsheets.safety import Limits, Source
from luoshi.documents.spreadsheets.tables import Cells, Parsed, table_read
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import Grade, ProposerKind, RaisedWhen, RecipientSystem

LONGEST_TITLE = 200
LONGEST_CONTENT = 20_000
LONGEST_NAME = 40
LONGEST_UNIT = 100
LONGEST_LEADER = 60
LONGEST_POSITION = 100
LONGEST_NOTE = 2_000

YES_NO = {"是": True, "否": False}
KEY_WORDS = {**YES_NO, "重点": True, "√": True, "✓": True}
PUBLISH_WORDS = {**YES_NO, "公开": True, "不公开": False, "同意": True, "不同意": False}
GRADE_WORDS = {str(grade.label): grade for grade in Grade}
PROPOSER_WORDS = {
    "个人": ProposerKind.INDIVIDUAL,
    "联名": ProposerKind.JOINT,
    "代表团": ProposerKind.DELEGATION,
    "个人提出": ProposerKind.INDIVIDUAL,
    "联名提出": ProposerKind.JOINT,
    "代表团提出": ProposerKind.DELEGATION,
}
RAISED_WORDS = {
    "大会": RaisedWhen.IN_SESSION,
    "闭会": RaisedWhen.BETWEEN_SESSIONS,
    "大会期间": RaisedWhen.IN_SESSION,
    "闭会期间": RaisedWhen.BETWEEN_SESSIONS,
}
GENDER_WORDS = {"男": "男", "女": "女"}
SYSTEM_WORDS = {
    "政府部门": RecipientSystem.GOVERNMENT,
    "政府": RecipientSystem.GOVERNMENT,
    "乡镇(街道)": RecipientSystem.GOVERNMENT,
    "乡镇": RecipientSystem.GOVERNMENT,
    "街道": RecipientSystem.GOVERNMENT,
    "垂直管理单位": RecipientSystem.GOVERNMENT,
    "事业单位": RecipientSystem.GOVERNMENT,
    "国有企业": RecipientSystem.GOVERNMENT,
    "法院": RecipientSystem.COURT,
    "检察院": RecipientSystem.PROCURATORATE,
    "监委": RecipientSystem.SUPERVISION,
    "党群部门": RecipientSystem.PARTY,
    "党群": RecipientSystem.PARTY,
    "其他": RecipientSystem.OTHER,
}
ROLE_WORDS = {
    "代表": Role.DEPUTY,
    "代表工委": Role.CONGRESS_OFFICE,
    "联工委": Role.CONGRESS_OFFICE,
    "大会秘书处": Role.SECRETARIAT,
    "议案组": Role.SECRETARIAT,
    "乡镇人大主席团": Role.PRESIDIUM,
    "政府办": Role.GOVERNMENT_OFFICE,
    "政府办建议提案组": Role.GOVERNMENT_OFFICE,
    "承办单位负责人": Role.UNIT_HEAD,
    "承办单位经办人": Role.UNIT_HANDLER,
    "领办督办领导": Role.LEADER,
    "县领导": Role.LEADER,
    "市领导": Role.LEADER,
    "专委会": Role.COMMITTEE,
    "工作机构": Role.COMMITTEE,
    "网站编辑": Role.SITE_EDITOR,
    "网站一审": Role.SITE_FIRST_REVIEWER,
    "网站二审": Role.SITE_SECOND_REVIEWER,
    "网站三审": Role.SITE_FINAL_REVIEWER,
    "系统管理员": Role.SYSTEM_ADMIN,
    "安全管理员": Role.SECURITY_ADMIN,
    "审计管理员": Role.AUDIT_ADMIN,
}
UNIT_ROLES = frozenset({Role.UNIT_HEAD, Role.UNIT_HANDLER})

_TERM = re.compile(r"(?:第)?([0-9]{1,3}|[一二三四五六七八九十百]{1,5})届?")
_USERNAME = re.compile(r"[a-z][a-z0-9.-]{1,28}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One suggestion as a county's table has it; ``row`` is its row in the file.

    ``lead`` is ``None`` only where a delegation as such put the suggestion forward. ``result_code`` is the
    letter or wording of the county's own scheme, not yet read against it.
    """

    row: int
    number: int
    title: str
    content: str
    category: str
    proposer_kind: ProposerKind
    raised_when: RaisedWhen
    lead: PersonName | None
    co_signers: tuple[PersonName, ...]
    delegation: str
    lead_units: tuple[str, ...]
    separate_units: tuple[str, ...]
    co_units: tuple[str, ...]
    handed_over_on: date | None
    replied_on: date | None
    result_code: str
    grade_process: Grade | None
    grade_result: Grade | None
    contact_records: int | None
    contact_person_times: int | None
    is_key: bool
    handling_leader: str
    supervising_leader: str
    publish: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A handling unit with its three responsible persons (HN-05)."""

    row: int
    name: str
    short_name: str
    system: RecipientSystem
    county_leader: str
    duties: tuple[str, ...]
    principal: str
    in_charge: str
    handler: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class DeputyRow:
    """A deputy. ``term``: number of the congress (17 for 第十七届)."""

    row: int
    name: str
    delegation: str
    gender: str
    position: str
    certificate: str
    term: int | None
    elected_on: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person who may sign in. Never holds a password."""

    row: int
    username: str
    name: str
    roles: tuple[Role, ...]
    units: tuple[str, ...]
    deputy: PersonName | None


def read_suggestions(source: Source, *, limits: Limits | None = None) -> Parsed[SuggestionRow]:
    """Read a table of suggestions; one row a suggestion.

    :raises Invalid: when the file itself cannot be accepted. Wrong cells are in the result's ``problems``.
    """
    seen: dict[object, int] = {}
    return table_read(
        source, kind=SheetKind.SUGGESTIONS, row_make=lambda cells: _suggestion(cells, seen), limits=limits
    )


def read_units(source: Source, *, limits: Limits | None = None) -> Parsed[UnitRow]:
    """Read a table of handling units. Problems as in :func:`read_suggestions`."""
    seen: dict[object, int] = {}
    return table_read(source, kind=SheetKind.UNITS, row_make=lambda cells: _unit(cells, seen), limits=limits)


def read_deputies(source: Source, *, limits: Limits | None = None) -> Parsed[DeputyRow]:
    """Read a table of deputies; one name may stand in several delegations.

    Problems as in :func:`read_suggestions`.
    """
    seen: dict[object, int] = {}
    return table_read(
        source, kind=SheetKind.DEPUTIES, row_make=lambda cells: _deputy(cells, seen), limits=limits
    )


def read_accounts(source: Source, *, limits: Limits | None = None) -> Parsed[AccountRow]:
    """Read a table of accounts. Problems as in :func:`read_suggestions`."""
    seen: dict[object, int] = {}
    return table_read(
        source, kind=SheetKind.ACCOUNTS, row_make=lambda cells: _account(cells, seen), limits=limits
    )


def _suggestion(cells: Cells, seen: dict[object, int]) -> SuggestionRow | None:
    number = cells.integer("number", least=1, most=99_999, required=True)
    if number is not None:
        _once(cells, "number", number, f"编号 {number} ", seen)
    title = cells.text("title", longest=LONGEST_TITLE, required=True)
    kind, lead, co_signers, delegation = _proposers(cells)
    units = {
        key: cells.names(key, longest=LONGEST_UNIT) for key in ("lead_units", "separate_units", "co_units")
    }
    _units_checked(cells, units)
    handed_over_on, replied_on = cells.date("handed_over_on"), cells.date("replied_on")
    if handed_over_on and replied_on and replied_on < handed_over_on:
        cells.problem("replied_on", f"答复日期 {replied_on} 早于交办日期 {handed_over_on}，请核对")
    records = cells.integer("contact_records", least=0, most=9_999)
    person_times = cells.integer("contact_person_times", least=0, most=99_999)
    if records is not None and person_times is not None and person_times < records:
        cells.problem("contact_person_times", f"沟通人次 {person_times} 少于沟通次数 {records}，请核对")
    content = cells.text("content", longest=LONGEST_CONTENT, lines=True)
    category = cells.text("category", longest=40)
    raised_when = cells.choice("raised_when", RAISED_WORDS) or RaisedWhen.IN_SESSION
    result_code = cells.text("result_code", longest=60)
    grade_process = cells.choice("grade_process", GRADE_WORDS)
    grade_result = cells.choice("grade_result", GRADE_WORDS)
    is_key = cells.choice("is_key", KEY_WORDS) or False
    handling_leader = cells.text("handling_leader", longest=LONGEST_LEADER)
    supervising_leader = cells.text("supervising_leader", longest=LONGEST_LEADER)
    publish = cells.choice("publish", PUBLISH_WORDS)
    note = cells.text("note", longest=LONGEST_NOTE, lines=True)
    if number is None or kind is None:
        return None
    return SuggestionRow(
        row=cells.row,
        number=number,
        title=title,
        content=content,
        category=category,
        proposer_kind=kind,
        raised_when=raised_when,
        lead=lead,
        co_signers=co_signers,
        delegation=delegation,
        lead_units=units["lead_units"],
        separate_units=units["separate_units"],
        co_units=units["co_units"],
        handed_over_on=handed_over_on,
        replied_on=replied_on,
        result_code=result_code,
        grade_process=grade_process,
        grade_result=grade_result,
        contact_records=records,
        contact_person_times=person_times,
        is_key=is_key,
        handling_leader=handling_leader,
        supervising_leader=supervising_leader,
        publish=publish,
        note=note,
    )


def _proposers(cells: Cells) -> tuple[ProposerKind | None, PersonName | None, tuple[PersonName, ...], str]:
    """提案类型, 领衔代表, 附议代表 and 代表团, which must agree with one another."""
    delegation = delegation_name(cells.text("delegation", longest=60))
    leads = cells.people("lead")
    co_signers = cells.people("co_signers")
    kind = cells.choice("proposer_kind", PROPOSER_WORDS)
    if kind is None:
        kind = ProposerKind.JOINT if co_signers else ProposerKind.INDIVIDUAL
    elif kind is ProposerKind.INDIVIDUAL and co_signers:
        cells.problem("proposer_kind", "写的是个人，但有附议代表；请改成联名，或者删去附议代表")
    if kind is ProposerKind.DELEGATION and not delegation:
        cells.problem("delegation", "代表团提出的建议要写代表团")
    lead: PersonName | None = None
    if len(leads) > 1:
        cells.problem("lead", "只能写一位领衔代表，其余的请填入“附议代表”")
    elif leads:
        lead = leads[0]
        if lead.delegation and delegation and lead.delegation != delegation:
            message = f"括号里是“{lead.delegation}”，代表团一列是“{delegation}”，请核对"
            cells.problem("lead", message)
        lead = PersonName(lead.name, lead.delegation or delegation or None)
        if leads[0] in co_signers or lead in co_signers:
            cells.problem("co_signers", f"领衔代表“{person_shown(leads[0])}”不能同时附议，请删去")
    elif kind is not ProposerKind.DELEGATION and not cells.has("lead"):
        cells.problem("lead", "不能为空，请填写领衔代表")
    return kind, lead, co_signers, delegation


def _units_checked(cells: Cells, units: dict[str, tuple[str, ...]]) -> None:
    """One lead answers; several answer only as 分办; nobody has two parts (domain.md B4, HN-07)."""
    lead, separate, co = units["lead_units"], units["separate_units"], units["co_units"]
    if len(lead) > 1:
        cells.problem("lead_units", "有多个主办单位；主办只能有一个，几个单位分别答复的请填入“分办单位”")
    if separate and len(lead) + len(separate) < 2:
        cells.problem("separate_units", "只有一个单位，不是分办；请填入“主办单位”")
    if co and not lead and not separate:
        cells.problem("co_units", "有会办单位而没有主办单位，请填写“主办单位”")
    for key, earlier in (("separate_units", lead), ("co_units", lead + separate)):
        for name in units[key]:
            if name in earlier:
                cells.problem(key, f"“{name}”已经是主办或分办单位，不能重复")


def _unit(cells: Cells, seen: dict[object, int]) -> UnitRow | None:
    name = cells.text("name", longest=LONGEST_UNIT, required=True)
    if name:
        _once(cells, "name", name, f"单位“{name}”", seen)
    return UnitRow(
        row=cells.row,
        name=name,
        short_name=cells.text("short_name", longest=LONGEST_NAME),
        system=cells.choice("system", SYSTEM_WORDS) or RecipientSystem.GOVERNMENT,
        county_leader=cells.text("county_leader", longest=LONGEST_LEADER),
        duties=cells.names("duties", longest=LONGEST_UNIT),
        principal=cells.text("principal", longest=LONGEST_NAME),
        in_charge=cells.text("in_charge", longest=LONGEST_NAME),
        handler=cells.text("handler", longest=LONGEST_NAME),
        valid_from=cells.date("valid_from"),
    )


def _deputy(cells: Cells, seen: dict[object, int]) -> DeputyRow | None:
    people = cells.people("name")
    delegation = delegation_name(cells.text("delegation", longest=60, required=True))
    if len(people) > 1:
        cells.problem("name", "一行只能写一位代表")
    elif not cells.has("name"):
        cells.problem("name", "不能为空，请填写")
    name = people[0].name if people else ""
    if name:
        _once(cells, "name", (name, delegation), f"代表“{name}（{delegation}）”", seen)
    certificate = cells.text("certificate", longest=40)
    if certificate:
        _once(cells, "certificate", ("certificate", certificate), f"代表证号“{certificate}”", seen)
    return DeputyRow(
        row=cells.row,
        name=name,
        delegation=delegation,
        gender=cells.choice("gender", GENDER_WORDS) or "",
        position=cells.text("position", longest=LONGEST_POSITION),
        certificate=certificate,
        term=_term(cells),
        elected_on=cells.date("elected_on"),
    )


def _account(cells: Cells, seen: dict[object, int]) -> AccountRow | None:
    username = cells.text("username", longest=150, required=True)
    if username and not _USERNAME.fullmatch(username):
        cells.problem(
            "username", "登录名要以小写字母开头，只含小写字母、数字、点、横线，3 到 30 位，如 daibiao1"
        )
    elif username:
        _once(cells, "username", username, f"登录名“{username}”", seen)
    name = cells.text("name", longest=LONGEST_NAME, required=True)
    roles: list[Role] = []
    for word in cells.names("roles", longest=LONGEST_NAME):
        role = ROLE_WORDS.get(half_width(word))
        if role is None:
            cells.problem("roles", f"不认识角色“{word}”，只能填：{'、'.join(ROLE_WORDS)}")
        elif role not in roles:
            roles.append(role)
    if not cells.has("roles"):
        cells.problem("roles", "不能为空，请填写角色")
    units = cells.names("units", longest=LONGEST_UNIT)
    deputies = cells.people("deputy")
    if len(deputies) > 1:
        cells.problem("deputy", "一个账号只能对应一位代表")
    if not UNIT_ROLES.isdisjoint(roles) and not units:
        cells.problem("units", "承办单位的人要写所在单位")
    if Role.DEPUTY in roles and not deputies:
        cells.problem("deputy", "角色是代表的，要写对应的代表，如“姓名（代表团）”")
    if deputies and Role.DEPUTY not in roles:
        cells.problem("deputy", "写了代表，角色里却没有“代表”，请核对")
    return AccountRow(
        row=cells.row,
        username=username,
        name=name,
        roles=tuple(roles),
        units=units,
        deputy=deputies[0] if deputies else None,
    )


def _once(cells: Cells, key: str, value: object, shown: str, seen: dict[object, int]) -> None:
    """Refuse a value that an earlier row has."""
    first = seen.setdefault(value, cells.row)
    if first != cells.row:
        cells.problem(key, f"{shown}与第 {first} 行重复")


def _term(cells: Cells) -> int | None:
    plain = re.sub(r"\s", "", half_width(cells.text("term", longest=20)))
    if not plain:
        return None
    match = _TERM.fullmatch(plain)
    number = _chinese_number(match[1]) if match else None
    if number is None or not 1 <= number <= 200:
        cells.problem("term", f"不是届次：“{plain}”，请写成 17 或 第十七届")
        return None
    return number


def _chinese_number(text: str) -> int | None:
    """17, 十七, 二十 or 一百零三 without 零; ``None`` where it is no number."""
    if text.isdigit():
        return int(text)
    digits = {word: value for value, word in enumerate("一二三四五六七八九", start=1)}
    total, current = 0, 0
    for word in text:
        if word in digits:
            if current:
                return None
            current = digits[word]
        else:
            total += (current or 1) * (100 if word == "百" else 10)
            current = 0
    return total + current


def session_parse(text: str) -> tuple[int, int]:
    """The number of the congress and of its session from ``17-4``.

    :raises Invalid: for anything else.
    """
    match = re.fullmatch(r"([1-9][0-9]?)-([1-9][0-9]?)", text.strip())
    if match is None:
        raise Invalid([Problem("session", f"会议写法不对：“{text}”，请写成“届-次”，如 17-4")])
    return int(match[1]), int(match[2])
