"""When the acquirer can be told to give money back: a void on the charge's own day, then a refund for months."""

from datetime import datetime, timedelta

from chassis.clock import LIMA

SATURDAY = 5


def same_day(charged_at: datetime, at: datetime) -> bool:
    """Whether both moments lie on one day in Lima: until midnight a charge can be voided."""
    return charged_at.astimezone(LIMA).date() == at.astimezone(LIMA).date()


def opens_at(charged_at: datetime, working_days: int) -> datetime:
    """From when a charge can be refunded: so many days from Monday to Friday later, at the same hour in Lima.

    Holidays are not counted out; a refund that the acquirer calls too early is told again the next morning.
    """
    moment = charged_at.astimezone(LIMA)
    while working_days:
        moment += timedelta(days=1)
        working_days -= moment.weekday() < SATURDAY
    return moment.astimezone(charged_at.tzinfo)


def closes_at(charged_at: datetime, months: int) -> datetime:
    """Until when a charge can be refunded: the same day so many months on, or that month's last."""
    local = charged_at.astimezone(LIMA)
    index = local.year * 12 + local.month - 1 + months
    first = local.replace(year=index // 12, month=index % 12 + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(local.day, last.day)).astimezone(charged_at.tzinfo)


def next_morning(at: datetime) -> datetime:
    """The next weekday at the same hour."""
    return opens_at(at, 1)
