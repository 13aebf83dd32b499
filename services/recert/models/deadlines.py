"""Deadlines of dossiers, counted in working days, and each time the calendar moved one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.clock import LIMA
from chassis.evidence import AppendOnly
from chassis.outbox import BigId
from contracts.recert import DeadlineMissed, DeadlineMoved, DeadlineNeared, DeadlineStarted, DeadlineStopped
from services.recert.models.base import Base, word
from services.recert.models.dossiers import Dossier

RUNNING = "stopped_at IS NULL"


class DeadlineKind(StrEnum):
    """What must happen before the last day ends."""

    RESULT = "RESULT"
    """The college says what it found (REC-14)."""
    CORRECTION = "CORRECTION"
    """The physician corrects what was observed (REC-20)."""
    DIPLOMA = "DIPLOMA"
    """The college has the diploma ready at the council of pick-up."""


class Deadline(Base):
    """One deadline of a dossier. Its last day may move later when the calendar changes, never earlier."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "uq_deadline_running", "dossier_id", "kind", unique=True,
            postgresql_where=text(RUNNING), sqlite_where=text(RUNNING),
        ),
        Index("ix_deadline_due", "kind", "due_on", postgresql_where=text(RUNNING), sqlite_where=text(RUNNING)),
        Index("ix_deadline_remind", "remind_on", postgresql_where=text(RUNNING), sqlite_where=text(RUNNING)),
        Index("ix_deadline_dossier_id", "dossier_id", "id"),
        Index("ix_deadline_stopped_at", "stopped_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[DeadlineKind] = mapped_column(word(DeadlineKind))
    council: Mapped[str] = mapped_column(String(2))
    """Whose calendar counts: the council that evaluates, or the one of pick-up for a diploma."""
    days: Mapped[int]
    """Working days from the start to the end as first told; a changed calendar counts them again."""
    started_on: Mapped[date]
    """The day before the first one that may count."""
    promised_on: Mapped[date]
    """The last day as it was first told."""
    due_on: Mapped[date]
    """The last day, to 23:59:59 in Lima."""
    remind_on: Mapped[date | None]
    """The day in Lima of the next reminder; none for what binds the college."""
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    in_time: Mapped[bool | None]
    """Whether it was stopped before its last day ended."""
    missed_at: Mapped[datetime | None]
    """When it was told that the college is late."""

    dossier: Mapped[Dossier] = relationship()
    moves: Mapped[list["DeadlineMove"]] = relationship(order_by="DeadlineMove.id")

    def is_over(self, now: datetime) -> bool:
        """Whether the last day has ended in Lima: 23:59:59 still is in time, 00:00:00 is not (REC-20)."""
        return now.astimezone(LIMA).date() > self.due_on

    def started(self) -> DeadlineStarted:
        """The fact that it runs."""
        return DeadlineStarted(**self._record(), started_on=self.started_on)

    def stop(self, at: datetime) -> DeadlineStopped:
        """What it was for has happened."""
        self.stopped_at, self.remind_on, self.in_time = at, None, not self.is_over(at)
        return DeadlineStopped(**self._record(), in_time=self.in_time)

    def neared(self, days_left: int) -> DeadlineNeared:
        """The reminder that is due now."""
        return DeadlineNeared(**self._notice(days_left))

    def move(self, due_on: date, days_left: int, reason: str, at: datetime) -> tuple["DeadlineMove", DeadlineMoved]:
        """End later because the calendar changed: the row that keeps it, and the fact. Raises ValueError if earlier."""
        if due_on <= self.due_on:
            raise ValueError("a deadline never ends earlier than it was told")
        kept = DeadlineMove(
            deadline_id=self.id, council=self.council, moved_at=at, due_before=self.due_on, due_after=due_on,
            reason=reason,
        )  # fmt: skip
        before, self.due_on = self.due_on, due_on
        return kept, DeadlineMoved(**self._notice(days_left), due_before=before, reason=reason)

    def miss(self, at: datetime) -> DeadlineMissed:
        """The last day passed and the college has not done it."""
        self.missed_at = at
        return DeadlineMissed(**self._record())

    def _record(self) -> dict[str, Any]:
        """What every fact about it says."""
        return {
            "dossier_id": self.dossier_id,
            "number": self.dossier.number_text,
            "council": self.council,
            "deadline_id": self.id,
            "deadline_kind": self.kind,
            "due_on": self.due_on,
        }

    def _notice(self, days_left: int) -> dict[str, Any]:
        """What the physician is told."""
        whom = {name: getattr(self.dossier, name) for name in ("account_id", "name")}
        return self._record() | whom | {"days_left": days_left}


class DeadlineMove(AppendOnly, Base):
    """One time the calendar moved a deadline, from when to when and why."""

    __tablename__ = "deadline_move"
    __table_args__ = (
        Index("ix_deadline_move_deadline_id", "deadline_id", "id"),
        Index("ix_deadline_move_moved_at", "moved_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    council: Mapped[str] = mapped_column(String(2))
    moved_at: Mapped[datetime]
    due_before: Mapped[date]
    due_after: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
