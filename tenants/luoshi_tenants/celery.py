"""Tasks know their county, or they do not run.

Every task is a county's task. It is sent with the county's schema in its headers and runs with that county
bound; anything else raises :class:`~luoshi.tenancy.NoCounty`. Work for a whole province says so::

    @shared_task(name="tenants.fan_out", base=PublicTask)

and runs in ``public``. The platform's rooms use plain ``shared_task`` and need to know nothing of this.

Only the prefork pool is allowed: tenant-schemas-celery keeps the schema to go back to on the task itself,
which threads would share.
"""

import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from celery.signals import celeryd_init
from django.db import transaction
from tenant_schemas_celery.app import CeleryApp, get_schema_name_from_task
from tenant_schemas_celery.task import TenantTask

from luoshi.tenancy import PUBLIC_SCHEMA, NoCounty, tenant_current
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.db import connection

HEADER = "_schema_name"


class CountyTask(TenantTask):  # type: ignore[misc]
    """Base of every task of the product. ``public``: see :class:`PublicTask`."""

    abstract = True
    public = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            self._bound_verify()
        else:
            self._bound_verify(get_schema_name_from_task(self, kwargs))
        return super().__call__(*args, **kwargs)

    def apply(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        """Run here and now (tests), with the headers a worker would see."""
        options["headers"] = self._headers(options.get("headers"))
        return super().apply(args, kwargs, *rest, **options)

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        """Send to a worker, with the county that is bound now.

        :raises NoCounty: for a county's task where none is bound.
        """
        options["headers"] = self._headers(options.get("headers"))
        return super().apply_async(args, kwargs, *rest, **options)

    def apply_async_on_commit(self, *args: Any, **options: Any) -> None:
        """Send after the commit, with the county that is bound *now*: at the commit it may be another."""
        options["headers"] = self._headers(options.get("headers"))
        transaction.on_commit(partial(self.apply_async, *args, **options))

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """As :meth:`apply_async_on_commit`, with the task's arguments written plainly."""
        self.apply_async_on_commit(args=args, kwargs=kwargs)

    def _headers(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        headers = dict(given or {})
        if self.public:
            headers[HEADER] = PUBLIC_SCHEMA
            return headers
        headers.setdefault(HEADER, connection.schema_name)
        if headers[HEADER] in (None, "", PUBLIC_SCHEMA):
            raise NoCounty(f"任务 {self.name} 必须在某个县的范围内发出")
        return headers

    def _bound_verify(self, named: str | None = None) -> None:
        """The connection stands where the task belongs, and where its headers (``named``) say.

        :raises NoCounty: otherwise.
        """
        if self.public:
            if connection.schema_name != PUBLIC_SCHEMA:
                raise NoCounty(f"任务 {self.name} 属于全省，不得在县 {connection.schema_name} 中运行")
            return
        if not self.request.called_directly and named in (None, "", PUBLIC_SCHEMA):
            raise NoCounty(f"任务 {self.name} 没有写明是哪个县的")
        county = tenant_current()
        if named is not None and county.schema != named:
            raise NoCounty(f"任务 {self.name} 属于 {named}，却在 {county.schema} 中运行")


class PublicTask(CountyTask):
    """Base of the few tasks that serve a whole province: they run in ``public``, whoever sends them."""

    abstract = True
    public = True


class CountyCelery(CeleryApp):  # type: ignore[misc]
    """The Celery app whose tasks are :class:`CountyTask`."""

    task_cls = "luoshi_tenants.celery:CountyTask"


def fan_out(task: Any, *, jitter_seconds: int = 0, expires: int | None = None) -> int:
    """Send ``task`` once for every active county and return how many that were.

    ``jitter_seconds``: the counties are spread over this many seconds, each always at its own moment; it
    must stay below the broker's visibility timeout. ``expires``: seconds after which a task not yet begun
    is dropped.
    """
    from luoshi_tenants.models import County  # celery imports this module before Django is set up

    with public_context():
        counties = list(County.objects.filter(is_active=True).order_by("code"))
    for county in counties:
        wait = (
            zlib.crc32(f"{county.schema_name}:{task.name}".encode()) % jitter_seconds if jitter_seconds else 0
        )
        with county_context(county):
            task.apply_async(
                countdown=wait or None, expires=None if expires is None else wait + expires, retry=False
            )
    return len(counties)


@celeryd_init.connect
def prefork_only(options: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Refuse a worker with threads or an event loop: its tasks would share one connection's county."""
    pool = (options or {}).get("pool") or "prefork"
    name = str(getattr(pool, "__module__", pool))
    if "prefork" not in name and "solo" not in name:
        raise SystemExit(f"Celery 只能使用 prefork 进程池，不能使用 {pool}")
