"""The forms behind the sign-ins of counties and provinces, and what is told after one."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from luoshi.accounts.browsers import client_address
from luoshi.accounts.models import User
from luoshi.accounts.services.sign_in import sign_in_begin, sign_in_failed, sign_in_succeeded
from luoshi_tenants.models import Province, ProvinceStaff
from luoshi_tenants.sign_in import (
    province_sign_in_begin,
    province_sign_in_failed,
    province_sign_in_succeeded,
)

WRONG = "用户名或密码不对，或账号已停用。请核对后重试。"
LOCKED = "登录失败次数过多，请在 {minutes} 分钟后重试。"


class CountySignInForm(AuthenticationForm):
    """Name and password. The attempt is counted before the password is looked at."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def clean(self) -> dict[str, Any]:
        """:raises ValidationError: with one answer for unknown names, wrong passwords and closed accounts."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password or self.request is None:
            return self.cleaned_data
        address = client_address(self.request)
        _refuse_locked(sign_in_begin(username=name, address=address))
        user = authenticate(self.request, username=name, password=password)
        if not isinstance(user, User):
            sign_in_failed(username=name, address=address)
            raise ValidationError(WRONG, code="invalid_login")
        self.last_login = user.last_login
        sign_in_succeeded(user=user, address=address)
        self.user_cache = user
        return self.cleaned_data


class ProvinceSignInForm(AuthenticationForm):
    """The same at a province, whose count stands in ``public``."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def clean(self) -> dict[str, Any]:
        """:raises ValidationError: with one answer for unknown names, wrong passwords and closed accounts."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        province = getattr(self.request, "province", None)
        if not name or not password or self.request is None or not isinstance(province, Province):
            return self.cleaned_data
        address = client_address(self.request)
        _refuse_locked(province_sign_in_begin(province=province, username=name, address=address))
        staff = authenticate(self.request, username=name, password=password)
        if not isinstance(staff, ProvinceStaff):
            province_sign_in_failed(province=province, username=name, address=address)
            raise ValidationError(WRONG, code="invalid_login")
        province_sign_in_succeeded(staff=staff, address=address)
        self.user_cache = staff
        return self.cleaned_data


def _refuse_locked(until: datetime | None) -> None:
    if until is not None:
        minutes = max(1, -(-int((until - timezone.now()).total_seconds()) // 60))
        raise ValidationError(LOCKED.format(minutes=minutes), code="locked")


def last_login_told(form: forms.Form) -> str:
    """The sentence about the sign-in before this one, by which a person notices a stranger's."""
    last = getattr(form, "last_login", None)
    if last is None:
        return "这是您第一次登录。"
    return (
        f"上次登录：{timezone.localtime(last):%Y-%m-%d %H:%M}。如非本人登录，请立即修改密码并告知系统管理员。"
    )
