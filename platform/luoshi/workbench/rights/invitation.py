"""The page behind an invitation: GET shows it, POST sets the password."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from luoshi.accounts.passwords import PolicyValidator
from luoshi.accounts.selectors import invitation_find
from luoshi.accounts.services import invitation_accept
from luoshi.accounts.services.invitations import GONE
from luoshi.errors import Invalid, NotFound
from luoshi.workbench.rights.forms import PasswordForm
from luoshi.workbench.rights.pages import page, refusal_show


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password. Every dead link, whatever it was, gets one and the same answer."""
    found = invitation_find(token)
    if found is None:
        return _gone(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitation_accept(token=token, password=form.cleaned_data["password"])
            return _plain(page(request, None, "invited", {"person": user}))
        except Invalid as refusal:
            refusal_show(form, refusal)
        except NotFound:
            return _gone(request)
    context = {"form": form, "person": found.user, "help": PolicyValidator().get_help_text()}
    return _plain(page(request, None, "invitation", context, status=400 if form.errors else 200))


def _gone(request: HttpRequest) -> HttpResponse:
    return _plain(page(request, None, "refused", {"message": GONE}, status=404))


def _plain(response: HttpResponse) -> HttpResponse:
    """The address holds the secret: it is told to nobody.

    Not ``no-referrer``: a browser would then send the form from the origin ``null``, which is refused.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
