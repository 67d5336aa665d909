"""Who acts, as a frozen value: the only form in which the door, the rules and the methods know a person."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """The actors of a county (domain.md C0). A person may hold several."""

    DEPUTY = "deputy"  # 代表
    CONGRESS_OFFICE = "congress_office"  # 代表工委、联工委
    SECRETARIAT = "secretariat"  # 大会秘书处、议案组
    PRESIDIUM = "presidium"  # 乡镇人大主席团
    GOVERNMENT_OFFICE = "government_office"  # 政府办建议提案组
    UNIT_HEAD = "unit_head"  # 承办单位负责人
    UNIT_HANDLER = "unit_handler"  # 承办单位经办人
    LEADER = "leader"  # 领办、督办的县领导
    COMMITTEE = "committee"  # 专委会、工作机构
    SITE_EDITOR = "site_editor"  # 网站编辑
    SITE_FIRST_REVIEWER = "site_first_reviewer"  # 网站一审
    SITE_SECOND_REVIEWER = "site_second_reviewer"  # 网站二审
    SITE_FINAL_REVIEWER = "site_final_reviewer"  # 网站三审
    SYSTEM_ADMIN = "system_admin"  # 系统管理员
    SECURITY_ADMIN = "security_admin"  # 安全管理员
    AUDIT_ADMIN = "audit_admin"  # 审计管理员
    SYSTEM = "system"  # 系统本身：时钟、阶段规则


class Channel(StrEnum):
    """The way by which an act came in."""

    WEB = "web"
    API = "api"
    LINK = "link"  # 一次性链接或二维码
    PAPER = "paper"  # 纸质件由工作人员录入
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting person (or the system) in one county.

    ``unit_ids``: the handling units this person works for, with those they grew out of; ``headed_unit_ids``
    those whose letters he signs. ``deputy_id``: the deputy he is in the newest of his terms,
    ``earlier_deputy_ids`` those of the terms before.
    """

    user_id: int | None
    name: str
    roles: frozenset[Role]
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    deputy_id: int | None = None
    channel: Channel = Channel.WEB
    headed_unit_ids: frozenset[int] = field(default_factory=frozenset)
    earlier_deputy_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def deputy_ids(self) -> frozenset[int]:
        """Every deputy this person is or was, under one account."""
        own = frozenset() if self.deputy_id is None else frozenset({self.deputy_id})
        return own | self.earlier_deputy_ids

    def has(self, *roles: Role) -> bool:
        """True when the person holds at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)


SYSTEM_ACTOR = Actor(user_id=None, name="系统", roles=frozenset({Role.SYSTEM}), channel=Channel.SYSTEM)
