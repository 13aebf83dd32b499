"""Days on which the college, or one council, works other than law and week say."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.outbox import BigId
from contracts.recert import CalendarDayAdded, CalendarDayWithdrawn
from services.recert.models.base import Base, word

IN_FORCE = "withdrawn_at IS NULL"
NATIONAL = ""
"""The council of a day that holds for all of them."""


class DayKind(StrEnum):
    """What staff can make of a day."""

    CLOSURE = "CLOSURE"
    """Nobody works, although law and week would say so."""
    EXTRA = "EXTRA"
    """A weekend or holiday on which work is done."""


class CalendarDay(Base):
    """A closure or an extra working day. It is withdrawn, never deleted: deadlines were counted by it."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index(
            "uq_calendar_day_in_force", "day", "council", unique=True,
            postgresql_where=text(IN_FORCE), sqlite_where=text(IN_FORCE),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(word(DayKind))
    council: Mapped[str] = mapped_column(String(2), default=NATIONAL)
    """Empty for all councils; a council's own row goes before one for all."""
    reason: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(64))
    added_by_name: Mapped[str] = mapped_column(String(300))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(300))
    withdrawal_reason: Mapped[str | None] = mapped_column(String(200))

    def added(self, moved: int) -> CalendarDayAdded:
        """The fact that it was entered, and how many open deadlines end later for it."""
        return CalendarDayAdded(
            day=self.day,
            calendar_change=self.kind,
            council=self.council or None,
            reason=self.reason,
            moved_deadlines=moved,
        )

    def withdraw(self, *, by: str, reason: str, at: datetime) -> None:
        """Take it back; what was counted by it keeps the later date."""
        self.withdrawn_at, self.withdrawn_by_name, self.withdrawal_reason = at, by, reason

    def withdrawn(self, moved: int) -> CalendarDayWithdrawn:
        """The fact that it was taken back."""
        return CalendarDayWithdrawn(
            day=self.day,
            calendar_change=self.kind,
            council=self.council or None,
            reason=self.withdrawal_reason or "",
            moved_deadlines=moved,
        )
