"""Files of the public site, served only at the county they belong to."""

from posixpath import normpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from luoshi.tenancy import tenant_current

# Renditions only. Originals and documents have views of their own, which ask who may see them.
SERVED = "images/"
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


@require_safe
def serve(request: HttpRequest, name: str) -> FileResponse:
    """``/media/<schema>/images/…`` of the county whose host was asked; anything else is 404."""
    schema, _, inner = name.partition("/")
    plain = normpath(inner) == inner and "\\" not in inner and "\x00" not in inner
    if schema != tenant_current().schema or not plain:
        raise Http404
    if not inner.startswith(SERVED) or not inner.lower().endswith(IMAGE_ENDINGS):
        raise Http404
    try:
        file = default_storage.open(inner)
    except (OSError, SuspiciousFileOperation, ValueError):  # OSError: also a name too long for the disk
        raise Http404 from None
    response = FileResponse(file)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "public, max-age=86400"
    return response
