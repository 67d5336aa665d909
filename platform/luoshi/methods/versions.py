"""Two people at one switch: which state somebody saw, and who changed it since."""

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.models import User
from luoshi.audit.selectors import events_of
from luoshi.errors import WrongState
from luoshi.methods.models import MethodActivation

CHANGES = {
    "method.enabled": "启用了该工作法",
    "method.disabled": "停用了该工作法",
    "method.options_set": "修改了选项",
}
"""The kinds of event that a switch leaves in its stream, as what somebody did."""


def stream_of(slug: str) -> str:
    """The key of the log's stream in which every change of this method's switch stands."""
    return f"method:{slug}"


def switch_version(slug: str) -> int:
    """How often the switch was changed: the sequence of the last event, 0 where it was never touched."""
    last = events_of(stream_of(slug)).order_by("-seq").values_list("seq", flat=True).first()
    return last or 0


def switch_unchanged(*, slug: str, seen: int) -> None:
    """Hold the switch until the transaction ends, and refuse where it was changed since it was ``seen``.

    :param seen: what :func:`switch_version` gave when the person was shown the switch.
    :raises WrongState: saying who did what and when.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the switch is held only within a transaction")
    MethodActivation.objects.get_or_create(slug=slug)
    MethodActivation.objects.select_for_update().get(slug=slug)
    last = events_of(stream_of(slug)).order_by("-seq").first()
    if (last.seq if last else 0) == seen:
        return
    if last is None:
        raise WrongState("页面与现在的情况不符，请刷新后重新提交")
    name = User.objects.filter(pk=last.actor_id or 0).values_list("full_name", flat=True).first() or "系统"
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    done = CHANGES.get(last.kind, "做了变更")
    raise WrongState(f"在您查看之后，{name}于 {when} {done}；请核对现在的情况后再提交")
