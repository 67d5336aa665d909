"""录入纸质件: one paper suggestion after the other, each written down and submitted in one step."""

from dataclasses import replace
from typing import Annotated, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from pydantic import Field

from luoshi import moment
from luoshi.accounts.actor import Actor, Channel
from luoshi.errors import Invalid, Problem, Refusal, WrongState
from luoshi.lifecycle.states import ProposerKind, RaisedWhen
from luoshi.suggestions.acts.intake import Asks, Title
from luoshi.suggestions.models import Session, Suggestion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.validation import Input, input_parse
from luoshi.workbench.acting.fields import About, form_data, form_fields
from luoshi.workbench.desk.batches import NewItem, batch_start
from luoshi.workbench.desk.common import REGISTER, once_new, page_only_for
from luoshi.workbench.desk.records import DeskBatch, DeskItem
from luoshi.workbench.kept import typed_done, typed_take
from luoshi.workbench.people import frame, workbench_page

NOT_CHECKED = "请核对本件只提一件事、不属不予受理情形，然后勾选最下面的“已核对”"


class PaperInput(Input):
    """What stands on the paper, and that somebody has read it for what is not accepted."""

    lead_deputy: Annotated[int, Field(title="领衔代表", ge=1)]
    title: Title
    content: Annotated[str, Field(title="问题和理由", max_length=50_000)] = ""
    asks: Annotated[Asks, Field(title="请求事项")] = ()
    deputies: Annotated[tuple[int, ...], Field(title="附议代表（纸上已签名的）", max_length=500)] = ()
    raised_when: Annotated[RaisedWhen, Field(title="提出时段")] = RaisedWhen.IN_SESSION
    wished_unit: Annotated[str, Field(title="希望承办单位", max_length=100)] = ""
    wants_publication: Annotated[bool | None, Field(title="是否同意公开")] = None
    checked: Annotated[bool, Field(title="已核对：一事一议，不属不予受理情形（须勾选）")] = False


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def entry(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write down a paper suggestion; it is submitted at once and waits to be registered.

    :raises Http404: for whoever does not register, and where the county has no session yet.
    """
    page_only_for(actor, REGISTER)
    session = Session.objects.select_related("term").order_by("-term__number", "-number").first()
    if session is None:
        raise Http404("请先建立届次")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = paper_enter(
                data=form_data(PaperInput, request.POST),
                session=session,
                actor=actor,
                once=request.POST.get("once", ""),
            )
        except Refusal as error:
            refusal = error
        else:
            typed_done(request)
            messages.success(request, f"已录入《{made.title}》，等待登记编号。")
            return redirect(_next(request, made))
    about = About(Suggestion(session=session), None, county_settings())
    kept = None if request.method == "POST" else typed_take(request, actor)
    typed = request.POST if request.method == "POST" else kept
    fields = form_fields(PaperInput, about, typed)
    if typed is None:
        # The pile on the desk is mostly of one kind: what was chosen last stands there again.
        last = request.GET.get("raised_when", "")
        fields = [
            replace(field, value=last) if field.name == "raised_when" and last in RaisedWhen.values else field
            for field in fields
        ]
    context: dict[str, Any] = {
        **frame(request, actor),
        "session": session,
        "fields": fields,
        "refusal": refusal,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
        "once": (typed.get("once") if typed else "") or once_new(),
        "kept": kept is not None,
        "saved": "raised_when" in request.GET and kept is None,
    }
    return render(request, "desk/entry.html", context, status=200 if refusal is None else refusal.status)


@transaction.atomic
def paper_enter(*, data: dict[str, Any], session: Session, actor: Actor, once: str) -> Suggestion:
    """Draft and submit one paper suggestion, or nothing of it. The same form sent twice is one suggestion.

    :raises Invalid: field by field, also where nobody has said that it was checked.
    :raises Refusal: as the door refuses to submit it.
    """
    paper = _parsed(data)
    earlier = (
        DeskItem.objects.select_related("suggestion")
        .filter(batch__started_by_id=actor.user_id, batch__once=once, batch__kind=DeskBatch.Kind.ENTRY)
        .first()
    )
    if earlier is not None:
        return earlier.suggestion
    person = replace(actor, channel=Channel.PAPER)
    fields = paper.model_dump(exclude={"checked", "deputies"})
    kind = ProposerKind.JOINT if paper.deputies else ProposerKind.INDIVIDUAL
    made = suggestion_draft(
        data={**fields, "session": session.code, "co_signers": paper.deputies, "proposer_kind": kind},
        actor=person,
    )
    transition_perform(
        subject=made,
        transition="submit",
        actor=person,
        data={"one_matter": paper.checked, "exclusions_acknowledged": paper.checked},
    )
    batch, is_new = batch_start(
        kind=DeskBatch.Kind.ENTRY, actor=actor, once=once, items=[NewItem(made.pk, {"title": made.title})]
    )
    if not is_new:
        raise WrongState("这张表单刚刚已经保存，请刷新后再录下一件")
    now = moment.now()
    batch.items.update(state=DeskItem.State.DONE, done_at=now)
    DeskBatch.objects.filter(pk=batch.pk).update(finished_at=now)
    return made


def _parsed(data: dict[str, Any]) -> PaperInput:
    """The paper, or everything that is wrong with it at once: also that nobody says he has checked it."""
    unchecked = [] if data.get("checked") else [Problem("checked", NOT_CHECKED)]
    try:
        paper = input_parse(PaperInput, data)
    except Invalid as error:
        raise Invalid([*error.problems, *unchecked]) from error
    if unchecked:
        raise Invalid(unchecked)
    return paper


def _next(request: HttpRequest, made: Suggestion) -> str:
    if request.POST.get("then") == "registration":
        return reverse("office-desk-registration")
    return f"{reverse('office-desk-entry')}?{urlencode({'raised_when': made.raised_when})}"
