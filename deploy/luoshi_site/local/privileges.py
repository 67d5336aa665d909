"""Giving up root for PostgreSQL, which refuses to be root, without losing the way to its own files (Linux).

A checkout below a directory that is closed to others (``/root``, a temporary directory of mode 0700) would be
out of reach for the unprivileged user. There, and only there, it keeps one capability: to pass through.
"""

import ctypes
import functools
import os
from collections.abc import Callable
from pathlib import Path

from luoshi_site.local.processes import LINUX, PROC, libc

UNPRIVILEGED = 65534
"""The uid and gid ("nobody") to become."""
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8
_VERSION_3 = 0x20080522
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2


def closed_directory(*targets: Path) -> Path | None:
    """Return the first directory on the way to ``targets`` that is closed to others, None if all are open."""
    for target in targets:
        for directory in (target, *target.parents):
            if not directory.stat().st_mode & 0o001:
                return directory
    return None


@functools.cache
def passing_capability() -> int | None:
    """The weakest capability of ours that opens every directory, None if we have none to hand on."""
    if not LINUX:
        return None
    for line in (PROC / "self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("CapEff:"):
            ours = int(line.split()[1], 16)
            if not ours >> CAP_SETPCAP & 1:  # without it nothing outlives the change of user
                return None
            return next((cap for cap in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if ours >> cap & 1), None)
    return None


def become_unprivileged(capability: int | None) -> Callable[[], None]:
    """Return a ``preexec_fn`` that gives up root, keeping ``capability`` over the exec where one is given."""
    system = libc()  # loaded before the fork
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(*([1 << capability if capability is not None else 0] * 3), 0, 0, 0)

    def drop() -> None:
        failed = 0
        if capability is not None:
            # Capabilities then outlive the change of user, and count for access(2), which PostgreSQL asks.
            failed = system.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
        os.setgroups([])
        os.setgid(UNPRIVILEGED)
        os.setuid(UNPRIVILEGED)
        if capability is not None:
            failed |= system.capset(header, sets)
            failed |= system.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)
        if failed:
            raise OSError(ctypes.get_errno(), "capability not kept")

    return drop
