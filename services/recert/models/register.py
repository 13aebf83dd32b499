"""The public register: one row a physician with all that anyone may know, and what the row is found by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.recert.models.base import Base


def _bytewise(length: int) -> String:
    """Text that both databases sort byte by byte, so that an index finds how a word begins."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class PublicPhysician(Base):
    """What anyone may know of a physician (product 2.6): never document, e-mail or address.

    Facts arrive in any order: a row without `registered_on` waits for the register's own and is not shown.
    """

    __tablename__ = "public_physician"

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    given_names: Mapped[str] = mapped_column(String(120), default="")
    paternal_surname: Mapped[str] = mapped_column(String(80), default="")
    maternal_surname: Mapped[str] = mapped_column(String(80), default="")
    sort_key: Mapped[str] = mapped_column(_bytewise(300), default="")
    """Names without accents, surnames first."""
    council: Mapped[str] = mapped_column(String(2), default="")
    state: Mapped[str] = mapped_column(String(20), default="")
    registered_on: Mapped[date | None]
    certified_until: Mapped[date | None]
    """"Certificado hasta", by enrolment (product 2.3)."""
    specialities: Mapped[list[Any]] = mapped_column(default=list)
    """Name, RNE, day of registration and last day of its certification, of each."""
    recertified: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """"Recertificado hasta" by RNE; as Médico Cirujano under the empty one (REC-17)."""
    in_good_standing: Mapped[bool | None]
    """HÁBIL as payments last stated it; empty while it has stated nothing."""
    standing_stated_at: Mapped[datetime | None]
    standing_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of what payments stated last; redelivery and replay reorder."""


class PublicWord(Base):
    """A word of a physician's names. A search reads the index from how the word begins, and stops after a page."""

    __tablename__ = "public_word"
    __table_args__ = (Index("ix_public_word_word", "word", "place", "sort_key", "cmp_number"),)

    cmp_number: Mapped[str] = mapped_column(
        ForeignKey("public_physician.cmp_number", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(_bytewise(80), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger)
    """0 paternal surname, 1 maternal, 2 given names."""
    sort_key: Mapped[str] = mapped_column(_bytewise(300))


class PublicSpeciality(Base):
    """A speciality a physician is browsed by."""

    __tablename__ = "public_speciality"
    __table_args__ = (Index("ix_public_speciality_search_name", "search_name", "sort_key", "cmp_number"),)

    cmp_number: Mapped[str] = mapped_column(
        ForeignKey("public_physician.cmp_number", ondelete="CASCADE"), primary_key=True
    )
    search_name: Mapped[str] = mapped_column(_bytewise(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    sort_key: Mapped[str] = mapped_column(_bytewise(300))
