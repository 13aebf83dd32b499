"""The table of qualification: how many points an activity gives. Versions are data and never change."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.evidence import AppendOnly
from services.recert.models.base import Base


class Rubric(AppendOnly, Base):
    """One version of the table. The highest counts for new requests; a dossier keeps the one it was sent under."""

    __tablename__ = "rubric"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(160))
    sample: Mapped[bool]
    """Whether the values are invented: every page says so then."""
    minimum_points: Mapped[int]
    """In hundredths: 2000 is the 20 points of REC-8."""
    entered_at: Mapped[datetime]
    activities: Mapped[list["RubricActivity"]] = relationship(
        order_by="RubricActivity.position", cascade="all", lazy="selectin"
    )

    def activity(self, code: str) -> "RubricActivity | None":
        """An activity by its code."""
        return next((activity for activity in self.activities if activity.code == code), None)


class RubricActivity(AppendOnly, Base):
    """One line of the table: what counts, how much, how much at most, how old, and by which paper it is shown."""

    __tablename__ = "rubric_activity"

    rubric_version: Mapped[int] = mapped_column(ForeignKey("rubric.version"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(60))
    """What is counted, in the singular: `crédito`, `año`."""
    points: Mapped[int]
    """For one unit, in hundredths."""
    cap: Mapped[int | None]
    """The most that all items of this activity give together, in hundredths; none = no limit."""
    max_age_years: Mapped[int | None]
    """How old the paper may be when the request is sent, to the month and day; none = any age (product 2.5)."""
    least_quantity: Mapped[int] = mapped_column(default=0)
    """An item with fewer units gives nothing, in hundredths: 2400 for a diploma of 24 credits."""
    evidence: Mapped[str] = mapped_column(String(300))
