"""The files that come with a form. They are kept first, so that nothing else in the form can lose them."""

from dataclasses import dataclass
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem
from luoshi.suggestions.models import Upload
from luoshi.suggestions.selectors.attachments import uploads_waiting
from luoshi.suggestions.services.attachments import FIELD, attachment_stage, upload_discard

NEW = f"{FIELD}.new"
REMOVE = f"{FIELD}.remove"
FORM = f"{FIELD}.form"
LABEL = f"{FIELD}.label"


@dataclass(frozen=True, slots=True)
class Received:
    """``typed``: the form with ``attachments`` naming what is to be attached. ``problems``: what was refused;
    everything else is kept, and the act waits until the person has seen them."""

    typed: QueryDict
    problems: tuple[Problem, ...]


def files_received(request: HttpRequest, actor: Actor, form: str = "") -> Received:
    """Keep the files sent with a form, and remove the waiting ones that were ticked for it.

    :param form: address under which they wait; that of the request where left out.
    """
    typed = request.POST.copy()
    gone = {number for number in typed.getlist(REMOVE) if number.isdecimal() and len(number) < 19}
    for number in gone:
        try:
            upload_discard(upload_id=int(number), actor=actor)
        except NotFound:
            continue  # gone already
    kept = [number for number in typed.getlist(FIELD) if number not in gone]
    problems: list[Problem] = []
    for file in cast("list[UploadedFile[bytes]]", request.FILES.getlist(NEW)):
        try:
            upload = attachment_stage(
                name=file.name or "",
                file=file,
                actor=actor,
                form=form or request.path,
                once=request.POST.get("once", "")[:100],
            )
        except Invalid as refusal:
            problems += refusal.problems
        except NotAllowed as refusal:
            problems.append(Problem(FIELD, refusal.message))
        else:
            kept.append(str(upload.pk))
    typed.setlist(FIELD, list(dict.fromkeys(kept)))
    typed.setlist(REMOVE, [])
    return Received(typed, tuple(problems))


def files_waiting(actor: Actor, form: str) -> tuple[Upload, ...]:
    """What this person has chosen in the form and not sent yet. One query."""
    return tuple(uploads_waiting(actor).filter(form=form[:100]))
