"""People of one county: accounts, the roles they hold, their keys to the API, and what guards the way in.
All live in the county's schema.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from luoshi.accounts.actor import Role
from luoshi.accounts.roles import ADMIN_ROLES, GRANTABLE_ROLES, ROLE_LABELS


class UserManager(BaseUserManager["User"]):
    """Finds people by user name. Creating goes through ``accounts.services.user_create``."""

    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this name, compared as it is stored (see :meth:`User.normalize_username`)."""
        return self.get(username=User.normalize_username(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """One person who signs in to one county. The same person in two counties has two accounts."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField("用户名", max_length=150)
    full_name = models.CharField("姓名", max_length=100)
    email = models.EmailField("电子邮箱", blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码设置时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["username"], name="accounts_user_username_uniq"),
            models.CheckConstraint(condition=~Q(username=""), name="accounts_user_username_filled"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling per name: NFKC, no surrounding blanks, lower case."""
        return super().normalize_username(username).strip().lower()

    @property
    def is_staff(self) -> bool:
        """Wagtail asks this. Nobody is staff of Django's own admin, which is not installed."""
        return self.is_active and self.is_superuser

    def get_full_name(self) -> str:
        """The person's name as Wagtail shows it."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """Same as the full name: Chinese names have no short form here."""
        return self.get_full_name()


class RoleGrant(models.Model):
    """A role that a person holds in this county. Which unit or deputy it is for stands with the
    suggestions.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(
        "角色", max_length=32, choices=[(r.value, ROLE_LABELS[r]) for r in GRANTABLE_ROLES]
    )
    granted_at = models.DateTimeField("授予时间", auto_now_add=True)

    class Meta:
        verbose_name = "角色授予"
        verbose_name_plural = "角色授予"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_rolegrant_user_role_uniq"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in GRANTABLE_ROLES]),
                name="accounts_rolegrant_role_known",
            ),
            # 三权分立: whatever way a grant comes in, and however many come at once.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=sorted(role.value for role in ADMIN_ROLES)),
                name="accounts_rolegrant_one_admin_role",
            ),
        ]

    def __str__(self) -> str:
        return ROLE_LABELS[Role(self.role)]


class ApiKey(models.Model):
    """A person's key to the API. Only its digest is kept; the key itself is shown once.

    ``prefix``: the key's public first part, by which it is found. ``digest``: SHA-256 over the whole key.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField("用途", max_length=100)
    prefix = models.CharField("前缀", max_length=32)
    digest = models.CharField("摘要", max_length=64)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口密钥"
        verbose_name_plural = "接口密钥"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["prefix"], name="accounts_apikey_prefix_uniq"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="accounts_apikey_digest_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.prefix}…）"


class RoleProposal(models.Model):
    """A role that the system administrator asks for and the security administrator has not yet decided."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_proposals")
    role = models.CharField(
        "角色", max_length=32, choices=[(r.value, ROLE_LABELS[r]) for r in GRANTABLE_ROLES]
    )
    proposed_by_id = models.BigIntegerField("申请人", null=True)
    proposed_at = models.DateTimeField("申请时间", auto_now_add=True)

    class Meta:
        verbose_name = "角色申请"
        verbose_name_plural = "角色申请"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_roleproposal_user_role_uniq"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in GRANTABLE_ROLES]),
                name="accounts_roleproposal_role_known",
            ),
        ]

    def __str__(self) -> str:
        return ROLE_LABELS[Role(self.role)]


class Invitation(models.Model):
    """A link by which a person sets his own password, once. Only the token's digest is kept."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField("摘要", max_length=64)
    issued_by_id = models.BigIntegerField("发放人", null=True)
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("到期时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = "邀请"
        verbose_name_plural = "邀请"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["digest"], name="accounts_invitation_digest_uniq"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="accounts_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="accounts_invitation_digest_sha256"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="accounts_invitation_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="accounts_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"


class PasswordRecord(models.Model):
    """A password that a person has had, as its slow hash: so that it does not come again too soon."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_records")
    password = models.CharField("摘要", max_length=128)
    set_at = models.DateTimeField("设置时间", auto_now_add=True)

    class Meta:
        verbose_name = "旧密码"
        verbose_name_plural = "旧密码"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(password=""), name="accounts_passwordrecord_filled"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class PolicyVersion(models.Model):
    """The rules of passwords, sign-ins and sessions from one moment on; the newest counts."""

    id = models.BigAutoField(primary_key=True)
    data = models.JSONField("规则")
    changed_by_id = models.BigIntegerField("修改人", null=True)
    changed_at = models.DateTimeField("修改时间", auto_now_add=True)

    class Meta:
        verbose_name = "登录与密码规则"
        verbose_name_plural = "登录与密码规则"

    def __str__(self) -> str:
        return f"{self.changed_at:%Y-%m-%d}"


class SignInThrottle(models.Model):
    """Failed sign-ins under one name or from one address. ``subject``: SHA-256 of what is counted."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField("对象", max_length=64)
    failures = models.IntegerField("失败次数", default=0)
    first_at = models.DateTimeField("首次时间")
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)

    class Meta:
        verbose_name = "登录失败计数"
        verbose_name_plural = "登录失败计数"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject"], name="accounts_signinthrottle_subject_uniq"),
            models.CheckConstraint(
                condition=Q(failures__gte=0), name="accounts_signinthrottle_failures_counted"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["first_at"], name="accounts_throttle_first")]

    def __str__(self) -> str:
        return self.subject
