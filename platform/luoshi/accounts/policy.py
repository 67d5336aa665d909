"""What a county asks of passwords, sign-ins and sessions, as one typed value (等保 身份鉴别)."""

from typing import Annotated

from pydantic import Field

from luoshi.validation import Input


class AccountPolicy(Input):
    """The rules of one county. The defaults are what assessors usually ask for (domain.md B10).

    ``history``: so many last passwords may not come again. ``max_age_days``: 0 for no end.
    ``address_failures`` is higher than ``failures``: a whole office building often shares one address.
    """

    min_length: Annotated[int, Field(title="密码最短长度（位）", ge=8, le=64)] = 10
    classes: Annotated[int, Field(title="密码至少含几类字符", ge=3, le=4)] = 3
    history: Annotated[int, Field(title="不得与最近几次密码相同（次）", ge=0, le=10)] = 3
    max_age_days: Annotated[int, Field(title="密码有效期（天，0 为不限）", ge=0, le=365)] = 0
    failures: Annotated[int, Field(title="同一用户名连续失败几次后锁定（次）", ge=3, le=10)] = 5
    address_failures: Annotated[int, Field(title="同一网络地址失败几次后锁定（次）", ge=3, le=200)] = 20
    lock_seconds: Annotated[int, Field(title="锁定时长（秒）", ge=60, le=86400)] = 300
    idle_minutes: Annotated[int, Field(title="无操作自动退出（分钟）", ge=5, le=120)] = 30
    absolute_hours: Annotated[int, Field(title="一次登录最长时间（小时）", ge=1, le=24)] = 12
    invitation_days: Annotated[int, Field(title="邀请链接有效期（天）", ge=1, le=30)] = 7
