"""The audit log as the audit administrator reads it: who did what when, and whether the chains hold."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.accounts.events import account_event
from luoshi.accounts.models import User
from luoshi.accounts.rules import require
from luoshi.accounts.selectors import people_search
from luoshi.audit.models import Event
from luoshi.audit.verification import VerificationReport, audit_verify
from luoshi.workbench.rights.pages import page, rights_page

PAGE = 50
FURTHEST = 1000
"""Pages that can be turned; further back one narrows the time."""
PERSONS = 200
# Streams whose content is about accounts and rules. Of every other only the names of the columns are shown:
# who watches the administrators does not read the county's business with it.
OPEN_STREAMS = (
    "user:", "unit:", "deputy:", "register", "settings", "account_policy", "sign_in", "method:", "audit",
    "site:",
)  # fmt: skip

KINDS = {
    "account.opened": "开设账号",
    "account.changed": "修改账号",
    "account.closed": "停用账号",
    "account.invitation_issued": "发放邀请",
    "account.invitation_used": "使用邀请",
    "account.password_set": "设置密码",
    "account.role_proposed": "申请角色",
    "account.role_granted": "授予角色",
    "account.role_declined": "不予授予角色",
    "account.role_revoked": "收回角色",
    "account.key_issued": "发放接口密钥",
    "account.key_revoked": "作废接口密钥",
    "account.policy_changed": "修改登录与密码规则",
    "account.signed_in": "登录",
    "account.sign_in_failed": "登录失败",
    "audit.verified": "核验日志",
    "method.enabled": "启用工作法",
    "method.disabled": "停用工作法",
    "method.options_set": "修改工作法的选项",
    "unit.member_added": "加入单位",
    "unit.member_removed": "移出单位",
    "deputy.account_linked": "关联代表账号",
    "site.look_changed": "修改网站外观",
    "site.redirect_added": "添加网址转向",
    "site.redirect_removed": "删除网址转向",
    "site.page_published": "网站页面公开",
    "site.page_taken_down": "网站页面撤下",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log."""

    at: datetime
    stream: str
    kind: str
    label: str
    who: str
    role: str
    content: str


@require_http_methods(["GET", "HEAD", "POST"])
@rights_page
def audit_log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest events first, filtered by stream, kind, person and days. POST verifies every chain."""
    require("audit_read", actor)
    report: VerificationReport | None = None
    if request.method == "POST":
        report = audit_verify()
        _verified_tell(report, actor)
    given = {name: request.GET.get(name, "").strip()[:100] for name in ("stream", "kind", "who")}
    days = {name: _day(request.GET.get(name, "")) for name in ("from", "to")}
    number = min(_number(request.GET.get("page", "")), FURTHEST)
    start = (number - 1) * PAGE
    found = list(_filtered(given, days)[start : start + PAGE + 1])
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": _rows(found[:PAGE]),
        "given": given,
        "since": days["from"],
        "until": days["to"],
        "kinds": KINDS.items(),
        "number": number,
        "earlier": number - 1,
        "further": number + 1 if len(found) > PAGE and number < FURTHEST else 0,
        "query": query.urlencode(),
        "report": report,
    }
    return page(request, actor, "audit", context)


@transaction.atomic
def _verified_tell(report: VerificationReport, actor: Actor) -> None:
    payload = {"events": report.events, "seals": report.seals, "findings": report.findings_total}
    account_event(stream="audit", kind="audit.verified", actor=actor, payload=payload)


def _filtered(given: dict[str, str], days: dict[str, date | None]) -> QuerySet[Event]:
    events = Event.objects.select_related("stream").order_by("-at", "-pk")
    if given["stream"]:
        events = events.filter(stream__key__startswith=given["stream"])
    if given["kind"]:
        events = events.filter(kind__startswith=given["kind"])
    if given["who"]:
        persons = people_search(text=given["who"]).values_list("pk", flat=True)[:PERSONS]
        events = events.filter(actor_id__in=list(persons))
    if (since := days["from"]) is not None:
        events = events.filter(at__gte=_midnight(since))
    if (until := days["to"]) is not None:
        events = events.filter(at__lt=_midnight(until) + timedelta(days=1))
    return events


def _rows(events: list[Event]) -> list[Row]:
    ids = {event.actor_id for event in events if event.actor_id is not None}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name"))
    return [
        Row(
            at=event.at,
            stream=event.stream.key,
            kind=event.kind,
            label=KINDS.get(event.kind, event.kind),
            who=names.get(event.actor_id or 0)
            or ("系统" if event.actor_id is None else f"#{event.actor_id}"),
            role=event.actor_role,
            content=_content(event),
        )
        for event in events
    ]


def _content(event: Event) -> str:
    payload: Any = event.payload
    if not isinstance(payload, dict):
        return "内容已清除"
    shown = {name: value for name, value in payload.items() if name not in ("actor", "channel")}
    if event.stream.key.startswith(OPEN_STREAMS):
        return "；".join(f"{name}：{value}" for name, value in shown.items())[:300]
    return f"业务内容不在此显示（{'、'.join(shown)}）"[:300] if shown else ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 1950 <= day.year <= 2200 else None


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1
