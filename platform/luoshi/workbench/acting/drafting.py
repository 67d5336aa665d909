"""提一条建议: the page on which a deputy writes, or an office writes down what a deputy brings on paper."""

from typing import Annotated

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from pydantic import Field

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import Invalid, Refusal
from luoshi.lifecycle.states import RaisedWhen
from luoshi.suggestions.acts.intake import Asks, Title
from luoshi.suggestions.models import Session, Suggestion
from luoshi.suggestions.rules import MAY_DRAFT
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.validation import Input
from luoshi.workbench.acting.fields import About, form_data, form_fields
from luoshi.workbench.people import frame, workbench_page


class OwnDraft(Input):
    """What a deputy writes on his phone: three things, the rest has its defaults."""

    title: Title
    content: Annotated[str, Field(title="问题和理由", max_length=50_000)] = ""
    asks: Annotated[Asks, Field(title="请求事项")] = ()
    raised_when: Annotated[RaisedWhen, Field(title="提出时段")] = RaisedWhen.BETWEEN_SESSIONS
    wants_publication: Annotated[bool | None, Field(title="是否同意公开")] = None


class OfficeDraft(OwnDraft):
    """The same from paper, with the deputy whose suggestion it is."""

    lead_deputy: Annotated[int, Field(title="领衔代表", ge=1)]


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a new suggestion; it stays a draft until it is submitted.

    :raises Http404: for whoever does not write suggestions, and where the county has no session yet.
    """
    session = Session.objects.order_by("-term__number", "-number").first()
    if not actor.has(*MAY_DRAFT) or session is None:
        raise Http404("没有这一页")
    model = OwnDraft if actor.has(Role.DEPUTY) else OfficeDraft
    refusal: Refusal | None = None
    if request.method == "POST":
        data = form_data(model, request.POST)
        try:
            made = suggestion_draft(data={**data, "session": session.code}, actor=actor)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, "草稿已保存。检查后请提交。")
            return redirect("office-suggestion", pk=made.pk)
    about = About(Suggestion(session=session), None, county_settings())
    context = {
        **frame(request, actor),
        "session": session,
        "fields": form_fields(model, about, request.POST if request.method == "POST" else None),
        "refusal": refusal,
        "problems": refusal.problems if isinstance(refusal, Invalid) else (),
    }
    return render(request, "acting/draft.html", context, status=200 if refusal is None else refusal.status)
