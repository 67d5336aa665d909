"""The county's rules of passwords, sign-ins and sessions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.accounts.rules import require
from luoshi.accounts.selectors import policy_current
from luoshi.accounts.services import policy_apply
from luoshi.errors import Invalid
from luoshi.workbench.rights.forms import PolicyForm
from luoshi.workbench.rights.pages import page, refusal_show, rights_page


@require_http_methods(["GET", "HEAD", "POST"])
@rights_page
def policy_edit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rules as a form, the default beside each."""
    require("policy_change", actor)
    form = PolicyForm(
        request.POST if request.method == "POST" else None, initial=policy_current().model_dump()
    )
    if request.method == "POST" and form.is_valid():
        try:
            policy_apply(data=form.cleaned_data, actor=actor)
            return redirect("people-policy")
        except Invalid as refusal:
            refusal_show(form, refusal)
    return page(request, actor, "policy", {"form": form}, status=400 if form.errors else 200)
