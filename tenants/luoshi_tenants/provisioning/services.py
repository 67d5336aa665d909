"""Onboarding a county: its row, its hosts and its schema, in one transaction or not at all."""

import re
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from luoshi.errors import Invalid, Problem
from luoshi_tenants import contenttypes
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.db import connection
from luoshi_tenants.hosts import host_normalize
from luoshi_tenants.models import City, County, Domain, Province
from luoshi_tenants.provisioning.script import script_ensure

SIX_DIGITS = re.compile(r"[0-9]{6}")


class IncompleteSchemaError(RuntimeError):
    """A schema lacks tables that the code needs. Never worked around: the county would fail in use."""


@transaction.atomic
def province_ensure(
    *, code: str, name: str, hosts: Sequence[str] = (), methods_allowed: Sequence[str] | None = None
) -> Province:
    """The province ``code``, made or brought up to these values. New ``hosts`` are added.

    :raises Invalid: when the code or a host is wrong or the host belongs to somebody else.
    """
    if not SIX_DIGITS.fullmatch(code):
        raise Invalid([Problem("code", f"省代码“{code}”不对：应为六位数字（GB/T 2260），如 430000")])
    with public_context():
        province, _ = Province.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "methods_allowed": None if methods_allowed is None else list(methods_allowed),
            },
        )
        for host in _hosts(hosts, except_province=province):
            first = not province.domains.filter(is_primary=True).exists()
            Domain.objects.get_or_create(host=host, defaults={"province": province, "is_primary": first})
    return province


@transaction.atomic
def city_ensure(*, code: str, name: str, province_code: str) -> City:
    """The prefecture-level city ``code``, made or renamed.

    :raises Invalid: when the code is wrong or the province is not there.
    """
    if not SIX_DIGITS.fullmatch(code):
        raise Invalid([Problem("code", f"市代码“{code}”不对：应为六位数字（GB/T 2260），如 430400")])
    with public_context():
        city, _ = City.objects.update_or_create(
            code=code, defaults={"name": name, "province": _province(province_code)}
        )
    return city


def county_check(
    *,
    code: str,
    name: str,
    province_code: str,
    hosts: Sequence[str],
    city_code: str | None = None,
    level: str = "county",
) -> tuple[Province, City | None, list[str]]:
    """What a county of these arguments would stand on, before anything is built: cheap, and nothing written.

    Returns its province, its city and its hosts as they are stored. Arguments as in :func:`county_create`.

    :raises Invalid: when the code is not six digits, the county exists, the province or city does not, or a
        host is wrong or taken.
    """
    problems: list[Problem] = []
    if not SIX_DIGITS.fullmatch(code):
        problems.append(Problem("code", f"县代码“{code}”不对：应为六位数字（GB/T 2260），如 430422"))
    if not name.strip():
        problems.append(Problem("name", "请填写县名"))
    if len(name.strip()) > 50:
        problems.append(Problem("name", "县名不能超过 50 个字，请改短"))
    if level not in County.Level.values:
        problems.append(Problem("level", f"级别“{level}”不对：应为 county（县）或 city（不设区县的市）"))
    if not hosts:
        problems.append(Problem("hosts", "请至少给出一个主机名，如 hengnan.localhost"))
    if problems:
        raise Invalid(problems)
    with public_context():
        names = _hosts(hosts)
        if County.objects.filter(code=code).exists():
            raise Invalid([Problem("code", f"县 {code} 已经存在")])
        return _province(province_code), _city(city_code, province_code), names


