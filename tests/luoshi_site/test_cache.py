"""A cache whose server is away is an empty one; with its server it is Django's own."""

from pathlib import Path
from typing import Any

import pytest

from luoshi_site.cache import ForgivingRedisCache
from luoshi_site.local.home import port_pick
from luoshi_site.local.valkey import embedded_valkey


def cache(url: str) -> Any:
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return ForgivingRedisCache(url, {"OPTIONS": options})


def use(tried: Any) -> list[Any]:
    """What each operation answers, one after the other."""
    return [
        tried.set("a", 1),
        tried.get("a", "none"),
        tried.add("a", 2),
        tried.add("b", 2),
        tried.touch("a"),
        tried.has_key("a"),
        tried.set_many({"c": 3}),
        tried.get_many(["a", "c"]),
        tried.get_or_set("d", lambda: 4),
        tried.delete_many(["c"]),
        tried.delete("a"),
        tried.get("a", "none"),
    ]


def test_without_its_server_it_holds_nothing_and_nothing_fails() -> None:
    away = cache(f"redis://127.0.0.1:{port_pick()}/0")
    assert use(away) == [None, "none", False, False, False, False, [], {}, 4, None, False, "none"]


@pytest.mark.local
def test_with_its_server_it_is_a_cache(tmp_path: Path) -> None:
    with embedded_valkey(tmp_path) as url:
        there = cache(url)
        assert use(there) == [None, 1, False, True, True, True, [], {"a": 1, "c": 3}, 4, None, True, "none"]
        there.close()
