from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from luoshi.audit.canonical import canonical_json, moment_text, payload_digest


def test_one_spelling() -> None:
    assert (
        canonical_json({"b": [1, True, None, ("x",)], "a": "值"})
        == '{"a":"值","b":[1,true,null,["x"]]}'.encode()
    )
    assert canonical_json({"b": 1, "a": 2}) == canonical_json({"a": 2, "b": 1})
    assert canonical_json("1") != canonical_json(1)


@pytest.mark.parametrize(
    ("value", "error", "where"),
    [
        ({"a": {"b": [1, 1.5]}}, TypeError, r"\$\.a\.b\[1\]: float"),
        (Decimal("1.5"), TypeError, r"\$: Decimal"),
        ({"on": date(2025, 1, 1)}, TypeError, r"\$\.on: date"),
        ({1: "x"}, TypeError, "the key 1 is not text"),
        ({"a": "x\0"}, ValueError, "NUL"),
        ({"a": "\ud800"}, ValueError, "surrogates"),
    ],
)
def test_refuses_what_the_database_would_change(value: Any, error: type[Exception], where: str) -> None:
    with pytest.raises(error, match=where):
        canonical_json(value)


def test_moment_is_in_utc_to_the_microsecond() -> None:
    china = timezone(timedelta(hours=8))
    assert moment_text(datetime(2025, 1, 1, 8, 0, 0, 5, tzinfo=china)) == "2025-01-01T00:00:00.000005+00:00"
    assert moment_text(datetime(2025, 1, 1, tzinfo=UTC)) == "2025-01-01T00:00:00.000000+00:00"
    with pytest.raises(ValueError, match="time zone"):
        moment_text(datetime(2025, 1, 1))  # noqa: DTZ001


def test_digest_needs_the_salt() -> None:
    one, two = "00" * 16, "01" * 16
    assert payload_digest(one, b"{}") == payload_digest(one, b"{}")
    assert payload_digest(one, b"{}") != payload_digest(two, b"{}")
    assert payload_digest(one, b"{}") != payload_digest(one, b"[]")
