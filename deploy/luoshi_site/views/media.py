"""Files of the public site, served only at the county they belong to."""

from hashlib import sha256
from posixpath import normpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from luoshi.tenancy import tenant_current
from luoshi_cms.files import picture_may_be_read

# Renditions only. Originals and documents have views of their own, which ask who may see them.
SERVED = "images/"
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """``/media/<schema>/images/…`` of the county whose host was asked, while a public page has the picture;
    anything else is 404. Who works on the site sees the others too.
    """
    schema, _, inner = name.partition("/")
    plain = normpath(inner) == inner and "\\" not in inner and "\x00" not in inner
    if schema != tenant_current().schema or not plain:
        raise Http404
    if not inner.startswith(SERVED) or not inner.lower().endswith(IMAGE_ENDINGS):
        raise Http404
    is_given, to_everybody = picture_may_be_read(request, inner)
    if not is_given:
        raise Http404
    etag = quote_etag(sha256(name.encode()).hexdigest())  # another picture has another name
    if (known := get_conditional_response(request, etag=etag)) is not None:
        return known
    try:
        file = default_storage.open(inner)
    except (OSError, SuspiciousFileOperation, ValueError):  # OSError: also a name too long for the disk
        raise Http404 from None
    response = FileResponse(file)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    # Asked for again each time: the page that shows it may be taken down.
    response["Cache-Control"] = "public, no-cache" if to_everybody else "private, no-store"
    response["ETag"] = etag
    return response
