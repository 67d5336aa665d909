"""A form as it was sent: its fields, with the files that came along kept before anything else happens."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from pydantic import BaseModel

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import Suggestion
from luoshi.workbench.acting.fields import About
from luoshi.workbench.files.receiving import files_received, files_waiting
from luoshi.workbench.kept import typed_take

FILES = "attachments"


@dataclass(frozen=True, slots=True)
class Sent:
    """``typed``: what was sent, or what an ended login had kept back (``is_kept``); ``None`` on a first look.
    ``refusal``: files that cannot be taken; then nothing is done until the person has seen it."""

    typed: QueryDict | None
    is_kept: bool = False
    refusal: Invalid | None = None


def sent_form(request: HttpRequest, actor: Actor, model: type[BaseModel]) -> Sent:
    """Read the form of ``model`` that this request sends, if it sends one."""
    if request.method != "POST":
        kept = typed_take(request, actor)
        return Sent(kept, is_kept=kept is not None)
    if FILES not in model.model_fields:
        return Sent(request.POST)
    received = files_received(request, actor)
    return Sent(received.typed, refusal=Invalid(received.problems) if received.problems else None)


def about_form(
    request: HttpRequest,
    actor: Actor,
    model: type[BaseModel],
    *,
    suggestion: Suggestion,
    subject: object,
    settings: CountySettings,
) -> About:
    """What the form is about, with the files that wait in it."""
    uploads = files_waiting(actor, request.path) if FILES in model.model_fields else ()
    return About(suggestion, subject, settings, form=request.path, uploads=uploads)
