"""Switching methods on and off in a county, and setting their options. Every change is an audited row."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.audit.services import event_append
from luoshi.errors import NotAllowed, NotFound, WrongState
from luoshi.methods.host import MethodFailed, hook_call, read_nothing
from luoshi.methods.models import MethodActivation
from luoshi.methods.options import options_validated
from luoshi.methods.registry import BrokenMethod, LoadedMethod, registry_current
from luoshi.methods.rules import may_switch_methods
from luoshi.shown import public_changed
from luoshi.tenancy import TenantView, tenant_current


@transaction.atomic
def method_enable(*, slug: str, options: Mapping[str, Any] | None, actor: Actor) -> MethodActivation:
    """Switch a method on in the current county.

    Switching on what is on already changes nothing, so that a set-up may be repeated.

    :param options: checked against the method's model; ``None`` keeps those of an earlier time, else the
        defaults.
    :raises NotAllowed: where this person, or this county by its province, may not.
    :raises NotFound: where no such method is installed.
    :raises WrongState: where the method is broken, or on already with other options.
    :raises Invalid: where an option is wrong.
    :raises MethodFailed: where the method itself could not be prepared; nothing is switched then.
    """
    tenant = tenant_current()
    _permit(actor)
    if tenant.methods_allowed is not None and slug not in tenant.methods_allowed:
        raise NotAllowed(f"{tenant.name}未获准使用工作法“{slug}”，请先向省级申请开通")
    method = _usable(slug)
    activation = _locked(slug)
    valid = options_validated(method.options_model, activation.options if options is None else options)
    if activation.is_enabled:
        if valid != activation.options:
            raise WrongState(f"工作法“{method.info.name}”已经启用，请用“修改选项”更改设置")
        return activation
    activation.is_enabled = True
    activation.options = valid
    activation.enabled_at = timezone.now()
    activation.changed_by_id = actor.user_id
    activation.save()
    hook_call(method, "method_enabled", read_nothing, writes=True, tenant=tenant, actor=actor)
    _audit(slug, "method.enabled", actor, {"options": _text(valid), "version": method.version})
    return activation


@transaction.atomic
def method_disable(*, slug: str, actor: Actor) -> MethodActivation:
    """Switch a method off in the current county; its records stay.

    A method that is missing, broken or fails in ``method_disabled`` is switched off all the same: this is how
    a county opens gates again that a broken method keeps shut.

    :raises NotAllowed: where this person may not.
    :raises NotFound: where the county never had the method on.
    """
    tenant = tenant_current()
    _permit(actor)
    activation = MethodActivation.objects.select_for_update().filter(slug=slug).first()
    if activation is None:
        raise NotFound(f"本县没有启用过工作法“{slug}”")
    if not activation.is_enabled:
        return activation
    activation.is_enabled = False
    activation.changed_by_id = actor.user_id
    activation.save()
    _audit(slug, "method.disabled", actor, {"method": _put_away(slug, tenant, actor)})
    return activation


@transaction.atomic
def method_options_set(*, slug: str, options: Mapping[str, Any], actor: Actor) -> MethodActivation:
    """Replace the options of a method that is on in the current county.

    :raises NotAllowed: where this person may not.
    :raises NotFound: where the method is not installed.
    :raises WrongState: where it is broken, or off in this county.
    :raises Invalid: where an option is wrong.
    :raises MethodFailed: where the method itself could not follow the change; nothing is changed then.
    """
    tenant = tenant_current()
    _permit(actor)
    method = _usable(slug)
    activation = MethodActivation.objects.select_for_update().filter(slug=slug, is_enabled=True).first()
    if activation is None:
        raise WrongState(f"工作法“{method.info.name}”没有启用，请先启用再修改选项")
    valid = options_validated(method.options_model, options)
    if valid != activation.options:
        before, activation.options = activation.options, valid
        activation.changed_by_id = actor.user_id
        activation.save()
        hook_call(method, "method_enabled", read_nothing, writes=True, tenant=tenant, actor=actor)
        _audit(slug, "method.options_set", actor, {"before": _text(before), "after": _text(valid)})
    return activation


def methods_set_up(*, county: TenantView, host: str, methods: Sequence[str]) -> None:
    """Switch on the methods that a new county begins with, each with its default options.

    :param county: bound to the connection.
    :param host: not needed here; every set-up step of a county is called alike.
    :param methods: slugs.
    """
    for slug in methods:
        method_enable(slug=slug, options=None, actor=SYSTEM_ACTOR)


def _permit(actor: Actor) -> None:
    if not may_switch_methods(actor):
        raise NotAllowed("只有系统管理员可以启用、停用工作法或修改其选项")


def _usable(slug: str) -> LoadedMethod:
    method = registry_current().get(slug)
    if isinstance(method, BrokenMethod):
        raise WrongState(f"工作法“{slug}”无法使用：{method.reason}")
    if method is None:
        raise NotFound(f"没有安装工作法“{slug}”")
    return method


def _locked(slug: str) -> MethodActivation:
    """The row under its lock, made first where there is none, so that two people wait for each other."""
    MethodActivation.objects.get_or_create(slug=slug)
    return MethodActivation.objects.select_for_update().get(slug=slug)


def _put_away(slug: str, tenant: TenantView, actor: Actor) -> str:
    method = registry_current().get(slug)
    if not isinstance(method, LoadedMethod):
        return "missing"
    try:
        hook_call(method, "method_disabled", read_nothing, writes=True, tenant=tenant, actor=actor)
    except MethodFailed:
        return "failed"  # logged by the host
    return "told"


def _audit(slug: str, kind: str, actor: Actor, payload: dict[str, Any]) -> None:
    """Write the change down, and have kept public pages forgotten: a method may have columns there."""
    role = Role.SYSTEM_ADMIN if actor.has(Role.SYSTEM_ADMIN) else Role.SYSTEM
    event_append(
        stream_key=f"method:{slug}", kind=kind, actor_id=actor.user_id, actor_role=role.value, payload=payload
    )
    public_changed()


def _text(options: Mapping[str, Any]) -> str:
    """Options as the log can hold them: it takes no decimal numbers."""
    return json.dumps(options, ensure_ascii=False, sort_keys=True)
