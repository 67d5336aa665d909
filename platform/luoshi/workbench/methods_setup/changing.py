"""A change of a method's switch: read from the form, tried on the open cases, then made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from pydantic import BaseModel

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, Problem, WrongState
from luoshi.methods.options import options_validated
from luoshi.methods.selectors import methods_enabled
from luoshi.methods.services import method_disable, method_enable, method_options_set
from luoshi.methods.versions import switch_unchanged
from luoshi.suggestions.services.rehearsal import Effect, method_change_rehearse
from luoshi.workbench.methods_setup.cards import Card
from luoshi.workbench.typed.reading import Typed

ENABLE, OPTIONS, DISABLE = "enable", "options", "disable"
WORDS = {ENABLE: "启用", OPTIONS: "修改选项", DISABLE: "停用"}


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done. ``options``: valid ones, as they will be stored. ``seen``: the version of the
    switch that the person was shown.
    """

    kind: str
    slug: str
    name: str
    options: Mapping[str, Any]
    seen: int

    @property
    def word(self) -> str:
        return WORDS[self.kind]


def refusal_of(typed: Typed, model: type[BaseModel] | None) -> Invalid | None:
    """All that is wrong with what was typed, each field told once; ``None`` where nothing is."""
    problems = list(typed.problems)
    try:
        options_validated(model, typed.data)
    except Invalid as refusal:
        # What concerns the whole form can be judged only once each field can be read.
        told = {"", *(problem.field for problem in problems)} if problems else set()
        problems += [problem for problem in refusal.problems if problem.field not in told]
    return Invalid(problems) if problems else None


def options_carried(card: Card, text: str) -> dict[str, Any]:
    """The options that one page has handed to the next.

    :raises Invalid: where they are none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid([Problem("", "发来的选项无法识别，请返回重新填写")])
    return options_validated(card.options_model, found)


def change_rehearse(change: Change, actor: Actor) -> Effect:
    """What the change would do to the open cases; nothing of it stays.

    :raises Refusal: what making it would raise.
    """
    return method_change_rehearse(slug=change.slug, change=lambda: change_make(change, actor))


@transaction.atomic
def change_make(change: Change, actor: Actor) -> None:
    """Make the change, unless somebody was quicker.

    :raises WrongState: where the switch was changed since this person saw it.
    :raises Refusal: what the service raises.
    """
    switch_unchanged(slug=change.slug, seen=change.seen)
    if change.kind == ENABLE:
        method_enable(slug=change.slug, options=change.options, actor=actor)
    elif change.kind == OPTIONS:
        method_options_set(slug=change.slug, options=change.options, actor=actor)
    elif change.kind == DISABLE:
        if change.slug not in methods_enabled():
            raise WrongState(f"工作法“{change.name}”没有启用，不需要停用")
        method_disable(slug=change.slug, actor=actor)
    else:
        raise WrongState("没有这一操作，请返回重试")
