"""Writing a new suggestion: row 1 of the table, the only row that has no subject yet."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from django.db import transaction
from pydantic import Field

from luoshi import moment
from luoshi.accounts.actor import Actor, Role
from luoshi.errors import Invalid, NotAllowed, Problem
from luoshi.lifecycle.states import CongressBody, ItemKind, ProposerKind, RaisedWhen, RecipientSystem
from luoshi.methods.types import TransitionView
from luoshi.suggestions.acts.files import Attachments
from luoshi.suggestions.acts.intake import Asks, Title, asks_write
from luoshi.suggestions.models import CoSignature, Delegation, Deputy, Session, Suggestion
from luoshi.suggestions.rules import MAY_DRAFT
from luoshi.suggestions.services.attachments import attachment_attach, attachments_told
from luoshi.suggestions.services.batch import Batch
from luoshi.suggestions.services.log import act_log
from luoshi.validation import Input, input_parse


class DraftInput(Input):
    """A new suggestion. ``lead_deputy`` is the writer where a deputy writes; an office names the deputy.

    ``session``: code such as ``17-4``. ``co_signers``: deputies whose signatures an office has before it on
    paper or in a table; a deputy invites them instead.
    """

    session: Annotated[str, Field(title="届次", min_length=1, max_length=16)]
    title: Title
    content: Annotated[str, Field(title="内容", max_length=50_000)] = ""
    asks: Asks = ()
    lead_deputy: Annotated[int | None, Field(title="领衔代表", ge=1)] = None
    delegation: Annotated[int | None, Field(title="代表团", ge=1)] = None
    co_signers: Annotated[tuple[int, ...], Field(title="附议代表", max_length=500)] = ()
    category: Annotated[str, Field(title="类别", max_length=40)] = ""
    item_kind: Annotated[ItemKind, Field(title="件别")] = ItemKind.SUGGESTION
    proposer_kind: Annotated[ProposerKind, Field(title="提案类型")] = ProposerKind.INDIVIDUAL
    raised_when: Annotated[RaisedWhen, Field(title="提出时段")] = RaisedWhen.IN_SESSION
    congress_body: Annotated[CongressBody, Field(title="受理机关")] = CongressBody.COUNTY
    recipient_system: Annotated[RecipientSystem, Field(title="交办对象")] = RecipientSystem.GOVERNMENT
    wants_publication: Annotated[bool | None, Field(title="是否同意公开")] = None
    is_confidential: Annotated[bool, Field(title="要求保密")] = False
    wished_unit: Annotated[str, Field(title="希望承办单位", max_length=100)] = ""
    is_key: Annotated[bool, Field(title="重点")] = False
    handling_leader: Annotated[str, Field(title="领办领导", max_length=60)] = ""
    supervising_leader: Annotated[str, Field(title="督办领导", max_length=60)] = ""
    note: Annotated[str, Field(title="备注", max_length=5000)] = ""
    attachments: Attachments = ()


@transaction.atomic
def suggestion_draft(*, data: Mapping[str, Any], actor: Actor, batch: Batch | None = None) -> Suggestion:
    """A new draft, with the first event of its log (domain.md C1 row 1).

    :param batch: what the caller has loaded for many drafts of its one transaction.
    :raises NotAllowed: for a unit or a leader: suggestions are the deputies'.
    :raises Invalid: field by field; also where a deputy writes in another deputy's name.
    """
    if not actor.has(*MAY_DRAFT):
        raise NotAllowed("只有代表或受理机关可以起草建议")
    draft = input_parse(DraftInput, data)
    writes_own = actor.has(Role.DEPUTY) and not actor.has(*(set(MAY_DRAFT) - {Role.DEPUTY}))
    lead_id = draft.lead_deputy
    if writes_own:
        if lead_id not in (None, actor.deputy_id):
            raise Invalid([Problem("lead_deputy", "只能以本人名义领衔提出建议")])
        lead_id = actor.deputy_id
    problems = []
    if writes_own and draft.co_signers:
        problems.append(Problem("co_signers", "请在起草后邀请附议，由附议代表本人确认"))
    if writes_own and (draft.is_key or draft.handling_leader or draft.supervising_leader):
        problems.append(Problem("is_key", "重点督办件由主任会议确定，起草时不能自定"))
    session = _session(draft.session, batch)
    if session is None:
        problems.append(Problem("session", f"本县没有“{draft.session}”这一届次，请先建立届次"))
    known = _deputies([lead_id, *draft.co_signers], batch)
    lead = known.get(lead_id) if lead_id else None
    if lead_id and lead is None:
        problems.append(Problem("lead_deputy", "本县没有这位代表，请重新选择"))
    if any(deputy_id not in known for deputy_id in draft.co_signers):
        problems.append(Problem("co_signers", "附议代表中有本县没有的代表，请重新选择"))
    if lead_id in draft.co_signers or len(set(draft.co_signers)) != len(draft.co_signers):
        problems.append(Problem("co_signers", "附议代表不能重复，也不能是领衔代表本人"))
    delegation = Delegation.objects.filter(pk=draft.delegation).first() if draft.delegation else None
    if draft.delegation and delegation is None:
        problems.append(Problem("delegation", "本县没有这个代表团，请重新选择"))
    if lead is None and delegation is None and not problems:
        problems.append(Problem("lead_deputy", "请选择领衔代表；以代表团名义提出的，请选择代表团"))
    if problems or session is None:
        raise Invalid(problems)
    fields = draft.model_dump(
        exclude={"session", "asks", "lead_deputy", "delegation", "co_signers", "attachments"}
    )
    suggestion = Suggestion.objects.create(
        session=session,
        lead_deputy=lead,
        delegation=delegation or (lead.delegation if lead else None),
        **fields,
    )
    if batch is not None:
        batch.drafted[suggestion.pk] = suggestion
    if draft.asks:
        asks_write(suggestion, draft.asks)
    CoSignature.objects.bulk_create(
        CoSignature(suggestion=suggestion, deputy_id=deputy_id, state=CoSignature.State.CONFIRMED)
        for deputy_id in draft.co_signers
    )
    attached = attachment_attach(suggestion=suggestion, uploads=draft.attachments, actor=actor)
    act_log(
        suggestion_id=suggestion.pk,
        view=TransitionView("suggestion", "draft", suggestion.pk, "", suggestion.state),
        label="起草",
        actor=actor,
        at=moment.now(),
        more={
            "title": suggestion.title,
            **({} if writes_own else {"on_behalf": True}),
            **({"co_signers": list(draft.co_signers)} if draft.co_signers else {}),
            **({"attachments": attachments_told(attached)} if attached else {}),
        },
    )
    return suggestion


def _session(code: str, batch: Batch | None) -> Session | None:
    if batch is not None:
        batch.check()
        return batch.sessions.get(code)
    return Session.objects.filter(code=code).first()


def _deputies(deputy_ids: Iterable[int | None], batch: Batch | None) -> Mapping[int, Deputy]:
    wanted = [deputy_id for deputy_id in deputy_ids if deputy_id]
    if batch is not None:
        return batch.deputies
    return Deputy.objects.select_related("delegation").in_bulk(wanted) if wanted else {}
