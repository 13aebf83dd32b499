"""When a doubtful charge is asked about (payments.md 2, case 1)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.payments.schedule import gave_up_waiting, next_check, next_sweep

SINCE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""Ten in the morning in Lima."""


def ages(count: int, since: datetime = SINCE) -> list[int]:
    """The ages in seconds at which a charge would be asked about, each check taking place on time."""
    moments, now = [], since
    for _ in range(count):
        now = next_check(since, now)
        moments.append(int((now - since).total_seconds()))
    return moments


def test_checks_come_quickly_then_hourly() -> None:
    """10 s, 30 s, 1, 2, 5, 15 minutes, half an hour, then every hour."""
    assert ages(9) == [10, 30, 60, 120, 300, 900, 1800, 3600, 7200]


def test_a_sweep_at_ten_in_the_evening_is_never_missed() -> None:
    """Lima's 22:00, while the charge can still be voided the same day."""
    since = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    assert [next_check(since, since + timedelta(seconds=1800)), next_sweep(since)] == [
        datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
    ]


def test_after_the_sweep_the_next_one_is_tomorrows() -> None:
    """At 22:00 sharp the sweep is taking place."""
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert next_sweep(at) == at + timedelta(days=1)
    assert next_sweep(at - timedelta(seconds=1)) == at


def test_a_late_check_does_not_shift_the_others() -> None:
    """Ages count from the doubt, not from the last check."""
    assert next_check(SINCE, SINCE + timedelta(seconds=47)) == SINCE + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("not_found", "minutes", "over"), [(5, 30, True), (4, 30, False), (5, 29.99, False), (0, 600, False), (9, 60, True)]
)
def test_a_sale_is_given_up_after_five_queries_and_half_an_hour(not_found: int, minutes: float, over: bool) -> None:
    """Both, at the boundary."""
    assert gave_up_waiting(not_found, timedelta(minutes=minutes)) is over
