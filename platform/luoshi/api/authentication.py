"""Who calls the API: a person by his own key, or by the session of the workbench. Both live in the county."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from luoshi.accounts.models import User
from luoshi.accounts.selectors import api_key_find
from luoshi.accounts.services import api_key_touch

KEYWORD = b"bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>``. A key of another county is no key here: it is in another schema."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The key's person, or ``None`` where no key was sent.

        :raises AuthenticationFailed: where a key was sent that is none.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD:
            return None
        raw = parts[1].decode("latin-1") if len(parts) == 2 else ""
        key = api_key_find(raw)
        if key is None:
            raise AuthenticationFailed("密钥无效或已作废，请在“我的密钥”中重新生成")
        api_key_touch(key=key)
        return key.user, None

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing key a 401 rather than a 403."""
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file names the key."""

    target_class = "luoshi.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Bearer key."""
        return {"type": "http", "scheme": "bearer", "description": "本人的接口密钥"}
