"""Background work of methods, gated by the county's switch."""

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from celery import Task, shared_task

from luoshi.methods.selectors import method_is_on
from luoshi.tenancy import tenant_current

logger = logging.getLogger("luoshi.methods")

P = ParamSpec("P")
R = TypeVar("R")


def method_task(slug: str, **options: Any) -> Callable[[Callable[P, R]], Task[P, R | None]]:
    """Make a Celery task of a method; in a county that has the method off it does nothing and says so in the
    log.

    :param slug: the method.
    :param options: Celery's own, such as ``name``.
    :raises NoCounty: from the task, where it runs without a county.
    """

    def decorate(function: Callable[P, R]) -> Task[P, R | None]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R | None:
            tenant = tenant_current()
            if not method_is_on(slug):
                logger.info(
                    "method %s is off in %s: %s does nothing", slug, tenant.schema, function.__qualname__
                )
                return None
            return function(*args, **kwargs)

        make: Callable[[Callable[P, R | None]], Task[P, R | None]] = shared_task(method_slug=slug, **options)
        return make(run)

    return decorate
