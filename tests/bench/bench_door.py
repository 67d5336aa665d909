"""A transition through the door: with no method, and with the fixture method that uses every hook."""

from importlib import import_module

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from timing import heading, in_turns, row
from world import world_make

from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

ROUNDS = 60
SLUG = "every-hook"


def run(url: str) -> None:
    """Print what the method host costs a transition."""
    heading("一次办理（受理编号，每轮各一次，交替进行）")
    registry = MethodRegistry.of_plugins({SLUG: import_module("luoshi_every_hook.hooks")})
    county = county_create(code="920001", name="测速县", province_code="430000", hosts=["door.localhost"])
    with county_context(county), registry_using(registry):
        from luoshi_every_hook.models import Note

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        switch = MethodActivation.objects.create(slug=SLUG, is_enabled=False, enabled_at=timezone.now())
        world = world_make()
        waiting = iter([world.submitted() for _ in range(2 * ROUNDS + 4)])

        def register(enabled: bool) -> None:
            MethodActivation.objects.filter(pk=switch.pk).update(is_enabled=enabled)
            world.act(next(waiting), "register", world.congress)

        with CaptureQueriesContext(connection) as without:
            register(False)
        with CaptureQueriesContext(connection) as with_one:
            register(True)
        both = in_turns(ROUNDS, plain=lambda: register(False), method=lambda: register(True))
    row("没有工作法", f"{both['plain'].median * 1000:.1f} ms", f"{len(without)} 条 SQL")
    row("启用一个用到全部挂钩的工作法", f"{both['method'].median * 1000:.1f} ms", f"{len(with_one)} 条 SQL")
    row("比值", f"{both['method'].median / both['plain'].median:.2f}")
