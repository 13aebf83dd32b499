"""Numbers given out one by one: of dossiers, of diplomas, of constancias."""

from enum import StrEnum

from sqlalchemy import BigInteger, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.recert.models.base import Base


class Series(StrEnum):
    """The series; each has its row from the first migration on."""

    DOSSIER = "dossier"
    DIPLOMA = "diploma"
    CONSTANCIA = "constancia"


class NumberSeries(Base):
    """The last number given out of one series; a row on both databases, so that both behave alike."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


def next_number(session: Session, series: Series) -> int:
    """Take the next number. The series stays locked until the transaction ends, so take it last."""
    taken = update(NumberSeries).where(NumberSeries.name == series).values(last=NumberSeries.last + 1)
    return session.execute(taken.returning(NumberSeries.last)).scalar_one()
