"""The two markers of the plugin API, and the version of it that this host speaks."""

import pluggy

PROJECT = "luoshi"

ENTRY_POINT_GROUP = "luoshi.methods"

API_VERSION = 1
"""Raised when a hook is removed, renamed or loses an argument. A method says in ``MethodInfo.api`` which it
knows.
"""

hookspec = pluggy.HookspecMarker(PROJECT)

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a method's implementation of a hook. It takes no options: each method is called alone, so order and
wrapping mean nothing, and an optional hook would let a misspelt gate vanish."""
