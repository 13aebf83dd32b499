"""Numbers for orders and attempts: nine digits, rising, never used twice (payments.md 1.4)."""

from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.payments.models import NumberSeries


class Series(StrEnum):
    """The series. Purchase numbers begin at 100000001, so that no leading zero is lost on the way."""

    ORDER = "order"
    PURCHASE = "purchase"
    REFUND = "refund"
    CERTIFICATE = "certificate"


def next_number(session: Session, series: Series) -> int:
    """Take the next number. The series stays locked until the transaction ends, so take it last."""
    taken = update(NumberSeries).where(NumberSeries.name == series).values(last=NumberSeries.last + 1)
    return session.execute(taken.returning(NumberSeries.last)).scalar_one()
