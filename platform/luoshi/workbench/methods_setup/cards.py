"""The methods of a county as its administrator sees them: what each is, whether it is on, how it fares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotFound
from luoshi.methods.facade import CountyMethods, MethodObligations, county_methods, method_obligations
from luoshi.methods.models import MethodActivation
from luoshi.methods.options import options_validated
from luoshi.methods.registry import BrokenMethod, LoadedMethod, registry_current
from luoshi.methods.types import HealthNote
from luoshi.methods.versions import stream_of
from luoshi.tenancy import tenant_current

SYSTEM = "系统"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a method stands in this county: a word, a shape and a colour. ``order``: its place on the page."""

    key: str
    shape: str
    word: str
    order: int


RED = Standing("red", "■", "已启用，运行出错", 0)
WARNED = Standing("warned", "▲", "已启用，有提醒", 1)
ON = Standing("on", "●", "已启用", 2)
OFF = Standing("off", "○", "未启用", 3)
BARRED = Standing("barred", "–", "省级未开放", 4)
UNUSABLE = Standing("unusable", "–", "不能使用", 5)


@dataclass(frozen=True, slots=True)
class Card:
    """One method. ``reason``: why it cannot be switched on.

    ``method``: ``None`` where it cannot be used. ``options``: as they are stored, or the defaults. ``since``
    and ``by``: when and by whom it was switched on last.
    """

    slug: str
    name: str
    summary: str
    source: str
    version: str
    standing: Standing
    reason: str
    method: LoadedMethod | None
    is_on: bool
    options: Mapping[str, Any]
    obligations: MethodObligations | None
    notes: tuple[HealthNote, ...]
    since: datetime | None
    by: str

    @property
    def options_model(self) -> type[BaseModel] | None:
        return self.method.options_model if self.method else None

    @property
    def may_be_changed(self) -> bool:
        """Whether there is anything to switch on or to set: a barred method that is on may still be set."""
        return self.method is not None and (self.is_on or self.standing is OFF)


def cards_all() -> list[Card]:
    """Every method that is installed here or was ever on in this county, what is on first."""
    registry = registry_current()
    known = {row.slug for row in registry.methods} | {row.slug for row in registry.broken}
    rows = {row.slug: row for row in MethodActivation.objects.all()}
    # A row that was never switched on is left by a change that somebody else was quicker with.
    known |= {slug for slug, row in rows.items() if row.enabled_at is not None}
    cards = _cards(sorted(known), rows)
    return sorted(cards, key=lambda card: (card.standing.order, card.slug))


def card_of(slug: str) -> Card:
    """One method.

    :raises NotFound: where none is installed and none was ever on.
    """
    rows = {row.slug: row for row in MethodActivation.objects.filter(slug=slug, enabled_at__isnull=False)}
    if not rows and registry_current().get(slug) is None:
        raise NotFound("没有这个工作法")
    return _cards([slug], rows)[0]


def _cards(slugs: Sequence[str], rows: Mapping[str, MethodActivation]) -> list[Card]:
    tenant = tenant_current()
    every = county_methods(tenant)
    own = CountyMethods(
        tenant, tuple(entry for entry in every.enabled if entry.slug in slugs), registry_current()
    )
    health = {row.slug: row.notes for row in own.health()}
    enablings = _enablings(slugs)
    names = dict(
        User.objects.filter(pk__in={who for _, who in enablings.values() if who}).values_list(
            "pk", "full_name"
        )
    )
    found = []
    for slug in slugs:
        at, who = enablings.get(slug, (None, None))
        by = names.get(who or 0) or (SYSTEM if who is None else f"#{who}")
        found.append(_card(slug, rows.get(slug), health.get(slug, ()), at, by))
    return found


def _card(
    slug: str, row: MethodActivation | None, notes: tuple[HealthNote, ...], since: datetime | None, by: str
) -> Card:
    found = registry_current().get(slug)
    method = found if isinstance(found, LoadedMethod) else None
    is_on = row is not None and row.is_enabled
    standing, reason = _standing(slug, found, is_on, notes)
    options = dict(row.options) if row is not None and row.enabled_at is not None else {}
    return Card(
        slug=slug,
        name=method.info.name if method else slug,
        summary=method.info.summary if method else "",
        source=method.info.source if method else "",
        version=found.version if found is not None else "",
        standing=standing,
        reason=reason,
        method=method,
        is_on=is_on,
        options=options,
        obligations=obligations_of(slug, options) if method else None,
        notes=tuple(note for note in notes if note.level != "ok" or note.message),
        since=since if is_on else None,
        by=by if is_on and since is not None else "",
    )


def _standing(
    slug: str, found: LoadedMethod | BrokenMethod | None, is_on: bool, notes: Sequence[HealthNote]
) -> tuple[Standing, str]:
    if is_on:
        if any(note.level == "error" for note in notes):
            return RED, ""  # the notes say why
        return (WARNED if any(note.level == "warning" for note in notes) else ON), ""
    if isinstance(found, BrokenMethod):
        return UNUSABLE, found.reason
    if found is None:
        return UNUSABLE, "本平台已不再安装此工作法，历史记录保留"
    tenant = tenant_current()
    if tenant.methods_allowed is not None and slug not in tenant.methods_allowed:
        return BARRED, f"省级没有允许{tenant.name}使用，请先向省级申请开通"
    return OFF, ""


def obligations_of(slug: str, options: Mapping[str, Any]) -> MethodObligations | None:
    """What the method will ask of whom; ``None`` where the options are none that it could be asked with."""
    try:
        return method_obligations(slug=slug, options=options)
    except Invalid:
        return None


def options_now(card: Card) -> dict[str, Any]:
    """The options in force, or those that it would be switched on with; what does not fit stays as stored."""
    if card.method is None:
        return dict(card.options)
    try:
        return options_validated(card.options_model, card.options)
    except Invalid:
        return dict(card.options)


def _enablings(slugs: Sequence[str]) -> dict[str, tuple[datetime, int | None]]:
    """When and by whom each was switched on last. One query."""
    streams = {stream_of(slug): slug for slug in slugs}
    rows = (
        Event.objects.filter(stream__key__in=streams, kind="method.enabled")
        .order_by("stream_id", "-seq")
        .distinct("stream_id")
        .values_list("stream__key", "at", "actor_id")
    )
    return {streams[key]: (at, who) for key, at, who in rows}
