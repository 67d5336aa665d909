"""The county's people: list, search, open, change, close, roles, units, invitations."""

from collections.abc import Iterable
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import GRANTABLE_ROLES, PROPOSABLE_ROLES, ROLE_LABELS
from luoshi.accounts.rules import Target, may, require, target_of
from luoshi.accounts.selectors import people_search
from luoshi.accounts.services import (
    invitation_issue,
    role_grant,
    role_proposal_decline,
    role_propose,
    role_revoke,
    user_deactivate,
    user_update,
)
from luoshi.errors import Invalid, Problem
from luoshi.suggestions.models import Deputy, Unit, UnitMember
from luoshi.workbench.rights.forms import NameForm, PersonForm, deputies, units
from luoshi.workbench.rights.pages import page, refusal_show, rights_page
from luoshi.workbench.rights.services import (
    person_create,
    person_deputy_link,
    person_unit_add,
    person_unit_remove,
)

PAGE = 50


@require_safe
@rights_page
def people_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody, found by name, role and whether the account is open or waits for roles."""
    require("people_see", actor)
    text = request.GET.get("q", "")[:100]
    role = _role(request.GET.get("role", ""))
    state = request.GET.get("state", "")
    found = people_search(text=text, role=role, is_active={"open": True, "closed": False}.get(state))
    if state == "waiting":
        found = found.filter(role_proposals__isnull=False).distinct()
    people = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "people": people,
        "q": text,
        "role": role.value if role else "",
        "state": state,
        "roles": [(known.value, ROLE_LABELS[known]) for known in GRANTABLE_ROLES],
        "states": [("open", "启用"), ("closed", "已停用"), ("waiting", "有待审批的角色")],
        "may_create": may("person_create", actor),
    }
    return page(request, actor, "people", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rights_page
def person_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open an account and show its link, this once."""
    require("person_create", actor)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user, token, expires_at = person_create(
                username=given["username"],
                full_name=given["full_name"],
                email=given["email"],
                roles=[Role(value) for value in given["roles"]],
                unit=given["unit"],
                position=given["position"],
                deputy=given["deputy"],
                actor=actor,
            )
        except Invalid as refusal:
            refusal_show(form, refusal)
        else:
            return _slip(request, actor, user, token, expires_at)
    return page(request, actor, "person_new", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@rights_page
def person(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One person: what he is, and what this administrator may do about it. POST changes the name."""
    require("people_see", actor)
    user = get_object_or_404(User, pk=pk)
    started = {"full_name": user.full_name, "email": user.email}
    form = NameForm(request.POST if request.method == "POST" else None, initial=started)
    if request.method == "POST" and form.is_valid():
        try:
            user_update(user=user, actor=actor, **form.cleaned_data)
            return redirect("person", pk=pk)
        except Invalid as refusal:
            refusal_show(form, refusal)
    return _person_page(request, actor, user, form, status=400 if form.errors else 200)


@require_POST
@rights_page
def person_invite(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A new link; the one before is dead."""
    require("people_see", actor)
    user = get_object_or_404(User, pk=pk)
    token, expires_at = invitation_issue(user=user, actor=actor)
    return _slip(request, actor, user, token, expires_at)


@require_POST
@rights_page
def person_close(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Close the account."""
    require("people_see", actor)
    user_deactivate(user=get_object_or_404(User, pk=pk), actor=actor)
    return redirect("person", pk=pk)


@require_POST
@rights_page
def person_role(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Propose, give, decline or take a role."""
    require("people_see", actor)
    user = get_object_or_404(User, pk=pk)
    role = _role(request.POST.get("role", ""))
    if role is None:
        raise Invalid([Problem("role", "请选择角色")])
    match request.POST.get("act", ""):
        case "propose":
            role_propose(user=user, role=role, actor=actor)
        case "grant":
            role_grant(user=user, role=role, actor=actor)
        case "decline":
            role_proposal_decline(user=user, role=role, actor=actor)
        case "revoke":
            role_revoke(user=user, role=role, actor=actor)
        case _:
            raise Invalid([Problem("act", "没有这种操作，请返回上一页重试")])
    return redirect("person", pk=pk)


@require_POST
@rights_page
def person_unit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Add a unit, change the position in it, or take it away."""
    require("people_see", actor)
    user = get_object_or_404(User, pk=pk)
    unit = Unit.objects.filter(pk=_number(request.POST.get("unit", ""))).first()
    if unit is None:
        raise Invalid([Problem("unit", "请选择承办单位")])
    if request.POST.get("act") == "remove":
        person_unit_remove(user=user, unit=unit, actor=actor)
        return redirect("person", pk=pk)
    position = request.POST.get("position", "")
    if position not in UnitMember.Position.values:
        raise Invalid([Problem("position", "请选择在单位中的身份")])
    person_unit_add(user=user, unit=unit, position=position, actor=actor)
    return redirect("person", pk=pk)


@require_POST
@rights_page
def person_deputy(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Make this the account of a deputy."""
    require("people_see", actor)
    user = get_object_or_404(User, pk=pk)
    deputy = Deputy.objects.filter(pk=_number(request.POST.get("deputy", ""))).first()
    if deputy is None:
        raise Invalid([Problem("deputy", "请选择人大代表")])
    person_deputy_link(user=user, deputy=deputy, actor=actor)
    return redirect("person", pk=pk)


def _person_page(request: HttpRequest, actor: Actor, user: User, form: NameForm, status: int) -> HttpResponse:
    target = target_of(user)
    asked = [Role(row.role) for row in user.role_proposals.order_by("pk")]
    missing = [role for role in GRANTABLE_ROLES if role not in target.roles]
    changes = may("person_change", actor, target)
    context = {
        "person": user,
        "form": form if changes else None,
        "held": [
            (role.value, ROLE_LABELS[role], may("role_revoke", actor, _with(target, role)))
            for role in GRANTABLE_ROLES
            if role in target.roles
        ],
        "asked": [
            (role.value, ROLE_LABELS[role], may("role_grant", actor, _with(target, role))) for role in asked
        ],
        "to_grant": _choices(r for r in missing if may("role_grant", actor, _with(target, r))),
        "to_propose": _choices(
            r
            for r in missing
            if r in PROPOSABLE_ROLES and r not in asked and may("role_propose", actor, _with(target, r))
        ),
        "members": UnitMember.objects.filter(user=user).select_related("unit").order_by("unit__name"),
        "deputies": Deputy.objects.filter(user=user).select_related("delegation"),
        "units": units().queryset if changes else (),
        "positions": UnitMember.Position.choices,
        "free_deputies": deputies().queryset if changes else (),
        "changes": changes,
        "may_invite": may("person_invite", actor, target),
        "may_close": may("person_close", actor, target) and user.is_active,
        "open_invitation": user.invitations.filter(used_at=None, revoked_at=None).first(),
        "keys": user.api_keys.filter(revoked_at=None).order_by("pk"),
        "may_revoke_keys": may("key_revoke", actor, target),
    }
    return page(request, actor, "person", context, status=status)


def _slip(request: HttpRequest, actor: Actor, user: User, token: str, expires_at: datetime) -> HttpResponse:
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    waits = "、".join(ROLE_LABELS[Role(row.role)] for row in user.role_proposals.order_by("pk"))
    context = {"person": user, "link": link, "expires_at": expires_at, "waits": waits}
    return page(request, actor, "slip", context)


def _with(target: Target, role: Role) -> Target:
    return Target(target.user_id, target.roles, role)


def _choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, ROLE_LABELS[role]) for role in roles]


def _role(text: str) -> Role | None:
    return Role(text) if text in {role.value for role in GRANTABLE_ROLES} else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
