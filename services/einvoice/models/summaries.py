"""Summaries (RC) and notices of voided vouchers (RA): what waits to be told, what was told, what SUNAT said."""

import contextlib
import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from chassis.clock import now
from chassis.events import FileRef
from services.einvoice.documents.summaries import VOID, SummaryDocument
from services.einvoice.errors import IllegalTransition
from services.einvoice.models.filing import Submission
from services.einvoice.models.tables import Base


class SummaryState(StrEnum):
    """Where an RC or RA stands. `LOST`: SUNAT has it, or had it, but nobody can ask about it any more."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    IN_PROCESS = "in_process"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LOST = "lost"
    EXCEPTION = "exception"


S = SummaryState

SUMMARY_EDGES: dict[SummaryState, frozenset[SummaryState]] = {
    S.QUEUED: frozenset({S.SENDING, S.IN_PROCESS}),
    S.SENDING: frozenset({S.QUEUED, S.UNKNOWN, S.IN_PROCESS, S.REJECTED, S.LOST, S.EXCEPTION}),
    S.UNKNOWN: frozenset({S.SENDING, S.IN_PROCESS}),
    S.IN_PROCESS: frozenset({S.ACCEPTED, S.REJECTED, S.LOST}),
    S.ACCEPTED: frozenset(),
    S.REJECTED: frozenset(),
    S.LOST: frozenset(),
    S.EXCEPTION: frozenset({S.QUEUED, S.IN_PROCESS}),
}
"""A ticket that comes late still counts, from wherever the summary was put meanwhile."""

TO_SEND = frozenset({S.QUEUED, S.SENDING, S.UNKNOWN})
UNSETTLED = TO_SEND | {S.IN_PROCESS, S.EXCEPTION}


class EntryState(StrEnum):
    """Where one voucher's line stands: waiting for a summary, told in one, or settled either way."""

    WAITING = "waiting"
    TOLD = "told"
    DONE = "done"
    REFUSED = "refused"


OPEN_ENTRY = "state IN ('waiting', 'told')"


class SummaryEntry(Base):
    """What SUNAT must be told about one voucher by RC or RA: that it exists, or that it is void and why."""

    __tablename__ = "summary_entry"
    __table_args__ = (
        Index(
            "uq_summary_entry_open",
            "voucher_id",
            unique=True,
            postgresql_where=text(OPEN_ENTRY),
            sqlite_where=text(OPEN_ENTRY),
        ),
        Index("ix_summary_entry_waiting", "state", "due_at"),
        Index("ix_summary_entry_summary_id", "summary_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"))
    kind: Mapped[str] = mapped_column(String(2))
    condition: Mapped[str] = mapped_column(String(1))
    """Catalogue 19: 1 add, 2 modify, 3 void; an RA only voids."""
    reference_date: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[EntryState] = mapped_column(String(8))
    alone: Mapped[bool] = mapped_column(default=False)
    """Told in a summary of its own, so that its answer is about this voucher and no other."""
    in_doubt: Mapped[bool] = mapped_column(default=False)
    """Told before in a summary whose ticket was lost: "already so" then means that it worked."""
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    summary_id: Mapped[str | None] = mapped_column(ForeignKey("summary.id"))
    position: Mapped[int] = mapped_column(default=0)

    @classmethod
    def of(cls, voucher_id: str, kind: str, condition: str, reference_date: date, *, reason: str = "",
           due_at: datetime | None = None) -> "SummaryEntry":  # fmt: skip
        """Something to tell, from `due_at` on."""
        return cls(
            id=str(uuid.uuid4()),
            voucher_id=voucher_id,
            kind=kind,
            condition=condition,
            reference_date=reference_date,
            reason=reason,
            state=EntryState.WAITING,
            requested_at=now(),
            due_at=due_at or now(),
        )

    @property
    def voids(self) -> bool:
        """Whether it tells that the voucher is void."""
        return self.condition == VOID

    def tell_in(self, summary: "Summary", position: int) -> None:
        """It stands in a summary now."""
        self.state, self.summary_id, self.position = EntryState.TOLD, summary.id, position

    def wait_again(self, *, in_doubt: bool) -> None:
        """Its summary settled nothing about it: tell it again, in a summary of its own."""
        self.state, self.alone = EntryState.WAITING, True
        self.in_doubt = self.in_doubt or in_doubt


