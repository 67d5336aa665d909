"""Changing the county's settings: a new version, with an event that says who and what."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.services import event_append
from luoshi.errors import NotAllowed
from luoshi.shown import public_changed
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import CountySettingsVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.validation import input_parse

STREAM = "settings"


@transaction.atomic
def county_settings_apply(*, data: Mapping[str, Any], actor: Actor) -> CountySettings:
    """Put ``data`` (the whole settings file) into force. The same content again writes nothing.

    Running clocks keep their due dates: a county changes its rules for what comes, not for what runs.

    :raises NotAllowed: for anybody but the system administrator or the system itself.
    :raises Invalid: with one Chinese problem for each wrong field.
    """
    if not actor.has(Role.SYSTEM_ADMIN, Role.SYSTEM):
        raise NotAllowed("只有系统管理员可以修改本县规则")
    settings = input_parse(CountySettings, data)
    event = (
        event_append(
            stream_key=STREAM,
            kind="settings.applied",
            actor_id=actor.user_id,
            actor_role=_role(actor),
            payload={"settings": settings.model_dump(mode="json")},
        )
        if settings != county_settings()
        else None
    )
    if event is not None:
        CountySettingsVersion.objects.create(
            version=event.seq, data=settings.model_dump(mode="json"), changed_by_id=actor.user_id
        )
        public_changed()
    return settings


def _role(actor: Actor) -> str:
    return (Role.SYSTEM_ADMIN if actor.has(Role.SYSTEM_ADMIN) else Role.SYSTEM).value
