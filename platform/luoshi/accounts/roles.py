"""Chinese names of the roles, and which of them a person can be given by whom."""

from luoshi.accounts.actor import Role

ROLE_LABELS: dict[Role, str] = {
    Role.DEPUTY: "人大代表",
    Role.CONGRESS_OFFICE: "人大代表工委",
    Role.SECRETARIAT: "大会秘书处",
    Role.PRESIDIUM: "乡镇人大主席团",
    Role.GOVERNMENT_OFFICE: "政府办建议提案组",
    Role.UNIT_HEAD: "承办单位负责人",
    Role.UNIT_HANDLER: "承办单位经办人",
    Role.LEADER: "领办、督办领导",
    Role.COMMITTEE: "专委会与工作机构",
    Role.SITE_EDITOR: "网站编辑",
    Role.SITE_FIRST_REVIEWER: "网站一审",
    Role.SITE_SECOND_REVIEWER: "网站二审",
    Role.SITE_FINAL_REVIEWER: "网站三审",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
    Role.SYSTEM: "系统",
}

# The system acts for itself (clocks, stage rules); nobody may be given its role.
GRANTABLE_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.SYSTEM)

# 三权分立 (等保 B10): nobody holds two of the three.
ADMIN_ROLES: frozenset[Role] = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# Those who watch the system administrator. He can neither propose them nor get at their accounts.
OVERSEER_ROLES: frozenset[Role] = ADMIN_ROLES - {Role.SYSTEM_ADMIN}

# The steps of the public site's review (三审), in their order, and all who work in its editor.
SITE_REVIEWERS: tuple[Role, ...] = (
    Role.SITE_FIRST_REVIEWER,
    Role.SITE_SECOND_REVIEWER,
    Role.SITE_FINAL_REVIEWER,
)
SITE_ROLES: frozenset[Role] = frozenset({Role.SITE_EDITOR, *SITE_REVIEWERS})

BUSINESS_ROLES: frozenset[Role] = frozenset(GRANTABLE_ROLES) - ADMIN_ROLES
# Who opens accounts gives no rights; who gives rights opens no accounts.
PROPOSABLE_ROLES: frozenset[Role] = BUSINESS_ROLES | {Role.SYSTEM_ADMIN}
SECURITY_GRANTABLE_ROLES: frozenset[Role] = frozenset(GRANTABLE_ROLES)
