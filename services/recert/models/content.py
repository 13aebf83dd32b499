"""The SISTCERE page as staff write it: what stands on it now, the files it offers, and every version there was."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.evidence import AppendOnly
from chassis.outbox import BigId
from contracts.recert import ContentChanged
from services.recert.models.base import Base, word


class ContentBlock(StrEnum):
    """Where on the page a piece stands."""

    ENTRY = "ENTRY"
    """"RECERTIFICACIÓN MÉDICA POR PORTAFOLIO" (PUB-5)."""
    NOTICE = "NOTICE"
    """A notice, such as "Trámite gratuito"; the first one is the slogan (PUB-7)."""
    OFFICE = "OFFICE"
    """Office hours, place, telephones (PUB-8)."""
    PERSON = "PERSON"
    """Who holds an office in this term (PUB-9)."""


class ContentFile(Base):
    """A PDF that staff uploaded for the page. Only these are ever given to the public."""

    __tablename__ = "content_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(64))


class ContentPiece(Base):
    """One piece of the page: an entry, a notice, a line about the office, a person of the term."""

    __tablename__ = "content_piece"
    __table_args__ = (Index("ix_content_piece_block", "block", "position"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    block: Mapped[ContentBlock] = mapped_column(word(ContentBlock))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(60))
    """What the link says: `[Ver Pdf]`."""
    text: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(500))
    """An https address, or a page of this site; a file goes before it."""
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("content_file.sha256"))
    is_new: Mapped[bool]
    """Marked "nuevo"."""
    sample: Mapped[bool]
    """An example that nobody has replaced yet; the page says so."""
    shown: Mapped[bool]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    file: Mapped[ContentFile | None] = relationship(lazy="joined")

    def facts(self) -> dict[str, Any]:
        """What staff edit, for the audit and the versions."""
        return {name: getattr(self, name) for name in FACTS}

    def changed(self) -> ContentChanged:
        """The event that says that the page reads differently from now on."""
        return ContentChanged(
            piece_id=self.id,
            block=self.block,
            title=self.title,
            version=self.version,
            shown=self.shown,
            changed_at=self.updated_at,
        )


FACTS = ("block", "position", "title", "label", "text", "link", "file_sha256", "is_new", "sample", "shown")


class ContentVersion(AppendOnly, Base):
    """How a piece read from a moment on, and who wrote it so."""

    __tablename__ = "content_version"
    __table_args__ = (UniqueConstraint("piece_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    piece_id: Mapped[str] = mapped_column(ForeignKey("content_piece.id"))
    number: Mapped[int]
    facts: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_by_name: Mapped[str] = mapped_column(String(300))
