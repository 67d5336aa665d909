"""What stands in ``public``: provinces, cities, counties, their hosts, and the province's own staff.

Nothing here may be read while a county is bound: the search_path then holds the county's schema only.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower

from luoshi.tenancy import TenantView

SIX_DIGITS = r"^[0-9]{6}$"


class Province(models.Model):
    """A province. ``code``: six digits of GB/T 2260. ``methods_allowed``: slugs a county may switch on,
    null: all.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField("代码", max_length=6)
    name = models.CharField("名称", max_length=50)
    methods_allowed = models.JSONField("允许的工作法", null=True, blank=True)

    class Meta:
        verbose_name = "省"
        verbose_name_plural = "省"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code"], name="tenants_province_code_uniq"),
            models.CheckConstraint(
                condition=Q(code__regex=SIX_DIGITS), name="tenants_province_code_six_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """A prefecture-level city (地级市、州), the parent of counties."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField("代码", max_length=6)
    name = models.CharField("名称", max_length=50)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="cities")

    class Meta:
        verbose_name = "市"
        verbose_name_plural = "市"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code"], name="tenants_city_code_uniq"),
            models.CheckConstraint(condition=Q(code__regex=SIX_DIGITS), name="tenants_city_code_six_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class CountyManager(models.Manager["County"]):
    """Always brings the province and the city along: they cannot be read once the county is bound."""

    def get_queryset(self) -> models.QuerySet["County"]:
        return super().get_queryset().select_related("province", "city")


class County(models.Model):
    """One tenant: a county (县) or a city without counties. ``schema_name`` is ``c`` and the code."""

    class Level(models.TextChoices):
        COUNTY = "county", "县"
        CITY = "city", "不设区县的市"

    id = models.BigAutoField(primary_key=True)
    schema_name = models.CharField("模式名", max_length=63)
    code = models.CharField("代码", max_length=6)
    name = models.CharField("名称", max_length=50)
    level = models.CharField("级别", max_length=10, choices=Level.choices, default=Level.COUNTY)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="counties")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="counties", null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    # django-tenants looks for these: schemas are made and dropped by luoshi_tenants.provisioning alone.
    auto_create_schema = False
    auto_drop_schema = False

    objects: ClassVar[CountyManager] = CountyManager()

    class Meta:
        verbose_name = "县"
        verbose_name_plural = "县"
        base_manager_name = "objects"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["schema_name"], name="tenants_county_schema_uniq"),
            models.UniqueConstraint(fields=["code"], name="tenants_county_code_uniq"),
            models.CheckConstraint(
                condition=Q(code__regex=SIX_DIGITS), name="tenants_county_code_six_digits"
            ),
            models.CheckConstraint(
                condition=Q(schema_name=Concat(Value("c"), F("code"))), name="tenants_county_schema_from_code"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["county", "city"]), name="tenants_county_level_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def view(self) -> TenantView:
        """This county as the platform may know it (``luoshi.tenancy``)."""
        allowed = self.province.methods_allowed
        return TenantView(
            schema=self.schema_name,
            code=self.code,
            name=self.name,
            level=self.level,
            province_code=self.province.code,
            methods_allowed=None if allowed is None else frozenset(allowed),
        )


class Domain(models.Model):
    """A host name that answers for one county or for one province. Lower case, ASCII, no port."""

    id = models.BigAutoField(primary_key=True)
    host = models.CharField("主机名", max_length=253)
    county = models.ForeignKey(
        County, on_delete=models.CASCADE, related_name="domains", null=True, blank=True
    )
    province = models.ForeignKey(
        Province, on_delete=models.CASCADE, related_name="domains", null=True, blank=True
    )
    is_primary = models.BooleanField("主要", default=True)

    class Meta:
        verbose_name = "主机名"
        verbose_name_plural = "主机名"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["host"], name="tenants_domain_host_uniq"),
            models.CheckConstraint(condition=Q(host=Lower("host")), name="tenants_domain_host_lower"),
            models.CheckConstraint(
                condition=Q(county__isnull=False, province__isnull=True)
                | Q(county__isnull=True, province__isnull=False),
                name="tenants_domain_county_or_province",
            ),
            models.UniqueConstraint(
                fields=["county"], condition=Q(is_primary=True), name="tenants_domain_primary_county_uniq"
            ),
            models.UniqueConstraint(
                fields=["province"], condition=Q(is_primary=True), name="tenants_domain_primary_province_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.host


class ProvinceStaff(AbstractBaseUser):
    """A person who works at a province and sees its counties' aggregates; never an account of a county."""

    id = models.BigAutoField(primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.CASCADE, related_name="staff")
    username = models.CharField("用户名", max_length=150)
    full_name = models.CharField("姓名", max_length=100)
    is_active = models.BooleanField("启用", default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "省级工作人员"
        verbose_name_plural = "省级工作人员"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["province", "username"], name="tenants_provincestaff_username_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class ProvinceThrottle(models.Model):
    """Failed sign-ins at a province, under one name or from one address, as a county keeps its own.

    ``subject``: SHA-256 of what is counted, the province in it.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField("对象", max_length=64)
    failures = models.IntegerField("失败次数", default=0)
    first_at = models.DateTimeField("首次时间")
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)

    class Meta:
        verbose_name = "省级登录失败计数"
        verbose_name_plural = "省级登录失败计数"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject"], name="tenants_provincethrottle_subject_uniq"),
            models.CheckConstraint(
                condition=Q(failures__gte=0), name="tenants_provincethrottle_failures_counted"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["first_at"], name="tenants_throttle_first"),
        ]

    def __str__(self) -> str:
        return self.subject


class ProvinceSession(AbstractBaseSession):
    """A session at a province's host. It is found only together with its province."""

    # AbstractBaseSession's key is text; a province's sessions follow it so that Django's store fits.
    province = models.ForeignKey(Province, on_delete=models.CASCADE, related_name="sessions")

    class Meta:
        verbose_name = "省级会话"
        verbose_name_plural = "省级会话"


class CountyMigration(models.Model):
    """How far the last deployment came with one county; lets an interrupted run go on."""

    class Status(models.TextChoices):
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    id = models.BigAutoField(primary_key=True)
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="migrations")
    digest = models.CharField("迁移摘要", max_length=64)
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    error = models.TextField("错误", blank=True, default="")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "县迁移状态"
        verbose_name_plural = "县迁移状态"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["county"], name="tenants_countymigration_county_uniq"),
            models.CheckConstraint(
                condition=Q(status__in=["running", "done", "failed"]),
                name="tenants_countymigration_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.status}"
