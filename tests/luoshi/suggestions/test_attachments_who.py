"""Who sees a file follows from what it belongs to: the case, one of its contacts, or a letter."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from files import pdf
from people import Cast
from world import contact, fresh

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Attachment, Reply, Suggestion
from luoshi.suggestions.selectors.attachments import attachments_of, attachments_visible
from luoshi.suggestions.services.attachments import attachment_stage

OFFICES = {"congress", "secretariat", "government", "system", "importer"}
OVERSEERS = {"leader", "committee"}
UNITS = {"lead_head", "lead_handler", "co_head", "co_handler"}
NOBODY = {
    "stranger",
    "outside_head",
    "outside_handler",
    "editor",
    "system_admin",
    "security_admin",
    "audit_admin",
}
EVERYBODY = OFFICES | OVERSEERS | UNITS | {"writer"}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def sent(actor: Actor, name: str) -> int:
    return attachment_stage(name=f"{name}.pdf", file=ContentFile(pdf()), actor=actor).pk


def seers(cast: Cast, row: Attachment) -> set[str]:
    """Everybody who sees this file; the two ways of asking agree."""
    found = {
        name for name, actor in cast.people.items() if attachments_visible(actor).filter(pk=row.pk).exists()
    }
    case = row.suggestion
    assert found == {name for name, actor in cast.people.items() if row in attachments_of(actor, case)}
    return found


def handed_over(cast: Cast) -> Suggestion:
    """A case that the roads office leads and the water office helps with; its draft had a file."""
    parts = [{"unit": cast.world.roads.pk, "role": "lead"}, {"unit": cast.world.water.pk, "role": "co"}]
    return cast.world.handed_over(parts, attachments=[sent(cast.writer, "原件")])


def test_a_drafts_files_are_the_writers_and_his_helpers(cast: Cast) -> None:
    suggestion = cast.world.draft(attachments=[sent(cast.writer, "原件")])
    row = suggestion.attachments.get()
    helpers = {"writer", "congress", "secretariat", "system", "importer"}
    assert seers(cast, row) == helpers
    cast.world.act(suggestion, "invite_co_signers", cast.writer, deputies=[cast.second.deputy_id])
    assert seers(cast, row) == helpers | {"second"}


def test_the_deputys_files_are_seen_with_the_case(cast: Cast) -> None:
    row = handed_over(cast).attachments.get()
    assert seers(cast, row) == EVERYBODY
    assert seers(cast, row).isdisjoint(NOBODY)


def test_the_proof_of_a_contact_is_seen_with_the_contact(cast: Cast) -> None:
    suggestion = handed_over(cast)
    lead = cast.world.lead(suggestion)
    cast.world.act(lead, "accept", cast.lead_head)
    cast.world.act(
        lead, "record_contact", cast.lead_head, **contact(lead), attachments=[sent(cast.lead_head, "照片")]
    )
    assert seers(cast, suggestion.attachments.get(kind="evidence")) == EVERYBODY


def test_a_letters_files_are_seen_with_the_letter(cast: Cast) -> None:
    """A draft: its own unit and the offices; shared: the lead deputy; issued: whoever sees the case."""
    suggestion = handed_over(cast)
    lead = cast.world.lead(suggestion)
    for name, who, data in (
        ("accept", cast.lead_head, {}),
        ("record_contact", cast.lead_head, contact(lead)),
        ("start", cast.lead_head, {}),
    ):
        cast.world.act(lead, name, who, **data)
    reply = Reply.objects.get(pk=cast.world.act(lead, "draft_reply", cast.lead_head).created["reply"])
    cast.world.act(
        reply,
        "edit",
        cast.lead_handler,
        body="答复。",
        class_code="A",
        attachments=[sent(cast.lead_handler, "方案")],
    )
    row = suggestion.attachments.get(kind="document")
    own = {"lead_head", "lead_handler"}
    assert seers(cast, row) == OFFICES | own
    cast.world.act(reply, "share_draft", cast.lead_head)
    assert seers(cast, row) == OFFICES | own | {"writer"}
    Reply.objects.filter(pk=reply.pk).update(state="issued", issued_on=fresh(lead).handed_over_on)
    assert seers(cast, row) == EVERYBODY


def test_a_unit_that_once_had_a_part_does_not_see_the_successors_draft(cast: Cast) -> None:
    suggestion = cast.world.handed_over()
    lead = cast.world.lead(suggestion)
    units = [{"unit": cast.world.schools.pk, "role": "lead"}]
    cast.world.act(lead, "reassign", cast.government, reason="职责调整", units=units)
    taken = cast.world.lead(suggestion)
    cast.world.begin(taken, cast.outside_head)
    reply = Reply.objects.get(pk=cast.world.act(taken, "draft_reply", cast.outside_head).created["reply"])
    cast.world.act(
        reply, "edit", cast.outside_head, body="答复。", attachments=[sent(cast.outside_head, "方案")]
    )
    assert seers(cast, reply.attachments.get()) == OFFICES | {"outside_head", "outside_handler"}


def test_two_files_of_two_cases_are_not_mixed(cast: Cast) -> None:
    one = cast.world.draft(attachments=[sent(cast.writer, "甲")])
    two = cast.world.draft(attachments=[sent(cast.writer, "乙")])
    assert [row.original_name for row in attachments_of(cast.congress, one)] == ["甲.pdf"]
    assert [row.original_name for row in attachments_of(cast.congress, two)] == ["乙.pdf"]
