"""The forms. They say what a field is called and how long; the services decide."""

from typing import Any

from django import forms

from luoshi.accounts.actor import Role
from luoshi.accounts.policy import AccountPolicy
from luoshi.accounts.roles import GRANTABLE_ROLES, PROPOSABLE_ROLES, ROLE_LABELS
from luoshi.suggestions.models import Deputy, Unit, UnitMember

UNIT_ROLES = {Role.UNIT_HEAD, Role.UNIT_HANDLER}
NO_CHOICE = "—"
REQUIRED = {"required": "此项必填"}


def units() -> "forms.ModelChoiceField[Unit]":
    """A choice of the county's units in force."""
    return forms.ModelChoiceField(
        Unit.objects.filter(valid_to=None).order_by("name"),
        label="承办单位",
        help_text="承办单位的负责人、经办人必选。",
        required=False,
        empty_label=NO_CHOICE,
    )


def deputies() -> "forms.ModelChoiceField[Deputy]":
    """A choice of the deputies who have no account yet."""
    return DeputyField(
        Deputy.objects.filter(user=None, valid_to=None).select_related("delegation").order_by("name"),
        label="对应的人大代表",
        help_text="代表账号必选。",
        required=False,
        empty_label=NO_CHOICE,
    )


class DeputyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Deputies with their delegation, which tells two of one name apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.delegation.name}）"


class NameForm(forms.Form):
    """A person's name and address."""

    full_name = forms.CharField(label="姓名", max_length=100, error_messages=REQUIRED)
    email = forms.EmailField(label="电子邮箱", required=False, error_messages={"invalid": "电子邮箱格式不对"})


class PersonForm(NameForm):
    """A new person with the roles to be asked for, and the unit or the deputy."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        error_messages=REQUIRED,
        help_text="登录时使用，建立后不能修改，例如姓名拼音。",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label="申请的角色",
        required=False,
        choices=[(role.value, ROLE_LABELS[role]) for role in GRANTABLE_ROLES if role in PROPOSABLE_ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="角色由安全管理员审批后生效。",
    )
    position = forms.ChoiceField(
        label="在单位中的身份",
        help_text="选了承办单位的必选。",
        required=False,
        choices=[("", NO_CHOICE), *UnitMember.Position.choices],
    )
    field_order = ("username", "full_name", "email", "roles", "unit", "position", "deputy")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = units()
        self.fields["deputy"] = deputies()
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """A unit's person needs the unit, a deputy's account the deputy."""
        given = super().clean() or {}
        roles = {Role(value) for value in given.get("roles", ())}
        if roles & UNIT_ROLES and not given.get("unit"):
            self.add_error("unit", "承办单位的人员须选择所在单位")
        if given.get("unit") and not given.get("position"):
            self.add_error("position", "请选择在单位中的身份")
        if Role.DEPUTY in roles and not given.get("deputy"):
            self.add_error("deputy", "代表账号须选择对应的人大代表")
        return given


class PasswordForm(forms.Form):
    """A password of one's own, twice."""

    password = forms.CharField(
        label="新密码",
        max_length=256,
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输入一次",
        max_length=256,
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "两次输入的密码不一致")
        return given


class KeyForm(forms.Form):
    """What a key is for."""

    label = forms.CharField(
        label="密钥的用途", max_length=100, error_messages=REQUIRED, help_text="例如：与督查系统对接。"
    )


class PolicyForm(forms.Form):
    """A number for each rule, with the limits and titles that the rule itself names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rule in AccountPolicy.model_fields.items():
            self.fields[name] = forms.IntegerField(
                label=rule.title or name,
                help_text=f"默认 {rule.default}",
                error_messages={**REQUIRED, "invalid": "应为整数"},
            )
