"""When a doubtful charge is asked about, and when it is given up (payments.md 2, case 1)."""

from datetime import datetime, time, timedelta

from chassis.clock import LIMA

CHECKS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300, 900, 1800))
"""Ages of a doubt at which it is asked about; then every hour. Half an hour is the first age at which it may end."""

HOURLY = timedelta(hours=1)
SWEEP_AT = time(22, 0)
"""Lima time of the forced sweep: a charge found now can still be voided today."""

LEASE = timedelta(seconds=90)
"""While one process asks, no other does; longer than two tries of a query with their time-outs."""

TRIES_BEFORE_GIVING_UP = 5
AGE_BEFORE_GIVING_UP = timedelta(minutes=30)


def next_check(since: datetime, now: datetime) -> datetime:
    """The next moment after `now` to ask about a charge doubted `since`, both aware UTC."""
    age = now - since
    planned = next((since + check for check in CHECKS if check > age), None)
    if planned is None:
        planned = since + HOURLY * (age // HOURLY + 1)
    return min(planned, next_sweep(now))


def next_sweep(now: datetime) -> datetime:
    """The next 22:00 in Lima after `now`."""
    local = now.astimezone(LIMA)
    today = datetime.combine(local.date(), SWEEP_AT, LIMA)
    return today if today > local else today + timedelta(days=1)


def gave_up_waiting(not_found: int, age: timedelta) -> bool:
    """Whether a sale nobody finds may be called never made: five queries and half an hour, both."""
    return not_found >= TRIES_BEFORE_GIVING_UP and age >= AGE_BEFORE_GIVING_UP
