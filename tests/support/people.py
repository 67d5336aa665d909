"""Everybody whom a county knows, beside the few people of ``world``: one actor for each role and relation.

Apart from ``world`` so that tests of who is told of what keep their small set of accounts.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from world import World, world_make

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.suggestions.models import Deputy, Unit, UnitMember


@dataclass
class Cast:
    """The small county with its people by name.

    The roads office leads, the water office helps (会办), the schools office has no part. ``second``
    co-signs, ``invited`` is asked to, ``stranger`` is a deputy who has nothing to do with the case.
    ``kept``: cases put aside at a stage, see ``ready``.
    """

    world: World
    writer: Actor
    second: Actor
    invited: Actor
    stranger: Actor
    congress: Actor
    secretariat: Actor
    presidium: Actor
    government: Actor
    lead_head: Actor
    lead_handler: Actor
    co_head: Actor
    co_handler: Actor
    outside_head: Actor
    outside_handler: Actor
    leader: Actor
    committee: Actor
    editor: Actor
    first_reviewer: Actor
    second_reviewer: Actor
    final_reviewer: Actor
    system_admin: Actor
    security_admin: Actor
    audit_admin: Actor
    system: Actor
    importer: Actor
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def people(self) -> dict[str, Actor]:
        """Everybody by name."""
        return {
            row.name: getattr(self, row.name) for row in fields(self) if row.name not in ("world", "kept")
        }


def person(
    name: str, *roles: Role, unit: Unit | None = None, position: str = "head", world: World | None = None
) -> Actor:
    """An account with its roles; a deputy of ``world``'s delegation where that is one of them."""
    user = User.objects.create(username=f"cast{User.objects.count() + 1}", full_name=name)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role.value) for role in roles)
    deputy_id = None
    if Role.DEPUTY in roles and world is not None:
        deputy_id = Deputy.objects.create(delegation=world.delegation, name=name, user=user).pk
    if unit is not None:
        UnitMember.objects.create(unit=unit, user=user, position=position)
    return Actor(
        user_id=user.pk,
        name=name,
        roles=frozenset(roles),
        unit_ids=frozenset([unit.pk] if unit else []),
        headed_unit_ids=frozenset([unit.pk] if unit and position == "head" else []),
        deputy_id=deputy_id,
    )


def cast_make() -> Cast:
    """Make the world and everybody else."""
    world = world_make()
    handler = Role.UNIT_HANDLER
    return Cast(
        world=world,
        writer=world.writer,
        second=world.other_writer,
        invited=person("受邀代表", Role.DEPUTY, world=world),
        stranger=person("无关代表", Role.DEPUTY, world=world),
        congress=world.congress,
        secretariat=person("议案组", Role.SECRETARIAT),
        presidium=person("乡镇主席团", Role.PRESIDIUM),
        government=world.government,
        lead_head=world.roads_head,
        lead_handler=person("交通经办", handler, unit=world.roads, position="handler"),
        co_head=world.water_head,
        co_handler=person("水利经办", handler, unit=world.water, position="handler"),
        outside_head=world.schools_head,
        outside_handler=person("教育经办", handler, unit=world.schools, position="handler"),
        leader=person("县领导", Role.LEADER),
        committee=person("专工委", Role.COMMITTEE),
        editor=person("网站编辑", Role.SITE_EDITOR),
        first_reviewer=person("网站一审", Role.SITE_FIRST_REVIEWER),
        second_reviewer=person("网站二审", Role.SITE_SECOND_REVIEWER),
        final_reviewer=person("网站三审", Role.SITE_FINAL_REVIEWER),
        system_admin=person("系统管理员", Role.SYSTEM_ADMIN),
        security_admin=person("安全管理员", Role.SECURITY_ADMIN),
        audit_admin=person("审计管理员", Role.AUDIT_ADMIN),
        system=world.system,
        importer=world.importer,
    )
