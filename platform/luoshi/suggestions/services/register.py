"""The reference data that suggestions stand on: terms and sessions, delegations, deputies, people's links.

Units have a file of their own (``units.py``). Every write is an event, in the stream of what it was done to.
"""

import re
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.audit.services import event_append
from luoshi.errors import Invalid, NotAllowed, Problem
from luoshi.suggestions.models import Delegation, Deputy, Session, Term, Unit, UnitMember

STREAM = "register"
MAY_KEEP_DEPUTIES = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.SYSTEM_ADMIN, Role.SYSTEM)
MAY_KEEP_UNITS = (Role.GOVERNMENT_OFFICE, Role.CONGRESS_OFFICE, Role.SYSTEM_ADMIN, Role.SYSTEM)
MAY_KEEP_ACCOUNTS = (Role.SYSTEM_ADMIN, Role.SYSTEM)
FIRST_YEAR, LAST_YEAR = 1954, 2100
_SESSION = re.compile(r"([1-9][0-9]{0,2})-([1-9][0-9]?)")


def register_event(*, stream: str, kind: str, actor: Actor, payload: dict[str, Any]) -> None:
    """Tell the log of a change of reference data."""
    event_append(
        stream_key=stream,
        kind=kind,
        actor_id=actor.user_id,
        actor_role=",".join(sorted(role.value for role in actor.roles)),
        payload={"actor": actor.name, "channel": actor.channel.value, **payload},
    )


def keeper_check(actor: Actor, roles: tuple[Role, ...], what: str) -> None:
    """Refuse a person who does not keep this part of the register.

    :raises NotAllowed: naming what it is about.
    """
    if not actor.has(*roles):
        raise NotAllowed(f"您的身份不能维护{what}")


@transaction.atomic
def term_ensure(*, number: int, actor: Actor) -> Term:
    """The congress term with this number, made where it is missing.

    :raises Invalid: for a number that no term can have.
    """
    keeper_check(actor, MAY_KEEP_DEPUTIES, "届次")
    if not 1 <= number <= 200:
        raise Invalid([Problem("term", f"没有第 {number} 届，请核对届次")])
    term, is_new = Term.objects.get_or_create(number=number)
    if is_new:
        register_event(stream=STREAM, kind="register.term_made", actor=actor, payload={"term": number})
    return term


@transaction.atomic
def term_session_ensure(*, code: str, year: int, actor: Actor) -> tuple[Session, bool]:
    """The session ``code`` (``17-4``: fourth session of the 17th term) and whether it was made now.

    :param year: the year its suggestions are handled in.
    :raises Invalid: for a malformed code, an impossible year, or a session that is kept under another year.
    """
    keeper_check(actor, MAY_KEEP_DEPUTIES, "届次")
    match = _SESSION.fullmatch(code)
    if match is None:
        raise Invalid([Problem("session", f"会议写法不对：“{code}”，请写成“届-次”，如 17-4")])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid([Problem("year", f"办理年度不对：{year}，请核对")])
    session = Session.objects.filter(code=code).first()
    if session is not None:
        if session.year != year:
            raise Invalid([Problem("year", f"{code} 的办理年度是 {session.year}，不是 {year}，请核对")])
        return session, False
    term = term_ensure(number=int(match[1]), actor=actor)
    session = Session.objects.create(term=term, number=int(match[2]), code=code, year=year)
    payload = {"session": code, "year": year}
    register_event(stream=STREAM, kind="register.session_made", actor=actor, payload=payload)
    return session, True


@transaction.atomic
def delegation_ensure(*, term: Term, name: str, actor: Actor) -> tuple[Delegation, bool]:
    """The delegation of this name in the term and whether it was made now.

    :raises Invalid: without a name, or with one of more than 60 characters.
    """
    keeper_check(actor, MAY_KEEP_DEPUTIES, "代表团")
    _length_check("delegation", "代表团名称", name, 60)
    delegation, is_new = Delegation.objects.get_or_create(term=term, name=name)
    if is_new:
        payload = {"term": term.number, "delegation": delegation.pk, "name": name}
        register_event(stream=STREAM, kind="register.delegation_made", actor=actor, payload=payload)
    return delegation, is_new


