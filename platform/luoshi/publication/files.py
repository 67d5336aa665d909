"""Published attachments: the cleaned file that a public version names, and no other."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from luoshi.publication.values import PublicFile
from luoshi.suggestions.models import CleanFile
from luoshi.tenancy import tenant_current

logger = logging.getLogger(__name__)


def public_file_open(file: PublicFile) -> HttpResponseBase | None:
    """The bytes of a file of a public case; ``None``, and an error in the log, where they are not there.

    What is given is what the version has approved: the cleaned file with that id and that digest.
    """
    name = CleanFile.objects.filter(pk=file.id, sha256=file.sha256).values_list("file", flat=True).first()
    if name is None:
        logger.error("the published file %s is not the one that was approved", file.id)
        return None
    if settings.LUOSHI_ACCEL_PREFIX:
        response = HttpResponse(content_type=file.kind)
        path = f"{settings.LUOSHI_ACCEL_PREFIX.rstrip('/')}/{tenant_current().schema}/{name}"
        response["X-Accel-Redirect"] = quote(path)
        return response
    try:
        return FileResponse(default_storage.open(name), content_type=file.kind)
    except FileNotFoundError:
        logger.error("published file %s of county %s is missing", name, tenant_current().schema)
        return None