class Summary(Base):
    """One RC or RA. Its signed bytes never change, its number is never used again."""

    __tablename__ = "summary"
    __table_args__ = (
        UniqueConstraint("kind", "issue_date", "number"),
        Index("ix_summary_state", "state", "next_attempt_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(2))
    issue_date: Mapped[date]
    number: Mapped[int]
    reference_date: Mapped[date]
    file_name: Mapped[str] = mapped_column(String(40), unique=True)
    printed_number: Mapped[str] = mapped_column(String(20))
    state: Mapped[SummaryState] = mapped_column(String(10))
    xml: Mapped[dict[str, Any]]
    cdr: Mapped[dict[str, Any] | None]
    ticket: Mapped[str | None] = mapped_column(String(60))
    ticket_at: Mapped[datetime | None]
    polls: Mapped[int] = mapped_column(default=0)
    sunat_code: Mapped[str] = mapped_column(String(8), default="")
    sunat_text: Mapped[str] = mapped_column(Text, default="")
    submission_id: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int] = mapped_column(default=0)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    entries: Mapped[list[SummaryEntry]] = relationship(order_by="SummaryEntry.position", viewonly=True)

    @classmethod
    def of(cls, document: SummaryDocument, xml: FileRef) -> "Summary":
        """A signed summary that waits to be sent."""
        return cls(
            id=str(uuid.uuid4()),
            kind=document.kind,
            issue_date=document.issue_date,
            number=document.number,
            reference_date=document.reference_date,
            file_name=document.file_name,
            printed_number=document.id,
            state=SummaryState.QUEUED,
            xml=msgspec.to_builtins(xml),
            created_at=now(),
            next_attempt_at=now(),
        )

    @property
    def xml_file(self) -> FileRef:
        """The stored signed bytes."""
        return msgspec.convert(self.xml, FileRef)

    def start(self, operation: str, lease: timedelta) -> Submission:
        """Begin to send, or to ask about the ticket: the row that says so is written before the call is made."""
        if self.state == SummaryState.SENDING:
            self.lose_answer(code="", text="the last attempt ended without an answer", retry_at=None)
        if self.state != SummaryState.IN_PROCESS:
            self._move(SummaryState.SENDING)
            self.attempts += 1
        self.next_attempt_at = now() + lease
        submission = Submission.about_summary(self.id, operation, self.file_name, self.xml_file)
        self.submission_id = submission.id
        return submission

    def take_ticket(self, ticket: str) -> None:
        """SUNAT has it and will judge it by and by."""
        self._move(SummaryState.IN_PROCESS)
        self.ticket, self.ticket_at, self.next_attempt_at, self.polls = ticket, now(), now(), 0

    def poll_later(self, *, code: str, text: str, at: datetime) -> None:
        """Not judged yet, or not to be learned now: ask again (98, never send again)."""
        self.polls += 1
        self.sunat_code, self.sunat_text, self.next_attempt_at = code, text, at

    def put_off(self, *, code: str, text: str, retry_at: datetime, reached: bool) -> None:
        """The same bytes again, later."""
        self._settle(SummaryState.QUEUED, code, text, retry_at)
        self.in_doubt = self.in_doubt or reached

    def lose_answer(self, *, code: str, text: str, retry_at: datetime | None) -> None:
        """Nobody knows whether SUNAT has it: send the same bytes again."""
        self._settle(SummaryState.UNKNOWN, code, text, retry_at)
        self.in_doubt = True

    def settle(self, state: SummaryState, *, code: str, text: str) -> None:
        """SUNAT's last word, or the end of our means to learn it."""
        self._settle(state, code, text, None)
        self.settled_at = now()

    def stop(self, *, code: str, text: str) -> None:
        """Not processed: a person must look."""
        self._settle(SummaryState.EXCEPTION, code, text, None)

    def requeue(self) -> None:
        """A person has removed the cause: the same bytes again."""
        self._move(SummaryState.QUEUED)
        self.next_attempt_at = now()

    def _settle(self, state: SummaryState, code: str, text: str, retry_at: datetime | None) -> None:
        self._move(state)
        self.sunat_code, self.sunat_text, self.next_attempt_at = code, text, retry_at

    def _move(self, state: SummaryState) -> None:
        if state not in SUMMARY_EDGES[self.state]:
            raise IllegalTransition(f"summary {self.id}: {self.state} -> {state}")
        self.state = state


class SummaryCounter(Base):
    """The last number given to an RC or RA of one day."""

    __tablename__ = "summary_counter"

    kind: Mapped[str] = mapped_column(String(2), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


def reserve_summary_number(session: Session, kind: str, day: date) -> int:
    """The next number of the day; the counter stays locked until the transaction ends, as with vouchers."""
    with contextlib.suppress(IntegrityError), session.begin_nested():
        if session.get(SummaryCounter, (kind, day)) is None:
            session.add(SummaryCounter(kind=kind, day=day, last_number=0))
    counted = (
        update(SummaryCounter)
        .where(SummaryCounter.kind == kind, SummaryCounter.day == day)
        .values(last_number=SummaryCounter.last_number + 1)
        .returning(SummaryCounter.last_number)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(counted).scalar_one())


def open_entry(session: Session, voucher_id: str) -> SummaryEntry | None:
    """What is still to be told about a voucher, if anything."""
    opened = (EntryState.WAITING, EntryState.TOLD)
    return session.scalar(
        select(SummaryEntry).where(SummaryEntry.voucher_id == voucher_id, SummaryEntry.state.in_(opened))
    )
