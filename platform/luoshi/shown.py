"""Telling whoever keeps copies of public pages that they may no longer be true.

The platform knows no proxy and no cache: the composition root says who is to be told. A room that changes
something a public page shows calls :func:`public_changed` in the transaction of the change.
"""

from collections.abc import Callable

from django.db import connection, transaction

_forget: Callable[[], None] | None = None


def copies_forget_by(forget: Callable[[], None] | None) -> None:
    """Have ``forget`` called when copies of the bound county's pages may be out of date; ``None``: nobody
    keeps any.
    """
    global _forget
    _forget = forget


def public_changed() -> None:
    """Have all copies forgotten right after the commit, before the person who did it gets an answer.

    Once a transaction. Nothing fails for it: what has committed stays, the error is logged, and the outbox
    asks again (:func:`copies_forget`).
    """
    if _forget is None:
        return
    if not any(entry[1] is copies_forget for entry in connection.run_on_commit):
        transaction.on_commit(copies_forget, robust=True)


def copies_forget() -> None:
    """Have all copies of the bound county's pages forgotten now.

    :raises Exception: whatever hinders it; whoever calls this tries again.
    """
    if _forget is not None:
        _forget()
