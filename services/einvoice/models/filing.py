"""The conversation with SUNAT: what was sent, what was answered, and why we stopped. Rows are only ever added."""

import contextlib
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.clock import now
from chassis.events import FileRef
from services.einvoice.models.tables import Base

SEND_BILL, GET_STATUS_CDR = "sendBill", "getStatusCdr"
SEND_SUMMARY, GET_STATUS = "sendSummary", "getStatus"
SUNAT_QUEUE = "sunat"


class Submission(Base):
    """One attempt about a voucher or a summary, written before the call.

    Without an answer it means that we do not know what happened.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_voucher_id", "voucher_id", "sent_at"),
        Index("ix_submission_summary_id", "summary_id", "sent_at"),
        Index("ix_submission_sent_at", "sent_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    voucher_id: Mapped[str | None] = mapped_column(ForeignKey("voucher.id"))
    summary_id: Mapped[str | None] = mapped_column(ForeignKey("summary.id"))
    operation: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(40))
    xml_sha256: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]

    @classmethod
    def of(cls, voucher_id: str, operation: str, file_name: str, xml: FileRef | None) -> "Submission":
        """An attempt that is about to begin."""
        return cls(
            id=str(uuid.uuid4()),
            voucher_id=voucher_id,
            operation=operation,
            file_name=file_name,
            xml_sha256=xml.sha256 if xml else "",
            sent_at=now(),
        )

    @classmethod
    def about_summary(cls, summary_id: str, operation: str, file_name: str, xml: FileRef) -> "Submission":
        """An attempt to send an RC or RA, or to ask about its ticket."""
        return cls(
            id=str(uuid.uuid4()),
            summary_id=summary_id,
            operation=operation,
            file_name=file_name,
            xml_sha256=xml.sha256,
            sent_at=now(),
        )


class SubmissionAnswer(Base):
    """What came back for an attempt: the kind of answer, SUNAT's code and words, the time it took, and by hash the
    receipt, or the body of an answer that brought none; both are stored files."""

    __tablename__ = "submission_answer"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    zip_sha256: Mapped[str] = mapped_column(String(64))
    cdr_sha256: Mapped[str | None] = mapped_column(String(64))
    body_sha256: Mapped[str | None] = mapped_column(String(64))
    elapsed_ms: Mapped[int]
    answered_at: Mapped[datetime]


class QueuePause(Base):
    """Why filing stands still, since when, and who let it go on. At most one row per queue is not cleared."""

    __tablename__ = "queue_pause"
    __table_args__ = (
        Index(
            "uq_queue_pause_in_force",
            "queue",
            unique=True,
            postgresql_where=text("cleared_at IS NULL"),
            sqlite_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(String(10), default=SUNAT_QUEUE)
    code: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    paused_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[str | None] = mapped_column(String(80))


def current_pause(session: Session) -> QueuePause | None:
    """The pause in force, if there is one."""
    return session.scalar(select(QueuePause).where(QueuePause.cleared_at.is_(None)).limit(1))


def pause_queue(session: Session, *, code: str, text: str) -> None:
    """Stop filing until an operator resumes it; a pause in force, or one set at the same moment, stays as it is."""
    with contextlib.suppress(IntegrityError), session.begin_nested():
        session.add(QueuePause(code=code, text=text, paused_at=now()))


def resume_queue(session: Session, by: str) -> bool:
    """Let filing go on; False when nothing was paused."""
    pause = current_pause(session)
    if pause is None:
        return False
    pause.cleared_at, pause.cleared_by = now(), by
    return True
