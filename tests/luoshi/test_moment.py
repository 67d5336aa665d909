"""The product's clock: set only into the past, only with a time zone, and only for what is done inside."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from luoshi import moment


def test_it_is_the_set_moment_inside_and_the_machines_outside() -> None:
    at = datetime(2019, 5, 22, 20, tzinfo=UTC)
    with moment.moment_set(at):
        assert (moment.now(), moment.today()) == (at, timezone.localdate(at))
        with moment.moment_set(at - timedelta(days=1)):
            assert moment.now() == at - timedelta(days=1)
        assert moment.now() == at
    assert moment.now() > at


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (datetime(2019, 5, 23, 12), "time zone"),  # noqa: DTZ001
        (datetime(2999, 1, 1, tzinfo=UTC), "past or is now"),
    ],
)
def test_nothing_is_recorded_before_it_happens(at: datetime, message: str) -> None:
    with pytest.raises(ValueError, match=message), moment.moment_set(at):
        pass
    assert moment.now() > datetime(2019, 5, 23, tzinfo=UTC)
