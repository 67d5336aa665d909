"""Reading a request's body: JSON, and not without end."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32


class BodyTooLarge(APIException):
    """The body is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes (413)."""

    status_code = 413
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON of a bounded size and depth. DRF's own reads on and on, and a thousand brackets make it fail."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value in the body.

        :raises BodyTooLarge: when it is too long.
        :raises ParseError: when it is no JSON, nested too deeply, or holds half a character.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read() if limit is None else stream.read(limit + 1)
        if limit is not None and len(body) > limit:
            raise BodyTooLarge
        try:
            value = super().parse(BytesIO(body), media_type, parser_context)
            _check(value, MAX_DEPTH)
        except (RecursionError, ValueError) as error:
            raise ParseError(str(error)) from None
        return value


def _check(value: Any, depth: int) -> None:
    """Every text in ``value`` can be written as UTF-8, in the answer too, which may repeat a field's name.

    :raises ValueError: otherwise, and where lists and objects are nested more than ``depth`` deep.
    """
    if isinstance(value, str):
        value.encode()
        return
    if not isinstance(value, list | dict):
        return
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for name, item in value.items():
            name.encode()
            _check(item, depth - 1)
        return
    for item in value:
        _check(item, depth - 1)
