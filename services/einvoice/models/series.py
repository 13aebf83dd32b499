"""Series and their counters: numbers without gaps or doubles (sunat.md 2.6)."""

import re
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.einvoice.errors import NoSeries
from services.einvoice.models.tables import Base

NATIONAL_COUNCIL = "00"
"""The National Council, whose series serve councils that have none of their own."""

LAST_NUMBER = 99_999_999

SERIES_PATTERNS = {
    "01": re.compile(r"F[A-Z0-9]{3}"),
    "03": re.compile(r"B[A-Z0-9]{3}"),
    "07": re.compile(r"[FB][A-Z0-9]{3}"),
    "08": re.compile(r"[FB][A-Z0-9]{3}"),
}
"""What SUNAT accepts per type (1001); a note's first letter says which type it amends (2116, 2399)."""


@dataclass(frozen=True)
class ReservedNumber:
    """A number that is ours once the transaction commits, and nobody's if it does not."""

    series: str
    number: int


class Series(Base):
    """One series of one voucher type: which council uses it, and the last number given."""

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("voucher_type", "series"),
        Index(
            "uq_series_active",
            "voucher_type",
            "council",
            "amends",
            unique=True,
            postgresql_where=text("active"),
            sqlite_where=text("active"),
        ),
        CheckConstraint(f"last_number BETWEEN 0 AND {LAST_NUMBER}", name="last_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_type: Mapped[str] = mapped_column(String(2))
    series: Mapped[str] = mapped_column(String(4))
    council: Mapped[str] = mapped_column(String(2))
    last_number: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    amends: Mapped[str] = mapped_column(String(2), default="")
    """For notes: the type they amend, 01 or 03, which their first letter says; empty for the others."""


def amends_of(voucher_type: str, series: str) -> str:
    """Which type a series of notes amends, by its first letter (2116, 2399); empty for a series of other vouchers."""
    return {"F": "01", "B": "03"}[series[0]] if voucher_type in ("07", "08") else ""


def reserve_number(session: Session, voucher_type: str, council: str, amends: str = "") -> ReservedNumber:
    """Take the next number of the council's series, or of the National Council's; `amends` is a note's 01 or 03.

    The row stays locked until the transaction ends, so numbers are given one after another and a rollback leaves
    no gap. Raises NoSeries when neither council has an active series of this type.
    """
    series_id = _series_for(session, voucher_type, council, amends)
    taken = session.execute(
        update(Series)
        .where(Series.id == series_id)
        .values(last_number=Series.last_number + 1)
        .returning(Series.series, Series.last_number)
        .execution_options(synchronize_session=False)
    ).one()
    return ReservedNumber(*taken)


def following_number(session: Session, voucher_type: str, council: str, amends: str = "") -> ReservedNumber:
    """The number that would be given now, without taking it. Raises NoSeries."""
    series = session.get_one(Series, _series_for(session, voucher_type, council, amends))
    return ReservedNumber(series.series, series.last_number + 1)


def _series_for(session: Session, voucher_type: str, council: str, amends: str) -> int:
    active = select(Series.council, Series.id).where(
        Series.voucher_type == voucher_type,
        Series.amends == amends,
        Series.active,
        Series.council.in_([council, NATIONAL_COUNCIL]),
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(active)}
    series_id = found.get(council, found.get(NATIONAL_COUNCIL))
    if series_id is None:
        what = f"{voucher_type} on {amends}" if amends else voucher_type
        raise NoSeries(f"no active series of type {what} for council {council}")
    return series_id
