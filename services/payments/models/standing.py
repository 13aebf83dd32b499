"""Good standing as it was last worked out, one row per physician."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.payments import GoodStandingChanged
from services.payments.models.base import Base


class GoodStanding(Base):
    """Whether a physician is hábil, since when, and when that was last looked at. Empty until first worked out."""

    __tablename__ = "good_standing"
    __table_args__ = (Index("ix_good_standing_checked_on", "checked_on"),)

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    in_good_standing: Mapped[bool | None]
    unpaid_periods: Mapped[int] = mapped_column(default=0)
    since: Mapped[date | None]
    """Day in Lima of the last change."""
    checked_on: Mapped[date | None]
    """Day in Lima for which the row is right, unless dues change."""
    checked_at: Mapped[datetime | None]

    def judge(self, good: bool, unpaid_periods: int, day: date) -> GoodStandingChanged | None:
        """Take over what was worked out for a day; the fact, when the answer differs from the last one."""
        if self.unpaid_periods != unpaid_periods:
            self.unpaid_periods = unpaid_periods
        if self.in_good_standing is good:
            return None
        self.in_good_standing, self.since = good, day
        return GoodStandingChanged(
            cmp_number=self.cmp_number, in_good_standing=good, as_of=day, unpaid_periods=unpaid_periods
        )
