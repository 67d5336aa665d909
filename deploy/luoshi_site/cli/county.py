"""``luoshi county``: onboard a county, list the counties."""

from typing import TypedDict

import click

from luoshi_site.cli.base import needs_database


class County(TypedDict):
    """The arguments that make a county, beside its methods."""

    code: str
    name: str
    province_code: str
    city_code: str | None
    level: str
    hosts: tuple[str, ...]


def register(group: click.Group) -> None:
    """Add the commands. Others hang their own ``county`` commands under ``county``."""
    group.add_command(county)


@click.group("county")
def county() -> None:
    """县（市、区）的开通与管理。"""


@county.command("create")
@click.argument("code")
@click.option("--name", required=True, help="名称，如 衡南县")
@click.option("--province", required=True, help="省代码，如 430000")
@click.option("--province-name", help="省名；省尚未登记时用它登记")
@click.option("--city", help="市（州）代码，如 430400")
@click.option("--city-name", help="市（州）名；市尚未登记时用它登记")
@click.option(
    "--level", type=click.Choice(["county", "city"]), default="county", help="county 县，city 不设区县的市"
)
@click.option("--host", "hosts", required=True, multiple=True, help="主机名，可给多个，第一个为主")
@click.option("--methods", default="", help="启用的方法，以逗号分隔")
@needs_database
def create(
    code: str,
    name: str,
    province: str,
    province_name: str | None,
    city: str | None,
    city_name: str | None,
    level: str,
    hosts: tuple[str, ...],
    methods: str,
) -> None:
    """开通一个县：CODE 为六位行政区划代码（GB/T 2260）。"""
    from django.db import transaction

    from luoshi_tenants.provisioning.script import script_ensure
    from luoshi_tenants.provisioning.services import city_ensure, county_check, county_create, province_ensure

    given: County = {
        "code": code,
        "name": name,
        "province_code": province,
        "city_code": city,
        "level": level,
        "hosts": hosts,
    }

    def province_and_city() -> None:
        if province_name:
            province_ensure(code=province, name=province_name)
        if city and city_name:
            city_ensure(code=city, name=city_name, province_code=province)

    with transaction.atomic():
        # What is wrong is told before the script takes its ten seconds; the province comes with the county
        # or not at all.
        province_and_city()
        county_check(**given)
        transaction.set_rollback(True)
    script_ensure()  # made outside of the transaction: the dump that it takes sees committed tables only
    with transaction.atomic():
        province_and_city()
        made = county_create(
            **given,
            methods=[slug.strip() for slug in methods.replace("，", ",").split(",") if slug.strip()],
        )
    click.echo(f"已开通 {made.name}（{made.code}），主机 {'、'.join(hosts)}")


@county.command("list")
@needs_database
def show() -> None:
    """列出已开通的县，每行一个：代码、名称、省、主机。"""
    from luoshi_tenants.models import County

    for row in County.objects.select_related("province").prefetch_related("domains").order_by("code"):
        hosts = "、".join(domain.host for domain in row.domains.order_by("-is_primary", "host"))
        click.echo(f"{row.code}\t{row.name}\t{row.province.name}\t{hosts}")
