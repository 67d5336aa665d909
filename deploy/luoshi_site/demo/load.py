"""``luoshi demo``'s own step: five counties onboarded, their year taken in, live cases for every role.

Whatever is there already stays as it is, so that the step may run at every start.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.accounts.roles import ROLE_LABELS
from luoshi.accounts.services import password_set
from luoshi.documents.imports import accounts_import, deputies_import, past_import, units_import
from luoshi.documents.spreadsheets import read_accounts, read_deputies, read_suggestions, read_units
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import registry_current
from luoshi.methods.services import method_enable
from luoshi.suggestions.models import Session, Suggestion, Term, Unit
from luoshi.suggestions.services.register import term_session_ensure
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_site.demo.counties import CITIES, COUNTIES, PROVINCES, DemoCounty
from luoshi_site.demo.live import live_cases_make
from luoshi_site.demo.site import site_furnish
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.models import County, Province, ProvinceStaff
from luoshi_tenants.provisioning.services import city_ensure, county_create, province_ensure

Progress = Callable[[str], None]
PROVINCE_USER = "shengrenda1"

OPERATOR = Actor(
    user_id=None,
    name="演示数据载入",
    roles=frozenset({Role.SYSTEM, Role.CONGRESS_OFFICE}),
    channel=Channel.IMPORT,
)


def demo_load(progress: Progress) -> str:
    """Load what is missing and return the addresses and accounts as text for the person at the terminal."""
    password = demo_password(Path(settings.HOME))
    for province in PROVINCES:
        province_ensure(code=province.code, name=province.name, hosts=[f"{province.host}.localhost"])
        _province_staff(province.code, password)
    for city in CITIES:
        city_ensure(code=city.code, name=city.name, province_code=city.province)
    for demo in COUNTIES:
        with county_context(_county(demo, progress)):
            _load(demo, password, progress)
    return summary(password)


def demo_password(home: Path) -> str:
    """The password of all demonstration accounts of this home: made once, never the same on two machines."""
    path = home / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"Luoshi-{secrets.token_hex(4)}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def live_session(demo: DemoCounty) -> str:
    """Code of the session after the last past one, in which the live cases are."""
    last = demo.sessions[-1].code
    term, number = last.split("-")
    return f"{term}-{int(number) + 1}"


def _county(demo: DemoCounty, progress: Progress) -> County:
    with public_context():
        standing = County.objects.filter(code=demo.code).first()
    if standing is not None:
        return standing
    progress(f"{demo.name}：开通")
    return county_create(
        code=demo.code,
        name=demo.name,
        province_code=demo.province,
        city_code=demo.city,
        level=demo.level,
        hosts=[f"{demo.host}.localhost"],
    )


def _load(demo: DemoCounty, password: str, progress: Progress) -> None:
    if not Unit.objects.exists():
        progress(f"{demo.name}：规则、单位、代表、账号")
        rules_load(demo, password)
    _methods(demo, progress)
    for session in demo.sessions:
        if Suggestion.objects.filter(session__code=session.code).exists():
            continue
        progress(f"{demo.name}：{session.year} 年建议")
        report = past_import(
            parsed=read_suggestions(demo.past_workbook(session.code)),
            session_code=session.code,
            year=session.year,
            actor=OPERATOR,
        )
        Session.objects.filter(code=session.code).update(
            opened_on=session.opened_on, closed_on=session.closed_on
        )
        progress(f"{demo.name}：{session.year} 年建议 {report.created} 件")
    code = live_session(demo)
    term_session_ensure(code=code, year=timezone.localdate().year, actor=OPERATOR)
    made = live_cases_make(session_code=code)
    if made:
        progress(f"{demo.name}：在办演示件 {made} 件")
    site_furnish(demo)


@transaction.atomic
def rules_load(demo: DemoCounty, password: str) -> None:
    """The bound county's rules, first session, units, deputies and accounts."""
    county_settings_apply(data=demo.settings.model_dump(mode="json"), actor=OPERATOR)
    term_session_ensure(code=demo.sessions[0].code, year=demo.sessions[0].year, actor=OPERATOR)
    Term.objects.filter(number=demo.term.number).update(starts_on=demo.term.starts_on)
    units_import(parsed=read_units(demo.units_workbook), actor=OPERATOR)
    deputies_import(parsed=read_deputies(demo.deputies_workbook), actor=OPERATOR)
    accounts_import(parsed=read_accounts(demo.accounts_workbook), actor=OPERATOR)
    for user in User.objects.all():
        password_set(user=user, password=password)


def _methods(demo: DemoCounty, progress: Progress) -> None:
    """Switch on what the county practises, once: what somebody changes afterwards stays changed."""
    for slug, options in demo.methods.items():
        if MethodActivation.objects.filter(slug=slug).exists():
            continue
        if registry_current().get(slug) is None:
            progress(f"{demo.name}：没有安装工作法 {slug}，略过")
            continue
        method_enable(slug=slug, options=options, actor=OPERATOR)


def _province_staff(code: str, password: str) -> None:
    with public_context():
        province = Province.objects.get(code=code)
        if not ProvinceStaff.objects.filter(province=province, username=PROVINCE_USER).exists():
            staff = ProvinceStaff(
                province=province, username=PROVINCE_USER, full_name="省人大工作人员（演示）"
            )
            staff.set_password(password)
            staff.save()


def summary(password: str) -> str:
    """Addresses and accounts. They are the same in every county, so one county's list serves for all."""
    port = f":{settings.PORT}"
    lines = ["", "地址"]
    lines += [f"  {demo.name}  http://{demo.host}.localhost{port}/  工作台 /office/" for demo in COUNTIES]
    lines += [f"  {row.name}  http://{row.host}.localhost{port}/" for row in PROVINCES]
    lines += ["", f"账号（五个县（市）相同，密码都是 {password}）"]
    with public_context():
        first = County.objects.get(code=COUNTIES[0].code)
    with county_context(first):
        for user in User.objects.order_by("pk"):
            roles = RoleGrant.objects.filter(user=user).values_list("role", flat=True)
            labels = "、".join(ROLE_LABELS[Role(role)] for role in roles)
            lines.append(f"  {user.username:<18}{labels}")
    lines.append(f"  {PROVINCE_USER:<18}省人大（在三个省的地址登录）")
    return "\n".join(lines)
