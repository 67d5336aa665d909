"""Accounts from a table: people with roles, units and the deputy they are. No table holds a password."""

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.services import role_give, user_create
from luoshi.documents.imports.names import DeputyNames, UnitNames
from luoshi.documents.imports.report import Findings, ImportReport, import_run
from luoshi.documents.spreadsheets import AccountRow, Parsed, SheetKind
from luoshi.errors import Invalid, Problem, Refusal
from luoshi.suggestions.models import Deputy, Term, Unit, UnitMember
from luoshi.suggestions.services.register import (
    MAY_KEEP_ACCOUNTS,
    deputy_account_link,
    keeper_check,
    unit_member_add,
)

_KEYS = {"username": "username", "full_name": "name", "role": "roles", "deputy": "deputy", "unit": "units"}


def accounts_import(
    *, parsed: Parsed[AccountRow], actor: Actor, initial_password: str | None = None, dry_run: bool = False
) -> ImportReport:
    """Open the accounts of a table and give them their roles, units and deputy. Twice changes nothing.

    A known account keeps its password and gets what it lacks; nothing is taken away. Roles that ``actor`` may
    not give are proposed to the security administrator.

    :param initial_password: for new accounts, to be changed at the first sign-in; without one nobody can sign
        in until a password is set.
    :raises ImportRefused: with every problem; nothing is written then.
    """
    keeper_check(actor, MAY_KEEP_ACCOUNTS, "账号")
    return import_run(lambda: _import(parsed, actor, initial_password), dry_run=dry_run)


def _import(parsed: Parsed[AccountRow], actor: Actor, password: str | None) -> ImportReport:
    findings = Findings(parsed, SheetKind.ACCOUNTS)
    units = UnitNames(actor=actor, create_missing=False)
    term = Term.objects.order_by("-number").first()
    deputies = DeputyNames(term, actor=actor, create_missing=False) if term else None
    known = {user.username: user for user in User.objects.all()}
    made: list[str] = []
    unchanged = 0
    changed: list[str] = []
    for row in parsed.rows:
        own_units = [_unit(name, row, units, findings) for name in row.units]
        deputy = _deputy(row, deputies, findings)
        if findings.has(row.row):
            continue
        user = known.get(row.username)
        is_new = user is None
        try:
            if user is None:
                user = user_create(
                    username=row.username,
                    full_name=row.name,
                    password=password,
                    must_change_password=True,
                    actor=actor,
                )
            elif user.full_name != row.name:
                message = (
                    f"登录名“{row.username}”已是“{user.full_name}”的账号，与“{row.name}”不符，请换登录名"
                )
                raise Invalid([Problem("username", message)])
            living = [unit for unit in own_units if unit is not None]
            did = _given(user, row, living, deputy, actor)
        except Refusal as refusal:
            if any(problem.field == "password" for problem in getattr(refusal, "problems", ())):
                findings.add(0, "", f"初始密码不能用：{refusal.message}")
                break  # it is one password for all of them
            findings.refusal(row.row, refusal, _KEYS)
            continue
        if is_new:
            made.append(f"{row.username}（{row.name}）")
        elif did:
            changed.append(row.username)
        else:
            unchanged += 1
    findings.require_none()
    notes = [f"补充了：{'、'.join(changed)}"] if changed else []
    if made and password is None:
        notes.append("新账号没有密码，设置密码之前不能登录")
    return ImportReport(
        parsed.sheet, len(made), len(changed), unchanged, made=tuple(made), notes=tuple(notes)
    )


def _unit(name: str, row: AccountRow, units: UnitNames, findings: Findings) -> Unit | None:
    return units.find(name, None, lambda message: findings.add(row.row, "units", message))


def _deputy(row: AccountRow, deputies: DeputyNames | None, findings: Findings) -> Deputy | None:
    if row.deputy is None:
        return None
    if deputies is None:
        findings.add(row.row, "deputy", "本县还没有代表名册，请先导入代表")
        return None
    return deputies.find(row.deputy, lambda message: findings.add(row.row, "deputy", message))


def _given(user: User, row: AccountRow, units: list[Unit], deputy: Deputy | None, actor: Actor) -> bool:
    """Give what the account lacks; whether it lacked anything."""
    given = [role_give(user=user, role=role, actor=actor) for role in row.roles]
    is_head = Role.UNIT_HEAD in row.roles
    position = UnitMember.Position.HEAD if is_head else UnitMember.Position.HANDLER
    joined = [unit_member_add(unit=unit, user=user, position=position, actor=actor) for unit in units]
    linked = deputy is not None and deputy_account_link(deputy=deputy, user=user, actor=actor)
    return any(given) or any(joined) or linked
