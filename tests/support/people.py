"""Everybody whom a county knows, beside the few people of ``world``: one actor for each role and relation.

Apart from ``world`` so that tests of who is told of what keep their small set of accounts.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from world import New, World, people_make, world_make

from luoshi.accounts.actor import Actor, Role
from luoshi.suggestions.models import Unit


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
    new = New(name, roles, unit, position, world.delegation if world is not None else None)
    return people_make("cast", [new])[0]


def cast_make() -> Cast:
    """Make the world and everybody else."""
    world = world_make()
    deputies, handler = world.delegation, Role.UNIT_HANDLER
    others = {
        "invited": New("受邀代表", (Role.DEPUTY,), delegation=deputies),
        "stranger": New("无关代表", (Role.DEPUTY,), delegation=deputies),
        "secretariat": New("议案组", (Role.SECRETARIAT,)),
        "presidium": New("乡镇主席团", (Role.PRESIDIUM,)),
        "lead_handler": New("交通经办", (handler,), unit=world.roads, position="handler"),
        "co_handler": New("水利经办", (handler,), unit=world.water, position="handler"),
        "outside_handler": New("教育经办", (handler,), unit=world.schools, position="handler"),
        "leader": New("县领导", (Role.LEADER,)),
        "committee": New("专工委", (Role.COMMITTEE,)),
        "editor": New("网站编辑", (Role.SITE_EDITOR,)),
        "first_reviewer": New("网站一审", (Role.SITE_FIRST_REVIEWER,)),
        "second_reviewer": New("网站二审", (Role.SITE_SECOND_REVIEWER,)),
        "final_reviewer": New("网站三审", (Role.SITE_FINAL_REVIEWER,)),
        "system_admin": New("系统管理员", (Role.SYSTEM_ADMIN,)),
        "security_admin": New("安全管理员", (Role.SECURITY_ADMIN,)),
        "audit_admin": New("审计管理员", (Role.AUDIT_ADMIN,)),
    }
    return Cast(
        world=world,
        writer=world.writer,
        second=world.other_writer,
        congress=world.congress,
        government=world.government,
        lead_head=world.roads_head,
        co_head=world.water_head,
        outside_head=world.schools_head,
        system=world.system,
        importer=world.importer,
        **dict(zip(others, people_make("cast", list(others.values())), strict=True)),
    )
