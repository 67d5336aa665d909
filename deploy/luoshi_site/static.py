"""Static files of a local start: as in production, compressed and under names that hold their own hash."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class LocalStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What ``luoshi up`` has not collected, or not yet, is served under its plain name and uncompressed."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The name with the hash; the plain one where the file was not collected."""
        known = self.hashed_files.get(HashedFilesMixin.hash_key(self, self.clean_name(name)))
        return name if known is None else str(known)
