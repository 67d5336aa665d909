"""What a password must be, and keeping it."""

import unicodedata

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from luoshi.accounts.models import PasswordRecord, User
from luoshi.accounts.policy import AccountPolicy
from luoshi.accounts.selectors import policy_current
from luoshi.errors import Problem
from luoshi.tenancy import NoCounty, tenant_current


class PolicyValidator:
    """Django's password validation asks here for the county's own rules; without a county: the defaults."""

    def validate(self, password: str, user: object | None = None) -> None:
        """:raises ValidationError: with one Chinese sentence for each rule that is broken."""
        policy = policy_or_default()
        problems = []
        if len(password) < policy.min_length:
            problems.append(f"密码太短：至少 {policy.min_length} 位")
        if classes_of(password) < policy.classes:
            problems.append(f"密码应至少含大写字母、小写字母、数字、符号中的 {policy.classes} 类")
        name = str(getattr(user, "username", "") or "").casefold()
        if len(name) >= 3 and name in unicodedata.normalize("NFKC", password).casefold():
            problems.append("密码不能含有用户名")
        if isinstance(user, User) and user.pk and _used_before(user, password, policy.history):
            problems.append(f"不能使用最近 {policy.history} 次用过的密码")
        if problems:
            raise ValidationError(problems)

    def get_help_text(self) -> str:
        """One sentence for the person who chooses a password."""
        policy = policy_or_default()
        return (
            f"至少 {policy.min_length} 位，含大写字母、小写字母、数字、符号中的 {policy.classes} 类，"
            "不能含有用户名。"
        )


def classes_of(password: str) -> int:
    """How many of the four classes: upper case, lower case, digits, everything else (Chinese included)."""
    found = set()
    for sign in password:
        if sign.isascii() and sign.isalpha():
            found.add("upper" if sign.isupper() else "lower")
        else:
            found.add("digit" if sign.isdigit() else "other")
    return len(found)


def password_problems(password: str, user: User) -> list[Problem]:
    """What is wrong with ``password`` for ``user``."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem("password", message) for message in error.messages]
    return []


def password_write(user: User, password: str) -> None:
    """Keep a password that was checked, and the hash for the history. Ends every session of the old one."""
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    PasswordRecord.objects.create(user=user, password=user.password)
    kept = PasswordRecord.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:10]
    PasswordRecord.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def _used_before(user: User, password: str, count: int) -> bool:
    hashes = PasswordRecord.objects.filter(user=user).order_by("-pk").values_list("password", flat=True)
    return any(check_password(password, kept) for kept in hashes[:count])


def policy_or_default() -> AccountPolicy:
    """The rules of the county that is bound; the defaults at a province, which has none of its own."""
    try:
        tenant_current()
    except NoCounty:
        return AccountPolicy()
    return policy_current()
