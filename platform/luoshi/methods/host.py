"""The guarded call of one hook of one method. The façade and the services call hooks through here and nowhere
else.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from django.db import connection, transaction

from luoshi.errors import Refusal
from luoshi.methods.registry import BrokenMethod, LoadedMethod

logger = logging.getLogger("luoshi.methods")

T = TypeVar("T")


class MethodFailed(Refusal):
    """An enabled method crashed, answered with something else than its hook promises, or is missing (503).

    ``slug``: the method. ``hook``: what it was asked.
    """

    code = "method_failed"
    status = 503

    def __init__(self, slug: str, hook: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug
        self.hook = hook


class WrongAnswerError(TypeError):
    """A hook returned something else than its type says."""


def hook_call(
    method: LoadedMethod,
    hook: str,
    read: Callable[[object], T],
    *,
    writes: bool = False,
    **arguments: object,
) -> T | None:
    """Ask one method, read the answer to its end, and let nothing of a failure escape but
    :class:`MethodFailed`.

    Returns ``None`` where the method does not implement ``hook``.

    :param read: turns the answer into a typed value; runs inside the guard, because a generator raises while
        it is read.
    :param writes: a hook that writes always runs in a transaction or savepoint of its own; a reading one
        needs the savepoint only inside a transaction, which its database error would otherwise abort.
    :raises MethodFailed: with the method's own part undone and the surrounding transaction usable.
    """
    if not method.implements(hook):
        return None
    return _guarded(method, hook, lambda: read(method.call(hook, arguments)), writes=writes)


def hook_call_many(
    method: LoadedMethod, hook: str, read: Callable[[object], T], arguments: Sequence[Mapping[str, object]]
) -> list[T] | None:
    """As :func:`hook_call` of a reading hook, many times in one guard: one savepoint for all of them.

    :param arguments: of each call.
    :raises MethodFailed: by the first call that fails; which one it was is found by asking one by one.
    """
    if not method.implements(hook):
        return None
    return _guarded(
        method, hook, lambda: [read(method.call(hook, given)) for given in arguments], writes=False
    )


def _guarded(method: LoadedMethod, hook: str, ask: Callable[[], T], *, writes: bool) -> T:
    guard: AbstractContextManager[object] = (
        transaction.atomic() if writes or connection.in_atomic_block else nullcontext()
    )
    try:
        with guard:
            answer = ask()
            if connection.in_atomic_block and connection.needs_rollback:
                # Leaving the block would now undo the method's writes and say nothing.
                raise WrongAnswerError(f"{hook} swallowed a database error")
            return answer
    except Exception as error:
        logger.exception(
            "method %s failed in %s in %s", method.slug, hook, getattr(connection, "schema_name", "no county")
        )
        said = f"：{error.message}" if isinstance(error, Refusal) else ""
        raise MethodFailed(method.slug, hook, f"工作法“{method.info.name}”运行出错{said}") from error


def unusable_reason(method: BrokenMethod | None) -> str:
    """Why an enabled method cannot be asked, for the county's people."""
    if method is None:
        return "已启用，但本平台没有安装"
    return f"已启用，但无法使用：{method.reason}"


def read_items(kind: type[T], hook: str) -> Callable[[object], tuple[T, ...]]:
    """A reader for hooks that return an iterable of ``kind``."""

    def read(answer: object) -> tuple[T, ...]:
        if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
            raise WrongAnswerError(
                f"{hook} returned {type(answer).__name__}, not an iterable of {kind.__name__}"
            )
        items = tuple(answer)
        for item in items:
            if not isinstance(item, kind):
                raise WrongAnswerError(f"{hook} gave a {type(item).__name__}, not a {kind.__name__}")
        return items

    return read


def read_nothing(answer: object) -> None:
    """The reader for hooks that only act. A generator would never have run, so it is refused."""
    if answer is not None:
        raise WrongAnswerError(f"a hook that only acts returned {type(answer).__name__}")
