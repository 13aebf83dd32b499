"""Names that staff keep: specialities, each with a code and the other names it is known by (product 2.4)."""

import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.identity import SpecialityNameChanged
from services.identity.models.base import Base


class SpecialityName(Base):
    """A speciality of the catalogue. `rne_code` is the college's own five digits, where they are known."""

    __tablename__ = "speciality_name"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    rne_code: Mapped[str | None] = mapped_column(String(5), unique=True)
    updated_at: Mapped[datetime]
    spellings: Mapped[list["SpecialityAlias"]] = relationship(
        cascade="all, delete-orphan", order_by="SpecialityAlias.search_name", lazy="selectin"
    )

    def change(
        self, moment: datetime, *, name: str, rne_code: str | None, aliases: tuple[str, ...]
    ) -> SpecialityNameChanged | None:
        """Take over what staff say and return the event, or None when it is as it was."""
        before = self.facts() if self.spellings else None
        known = {spelling.search_name: spelling for spelling in self.spellings}
        self.name, self.rne_code = name, rne_code
        self.spellings = [
            (known.get(key) or SpecialityAlias(search_name=key)).named(spelling)
            for key, spelling in {searchable(spelling): spelling for spelling in (*aliases, name)}.items()
        ]
        if before == self.facts():
            return None
        self.updated_at = moment
        return SpecialityNameChanged(code=self.code, name=name, rne_code=rne_code, aliases=tuple(self.aliases))

    def facts(self) -> dict[str, Any]:
        """What staff edit, for the audit."""
        return {"name": self.name, "rne_code": self.rne_code, "aliases": self.aliases}

    @property
    def aliases(self) -> list[str]:
        """The other names it is known by."""
        others = [spelling for spelling in self.spellings if spelling.search_name != searchable(self.name)]
        return [spelling.name for spelling in sorted(others, key=lambda spelling: spelling.search_name)]


class SpecialityAlias(Base):
    """A name that means a speciality, its own or another; no two specialities share one."""

    __tablename__ = "speciality_alias"

    search_name: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(ForeignKey("speciality_name.code", ondelete="CASCADE"), index=True)

    def named(self, name: str) -> "SpecialityAlias":
        """Spelt like this from now on."""
        self.name = name
        return self


@lru_cache(maxsize=4096)
def searchable(name: str) -> str:
    """A name without accents, capitals and doubled blanks, to compare by."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
