"""Which edition of a county's public pages the proxy may serve: a mark in the file system for each host.

nginx keeps pages under a key that begins with the edition of their host. It learns the edition by following
the link ``<host>`` in the folder of marks. A change makes a new edition, so that no page kept before it, and
none that is still being made from what was read before it, can be served again (docs/adr/0025).

What lies in the folder:

``c430422.5f3a…``           the edition, an empty directory
``www.example.cn``          a link to it, one for each host of the county that was ever asked for
"""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


class Editions:
    """The marks in ``folder``, on a file system that nginx sees at once: of the same machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def renew(self, schema: str) -> None:
        """Give all hosts of the county a new edition. When this returns nginx serves no older page.

        Where that cannot be written the marks are taken away instead, and nginx keeps nothing.

        :raises OSError: neither could be done.
        """
        with self._alone():
            hosts = self._hosts(schema)
            if not hosts:
                return
            try:
                self._point(hosts, self._make(schema))
            except OSError:
                logger.exception("no new edition for %s; its pages are kept no more", schema)
                for host in hosts:
                    (self.folder / host).unlink(missing_ok=True)
            self._tidy(schema)

    def look_after(self, schema: str, host: str) -> None:
        """Mark a host that has no mark or another county's.

        To be called now and then while the host is asked for.

        :raises OSError: it could not be written.
        """
        if self._owner(host) == schema:
            return
        with self._alone():
            if self._owner(host) != schema:
                self._point([host], self._make(schema))

    def withdraw(self, *, schema: str = "", host: str = "") -> None:
        """Take away the marks of a county's hosts, of ``host``, or both: nginx keeps nothing of them until
        the product has answered there again.

        :raises OSError: it could not be done.
        """
        with self._alone():
            for name in {*(self._hosts(schema) if schema else ()), *([host] if host else ())}:
                (self.folder / name).unlink(missing_ok=True)

    def edition(self, host: str) -> str:
        """The edition that is served at ``host``; empty where none is marked."""
        try:
            return os.readlink(self.folder / host)
        except OSError:  # nothing there, or nothing of ours
            return ""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time, whichever it is."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _hosts(self, schema: str) -> list[str]:
        return [
            entry.name
            for entry in os.scandir(self.folder)
            if entry.is_symlink() and not entry.name.startswith(".") and self._owner(entry.name) == schema
        ]

    def _owner(self, host: str) -> str:
        return self.edition(host).partition(".")[0]

    def _make(self, schema: str) -> str:
        name = f"{schema}.{secrets.token_hex(8)}"
        (self.folder / name).mkdir(mode=0o755)
        return name

    def _point(self, hosts: list[str], edition: str) -> None:
        for host in hosts:
            new = self.folder / f".{host}.new"
            new.unlink(missing_ok=True)
            new.symlink_to(edition)
            new.replace(self.folder / host)

    def _tidy(self, schema: str) -> None:
        """Remove editions that no host stands at. nginx may be following a link just now: it then keeps
        nothing of that one answer."""
        used = {self.edition(host) for host in self._hosts(schema)}
        for entry in os.scandir(self.folder):
            is_edition = entry.name.startswith(f"{schema}.") and entry.is_dir(follow_symlinks=False)
            if is_edition and entry.name not in used:
                os.rmdir(entry.path)
