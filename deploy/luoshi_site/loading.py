"""Starting a process: Django and everything of the product is loaded once and then stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Around ``django.setup()`` and the like: what the block loads is never looked through for garbage.

    While thousands of classes come in, and nothing of it goes away, the collector walks through all of them
    time and again: a seventh of the start. Left alone afterwards, what is loaded is also shared with the
    processes that fork off.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
