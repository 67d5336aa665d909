"""What every view of the API shares: who may call, as whom, and how a list is paged."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import GenericViewSet

from luoshi.accounts.actor import Actor, Channel
from luoshi.accounts.models import User
from luoshi.api.authentication import ApiKeyAuthentication
from luoshi.suggestions.selectors.actors import actor_of


class Paging(LimitOffsetPagination):
    """Fifty rows, at most two hundred."""

    default_limit = 50
    max_limit = 200


class CountyViewSet(GenericViewSet[Any]):
    """A viewset of one county: a person of that county, acting with his own rights."""

    authentication_classes = (ApiKeyAuthentication, SessionAuthentication)
    permission_classes = (IsAuthenticated,)
    pagination_class = Paging
    lookup_value_regex = r"[0-9]{1,18}"

    @property
    def actor(self) -> Actor:
        """The calling person, looked up once for a request."""
        known: Actor | None = getattr(self.request, "_luoshi_actor", None)
        if known is None:
            user = self.request.user
            if not isinstance(user, User):
                raise TypeError("a county's API is called by a person of the county")
            known = actor_of(user, Channel.API)
            self.request._luoshi_actor = known  # type: ignore[attr-defined]
        return known
