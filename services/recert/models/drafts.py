"""What a physician has prepared and not sent yet: the draft, its items, and the file that is on its way."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.outbox import BigId
from services.recert.models.base import Base


class Draft(Base):
    """A request or a correction in preparation; it stays when the session ends. Sent, it becomes a dossier's version.

    The dossier of a request takes over the draft's id, so that sending twice finds the first.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("cmp_number", "dossier_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    cmp_number: Mapped[str] = mapped_column(String(6))
    account_id: Mapped[str] = mapped_column(String(64))
    dossier_id: Mapped[str] = mapped_column(String(36), default="")
    """The dossier it corrects; empty for a new request, of which a physician prepares one at a time."""
    type: Mapped[str] = mapped_column(String(20), default="")
    """`MEDICO_CIRUJANO`, or the RNE of one of the own specialities; empty while it says "Seleccione" (REC-10)."""
    pickup_council: Mapped[str] = mapped_column(String(2))
    description: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the PDF that was checked and stored; none while there is no file."""
    size: Mapped[int | None]
    pages: Mapped[int | None]
    file_name: Mapped[str | None] = mapped_column(String(200))
    """As the physician called it, until the name asked for was accepted (REC-9)."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    items: Mapped[list["DraftItem"]] = relationship(order_by="DraftItem.id", cascade="all, delete-orphan")


class DraftItem(Base):
    """One activity the physician claims points for, pinned to pages of the PDF."""

    __tablename__ = "draft_item"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    activity: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    done_on: Mapped[date]
    quantity: Mapped[int]
    """In hundredths of the activity's unit."""
    page_from: Mapped[int]
    page_to: Mapped[int]


class Upload(Base):
    """A file on its way: how much of it has come. Another try goes on from there."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(200), default="")
    """What the sender tells its files apart by; the same file chosen again goes on where it stopped."""
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]


class UploadPiece(Base):
    """Some bytes of an upload, from `start` on. Nothing unchecked ever lies among the stored files."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[str] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
