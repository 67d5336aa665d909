"""The cache in Redis or Valkey, which may go away at any time without a page going with it."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class ForgivingClient(RedisCacheClient):
    """Django's client, for which a server that is away or silent holds nothing and keeps nothing."""

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        """False where nothing could be stored."""
        return _or_else(False, lambda: super(ForgivingClient, self).add(key, value, timeout))

    def get(self, key: Any, default: Any) -> Any:
        """``default`` where nothing could be read."""
        return _or_else(default, lambda: super(ForgivingClient, self).get(key, default))

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        """Nothing where nothing could be stored."""
        _or_else(None, lambda: super(ForgivingClient, self).set(key, value, timeout))

    def incr(self, key: Any, delta: int) -> Any:
        """The new count.

        :raises ValueError: there is no such key, or no server.
        """
        try:
            return super().incr(key, delta)
        except RedisError as error:
            logger.warning("the cache is away: %s", error)
            raise ValueError(f"{key!r} cannot be counted") from error

    def touch(self, key: Any, timeout: Any) -> bool:
        """False where nothing is known."""
        return _or_else(False, lambda: super(ForgivingClient, self).touch(key, timeout))

    def delete(self, key: Any) -> bool:
        """False where nothing could be deleted."""
        return _or_else(False, lambda: super(ForgivingClient, self).delete(key))

    def get_many(self, keys: Any) -> dict[Any, Any]:
        """Nothing where nothing could be read."""
        return _or_else({}, lambda: super(ForgivingClient, self).get_many(keys))

    def has_key(self, key: Any) -> bool:
        """False where nothing is known."""
        return _or_else(False, lambda: super(ForgivingClient, self).has_key(key))

    def set_many(self, data: Any, timeout: Any) -> None:
        """Nothing where nothing could be stored."""
        _or_else(None, lambda: super(ForgivingClient, self).set_many(data, timeout))

    def delete_many(self, keys: Any) -> None:
        """Nothing where nothing could be deleted."""
        _or_else(None, lambda: super(ForgivingClient, self).delete_many(keys))


class ForgivingRedisCache(RedisCache):
    """``BACKEND`` of a cache on which nothing depends: without its server pages are slower, and there."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient


def _or_else(otherwise: Result, work: Callable[[], Result]) -> Result:
    try:
        return work()
    except RedisError as error:
        logger.warning("the cache is away: %s", error)
        return otherwise
