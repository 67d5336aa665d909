"""A person's own keys to the API; revoking also for the security administrator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import ApiKey, User
from luoshi.accounts.rules import may, target_of
from luoshi.accounts.services import api_key_issue, api_key_revoke
from luoshi.errors import Invalid, NotFound
from luoshi.workbench.rights.forms import KeyForm
from luoshi.workbench.rights.pages import page, refusal_show, rights_page


@require_http_methods(["GET", "HEAD", "POST"])
@rights_page
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's keys. POST makes one and shows it, this once."""
    user = get_object_or_404(User, pk=actor.user_id or 0)
    form = KeyForm(request.POST if request.method == "POST" else None)
    raw = ""
    if request.method == "POST" and form.is_valid():
        try:
            raw = api_key_issue(user=user, label=form.cleaned_data["label"], actor=actor)
            form = KeyForm()
        except Invalid as refusal:
            refusal_show(form, refusal)
    context = {"form": form, "raw": raw, "keys": user.api_keys.order_by("-pk")}
    return page(request, actor, "keys", context, status=400 if form.errors else 200)


@require_POST
@rights_page
def key_revoke(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Make a key useless. Whose it is not, and who may not, learns nothing of it."""
    key = get_object_or_404(ApiKey.objects.select_related("user"), pk=pk)
    if not may("key_revoke", actor, target_of(key.user)):
        raise NotFound("没有这个密钥")
    api_key_revoke(key=key, actor=actor)
    if key.user_id == actor.user_id:
        return redirect("keys")
    return redirect("person", pk=key.user_id)
