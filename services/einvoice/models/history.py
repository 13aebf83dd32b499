"""The books of the import of earlier years: every file found, what it is, and what became of it."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.einvoice.models.tables import Base

XML, CDR, PDF, SUMMARY, OTHER = "xml", "cdr", "pdf", "summary", "other"
"""Kinds of files: a voucher, a receipt, a printed representation, an RC or RA, and what cannot be read as any."""

WAITING, DONE, REFUSED = "waiting", "done", "refused"
OPEN = text("state <> 'done'")


class HistoryFile(Base):
    """One file found by an import, where its bytes are, which voucher it is about, and what became of it."""

    __tablename__ = "history_file"
    __table_args__ = (
        Index("ix_history_file_number", "series", "number"),
        Index("ix_history_file_stem", "stem", "kind"),
        Index(
            "ix_history_file_open",
            "kind",
            "voucher_type",
            "series",
            "number",
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the place, so that a file found again is the same row."""
    path: Mapped[str] = mapped_column(Text)
    member: Mapped[str] = mapped_column(Text, default="")
    """Name inside the archive at `path`; empty for a plain file."""
    inner: Mapped[str] = mapped_column(Text, default="")
    """Name inside an archive that is itself a member; empty when there is none."""
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    packed: Mapped[int] = mapped_column(BigInteger, default=0)
    method: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[str] = mapped_column(String(40))
    """Size and time, or size and CRC: another stamp at the same place is another file."""
    kind: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    voucher_type: Mapped[str] = mapped_column(String(2), default="")
    series: Mapped[str] = mapped_column(String(8), default="")
    """Of a voucher; of an RC or RA the day, `20190701`. Empty when the file does not tell."""
    number: Mapped[int] = mapped_column(default=0)
    stem: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of folder and name without ending: what lies beside an XML under its name goes with it."""
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    reason: Mapped[str] = mapped_column(String(30), default="")
    detail: Mapped[str] = mapped_column(Text, default="")

    @property
    def place(self) -> str:
        """Where the file is, as people write it."""
        return "!".join(part for part in (self.path, self.member, self.inner) if part)


class HistoryLine(Base):
    """One voucher told to SUNAT by an RC or RA of earlier years: added, changed (1, 2) or voided (3)."""

    __tablename__ = "history_line"
    __table_args__ = (Index("ix_history_line_voucher", "voucher_type", "series", "number"),)

    file_id: Mapped[str] = mapped_column(ForeignKey("history_file.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    summary: Mapped[str] = mapped_column(String(40))
    """SUNAT's name of the RC or RA, as `Summary.file_name` has it once it is believed."""
    voucher_type: Mapped[str] = mapped_column(String(2))
    series: Mapped[str] = mapped_column(String(4))
    number: Mapped[int]
    condition: Mapped[str] = mapped_column(String(1))
    reason: Mapped[str] = mapped_column(Text, default="")
