"""Exports too large for one answer: one row each, written by a job, its file kept for a while."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Principal
from chassis.clock import now
from chassis.events import FileRef
from contracts.einvoice import VoucherExportFailed, VoucherExportReady
from services.einvoice.errors import IllegalTransition
from services.einvoice.models.tables import Base


class ExportState(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class VoucherExport(Base):
    """A list that somebody wants as a file: for whom, filtered how, how far it is, and where the file lies."""

    __tablename__ = "voucher_export"
    __table_args__ = (
        Index("ix_voucher_export_account_id", "account_id", "state"),
        Index(
            "ix_voucher_export_next_attempt_at",
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
            sqlite_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index(
            "ix_voucher_export_expires_at",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL"),
            sqlite_where=text("expires_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(80))
    """Whose it is: nobody else finds it."""
    viewer: Mapped[dict[str, Any]]
    """Kind and document of the owner, which decide what the list holds."""
    format: Mapped[str] = mapped_column(String(4))
    filters: Mapped[dict[str, Any]]
    state: Mapped[ExportState] = mapped_column(String(8))
    rows_total: Mapped[int]
    rows_written: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    file: Mapped[dict[str, Any] | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    @classmethod
    def wanted(cls, who: Principal, *, format: str, filters: dict[str, Any], rows: int) -> "VoucherExport":
        """A new wish, due at once."""
        viewer = {"kind": who.kind, "document_type": who.document_type, "document_number": who.document_number}
        return cls(
            id=str(uuid.uuid4()),
            account_id=who.subject,
            viewer=viewer,
            format=format,
            filters=filters,
            state=ExportState.WAITING,
            rows_total=rows,
            rows_written=0,
            attempts=0,
            asked_at=now(),
            next_attempt_at=now(),
        )

    @property
    def owner(self) -> Principal:
        """The owner, as far as it decides what may be seen."""
        return Principal(subject=self.account_id, **self.viewer)

    @property
    def reference(self) -> FileRef | None:
        """The finished file; None before, and once it has expired."""
        return msgspec.convert(self.file, FileRef) if self.file and self.shown_state == ExportState.READY else None

    @property
    def shown_state(self) -> ExportState:
        """The state as the owner sees it: a file whose time is over is gone, whether or not it was tidied away."""
        over = self.expires_at is not None and self.expires_at <= now()
        return ExportState.EXPIRED if over else self.state

    def claim(self, lease: timedelta) -> int:
        """Begin a try; its number, by which the try is known until the lease ends."""
        self.attempts += 1
        self.rows_written = 0
        self.next_attempt_at = now() + lease
        return self.attempts

    def progress(self, rows: int, lease: timedelta) -> None:
        """So many rows are written; the try goes on."""
        self.rows_written, self.next_attempt_at = rows, now() + lease

    def finish(self, file: FileRef, rows: int, keep: timedelta) -> VoucherExportReady:
        """The file is stored; the owner is told where to fetch it and until when."""
        self._settle(ExportState.READY)
        self.file, self.rows_written, self.expires_at = msgspec.to_builtins(file), rows, now() + keep
        return VoucherExportReady(
            export_id=self.id,
            account_id=self.account_id,
            rows=rows,
            format=self.format,
            expires_at=self.expires_at,
        )

    def give_up(self) -> VoucherExportFailed:
        """It failed too often; the owner is told to ask again."""
        self._settle(ExportState.FAILED)
        self.filters = {}
        return VoucherExportFailed(export_id=self.id, account_id=self.account_id)

    def forget(self) -> None:
        """Its time is over: neither the file nor what was searched for is named any more."""
        self.state, self.file, self.filters, self.expires_at = ExportState.EXPIRED, None, {}, None

    def _settle(self, state: ExportState) -> None:
        if self.state != ExportState.WAITING:
            raise IllegalTransition(f"export {self.id}: {self.state} -> {state}")
        self.state, self.finished_at, self.next_attempt_at = state, now(), None
