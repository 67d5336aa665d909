"""Small things that the workbench's templates say in one word."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luoshi.accounts.actor import Actor
from luoshi.workbench import kept
from luoshi.workbench.case import clock_label
from luoshi.workbench.lights import left_words, light_of
from luoshi.workbench.steps import next_step

register = template.Library()
NOTHING = SafeString('<span class="text-secondary">—</span>')


@register.simple_tag
def light(due_on: date | None, today: date | None = None) -> SafeString:
    """A light with its date and what is left of it; a dash where nothing runs."""
    if due_on is None:
        return NOTHING
    today = today or timezone.localdate()
    kind = light_of(due_on, today)
    return format_html(
        '<span class="light light-{}"><span aria-hidden="true">{}</span> {}</span> '
        '<time datetime="{}">{}</time> <span class="text-nowrap">{}</span>',
        kind.key,
        kind.shape,
        kind.word,
        due_on.isoformat(),
        due_on.isoformat(),
        left_words(due_on, today),
    )


@register.simple_tag
def typed_by(actor: Actor) -> SafeString:
    """The hidden mark that lets what is typed survive the end of a login."""
    return format_html('<input type="hidden" name="{}" value="{}">', kept.FIELD, kept.typed_by(actor))


@register.filter
def clock_name(kind: str) -> str:
    """Chinese name of a clock."""
    return clock_label(kind)


@register.filter
def step(state: str) -> str:
    """The next step of a suggestion in this state."""
    return next_step(state)[0]


@register.filter
def turn(state: str) -> str:
    """Whose turn it is in this state."""
    return next_step(state)[1]