@transaction.atomic
def deputy_create(
    *,
    delegation: Delegation,
    name: str,
    actor: Actor,
    gender: str = "",
    position: str = "",
    certificate_no: str = "",
    valid_from: date | None = None,
) -> Deputy:
    """A new deputy. Two of one name must be in two delegations.

    :raises Invalid: without a name, for a namesake in the delegation, for texts that are too long.
    """
    keeper_check(actor, MAY_KEEP_DEPUTIES, "代表名册")
    _length_check("name", "代表姓名", name, 40)
    values = {"gender": gender, "position": position, "certificate_no": certificate_no}
    _texts_check(values)
    deputy = Deputy(delegation=delegation, name=name, valid_from=valid_from, **values)
    try:
        deputy.save(force_insert=True)
    except IntegrityError:
        message = f"{delegation.name}已有名为“{name}”的代表，同一代表团内请用不同写法区分"
        raise Invalid([Problem("name", message)]) from None
    payload = {"name": name, "delegation": delegation.name, "term": delegation.term_id}
    register_event(stream=f"deputy:{deputy.pk}", kind="deputy.created", actor=actor, payload=payload)
    return deputy


@transaction.atomic
def deputy_update(*, deputy: Deputy, changes: dict[str, Any], actor: Actor) -> bool:
    """Change gender, position, certificate_no, valid_from or valid_to. False: all was so already.

    :raises Invalid: for another field, or a text that is too long.
    """
    keeper_check(actor, MAY_KEEP_DEPUTIES, "代表名册")
    allowed = {"gender", "position", "certificate_no", "valid_from", "valid_to"}
    wrong = sorted(set(changes) - allowed)
    if wrong:
        raise Invalid([Problem(name, f"代表没有可以修改的“{name}”一项") for name in wrong])
    _texts_check({name: value for name, value in changes.items() if isinstance(value, str)})
    changed = {name: value for name, value in changes.items() if getattr(deputy, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(deputy, name, value)
    deputy.save(update_fields=sorted(changed))
    payload = {"changed": {name: None if value is None else str(value) for name, value in changed.items()}}
    register_event(stream=f"deputy:{deputy.pk}", kind="deputy.updated", actor=actor, payload=payload)
    return True


@transaction.atomic
def deputy_account_link(*, deputy: Deputy, user: User, actor: Actor) -> bool:
    """Let ``user`` act as ``deputy``. False: it was so already.

    :raises Invalid: where the deputy has another account, or the account belongs to another deputy.
    """
    keeper_check(actor, MAY_KEEP_ACCOUNTS, "账号")
    if deputy.user_id == user.pk:
        return False
    if deputy.user_id is not None:
        raise Invalid([Problem("deputy", f"代表“{deputy.name}”已有账号，一位代表只能有一个账号")])
    other = Deputy.objects.filter(user=user).first()
    if other is not None:
        raise Invalid([Problem("deputy", f"账号“{user.username}”已是代表“{other.name}”的账号")])
    deputy.user = user
    deputy.save(update_fields=["user"])
    payload = {"user": user.pk}
    register_event(stream=f"deputy:{deputy.pk}", kind="deputy.account_linked", actor=actor, payload=payload)
    return True


@transaction.atomic
def unit_member_add(*, unit: Unit, user: User, position: UnitMember.Position, actor: Actor) -> bool:
    """Let ``user`` work for ``unit`` as its head or as a handler. False: it was so already.

    A handler who is made head becomes head; a head is never made less by this.
    """
    keeper_check(actor, MAY_KEEP_ACCOUNTS, "账号")
    member, is_new = UnitMember.objects.get_or_create(unit=unit, user=user, defaults={"position": position})
    if not is_new:
        if member.position == position or member.position == UnitMember.Position.HEAD:
            return False
        member.position = position
        member.save(update_fields=["position"])
    payload = {"user": user.pk, "position": str(position)}
    register_event(stream=f"unit:{unit.pk}", kind="unit.member_added", actor=actor, payload=payload)
    return True


def _length_check(field: str, title: str, text: str, longest: int) -> None:
    if not text.strip():
        raise Invalid([Problem(field, f"{title}不能为空")])
    if len(text) > longest:
        raise Invalid([Problem(field, f"{title}过长，最多 {longest} 个字")])


def _texts_check(values: dict[str, str]) -> None:
    titles = {"gender": ("性别", 4), "position": ("职务", 100), "certificate_no": ("代表证号", 40)}
    problems = [
        Problem(name, f"{titles[name][0]}过长，最多 {titles[name][1]} 个字")
        for name, text in values.items()
        if len(text) > titles[name][1]
    ]
    if problems:
        raise Invalid(problems)