def county_create(
    *,
    code: str,
    name: str,
    province_code: str,
    hosts: Sequence[str],
    city_code: str | None = None,
    methods: Sequence[str] = (),
    level: str = "county",
) -> County:
    """Onboard a county: one transaction, some 0.3 s once the script of this deployment is there.

    ``hosts``: host names without port; the first is the primary one. ``methods``: slugs to switch on,
    handed to the functions of ``settings.LUOSHI_COUNTY_SETUP``. ``level``: ``county`` or ``city`` (a city
    without counties).

    :raises Invalid: as :func:`county_check`, before the script is built.
    :raises DumpError: when the script cannot be built.
    """

    def checked() -> tuple[Province, City | None, list[str]]:
        return county_check(
            code=code, name=name, province_code=province_code, hosts=hosts, city_code=city_code, level=level
        )

    checked()
    script, _ = script_ensure()
    with public_context(), transaction.atomic():
        province, city, names = checked()  # once more: the script may have taken its time
        county = County(
            code=code,
            schema_name=f"c{code}",
            name=name.strip(),
            level=level,
            province=province,
            city=city,
        )
        county.save(force_insert=True)
        Domain.objects.bulk_create(
            Domain(host=host, county=county, is_primary=position == 0) for position, host in enumerate(names)
        )
        _schema_fill(county, script)
        with county_context(county):
            tables_verify(county.schema_name)
            for dotted in settings.LUOSHI_COUNTY_SETUP:
                import_string(dotted)(county=county.view, host=names[0], methods=tuple(methods))
    return county


def county_drop(county: County) -> None:
    """Delete a county with everything in it: its schema, its hosts, its row. For tests and failed trials
    only.
    """
    with public_context(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{county.schema_name}" CASCADE')
        county.delete()
    contenttypes.schema_forget(county.schema_name)


def tables_expected() -> frozenset[str]:
    """Names of the tables that the code needs in every county."""
    names = {"django_migrations"}
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            for model in config.get_models(include_auto_created=True):
                if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
                    names.add(model._meta.db_table)
    return frozenset(names)


def tables_verify(schema: str) -> None:
    """Check that ``schema`` has every table of a county.

    :raises IncompleteSchemaError: when it has not; with the names of those that are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_catalog.pg_class c"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind IN ('r', 'p')",
            [schema],
        )
        present = {name for (name,) in cursor.fetchall()}
    missing = sorted(tables_expected() - present)
    if missing:
        raise IncompleteSchemaError(f"县模式 {schema} 缺少数据表：{'、'.join(missing)}")


def _schema_fill(county: County, script: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s)", [county.schema_name]
        )
        if cursor.fetchone() == (True,):
            raise Invalid(
                [Problem("code", f"数据库中已有模式 {county.schema_name}，但没有登记这个县：请先查明来历")]
            )
        cursor.execute(f'CREATE SCHEMA "{county.schema_name}"')
    contenttypes.schema_forget(county.schema_name)
    with county_context(county), connection.cursor() as cursor:
        cursor.execute(script)


def _province(code: str) -> Province:
    province = Province.objects.filter(code=code).first()
    if province is None:
        raise Invalid([Problem("province_code", f"没有代码为 {code} 的省：请先建立省")])
    return province


def _city(code: str | None, province_code: str) -> City | None:
    if code is None:
        return None
    city = City.objects.filter(code=code, province__code=province_code).first()
    if city is None:
        raise Invalid([Problem("city_code", f"省 {province_code} 中没有代码为 {code} 的市：请先建立市")])
    return city


def _hosts(hosts: Iterable[str], except_province: Province | None = None) -> list[str]:
    """The hosts as they are stored, each free (or already the province's own)."""
    names: list[str] = []
    problems: list[Problem] = []
    for host in hosts:
        try:
            name = host_normalize(host)
        except ValueError:
            problems.append(
                Problem("hosts", f"主机名“{host}”不对：只写域名，不带端口和路径，如 hengnan.localhost")
            )
            continue
        taken = Domain.objects.filter(host=name)
        if except_province is not None:
            taken = taken.exclude(province=except_province)
        if taken.exists():
            problems.append(Problem("hosts", f"主机名 {name} 已被占用"))
        elif name not in names:
            names.append(name)
    if problems:
        raise Invalid(problems)
    return names
