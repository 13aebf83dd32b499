"""What evaluators write about a dossier: interests declared, points given, observations, and who they are."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.evidence import AppendOnly
from chassis.outbox import BigId
from contracts.identity import StaffAccessChanged, StaffActivated, StaffDisabled, StaffEnabled
from services.recert.models.base import Base, word

EVALUATOR_ROLE = "evaluator"
"""As identity names the role in its events."""


class Evaluator(Base):
    """Local copy of who evaluates for which council, from identity's events; the name is learnt at the desk."""

    __tablename__ = "evaluator"

    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(300), default="")
    """Empty until the person opens the desk: identity's events about staff carry no name."""
    council: Mapped[str | None] = mapped_column(String(2), index=True)
    """None: works for every council."""
    active: Mapped[bool]
    sequence: Mapped[int] = mapped_column(BigInteger)

    def learn(self, event: StaffActivated | StaffAccessChanged | StaffEnabled | StaffDisabled, sequence: int) -> None:
        """Take over what an event says."""
        self.council, self.sequence = event.council, sequence
        self.active = EVALUATOR_ROLE in event.roles and not isinstance(event, StaffDisabled)


class Part(StrEnum):
    """What somebody of staff is to a dossier; nobody is both."""

    EVALUATOR = "EVALUATOR"
    REVISER = "REVISER"


class InterestDeclaration(AppendOnly, Base):
    """What a person declared before touching a dossier. One conflict keeps the person off that dossier for ever."""

    __tablename__ = "interest_declaration"
    __table_args__ = (
        Index("ix_interest_declaration_dossier", "dossier_id", "account_id"),
        CheckConstraint("NOT conflict OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    account_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    part: Mapped[Part] = mapped_column(word(Part))
    conflict: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why it is a conflict."""
    at: Mapped[datetime]


class ItemRuling(AppendOnly, Base):
    """The points an evaluator gives one item; a changed mind is one more row, and the evaluator's last one counts."""

    __tablename__ = "item_ruling"
    __table_args__ = (
        Index("ix_item_ruling_item_id", "item_id", "id"),
        CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"))
    points: Mapped[int]
    """In hundredths, before the caps of the rubric."""
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why they are not the points claimed; the physician reads it."""
    ruled_by: Mapped[str] = mapped_column(String(64))
    ruled_by_name: Mapped[str] = mapped_column(String(300))
    ruled_at: Mapped[datetime]


class ObservationReason(Base):
    """A ready-made observation: its rule and the words proposed. The rows shipped are samples, marked "ejemplo"."""

    __tablename__ = "observation_reason"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(String(200))
    """The rule the observation rests on, as the physician reads it."""
    text: Mapped[str] = mapped_column(Text)
    """What the comment says unless the evaluator writes another one."""
    active: Mapped[bool] = mapped_column(default=True)


class Observation(Base):
    """Something the physician must correct, pinned to an item, a page and a rule. Until it is sent it is a draft.

    Reason and rule are copied: what was observed stays as it was written when the ready-made ones change.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_dossier_id", "dossier_id", "id"),
        CheckConstraint("page >= 1", name="page"),
        CheckConstraint("answer IS NULL OR sent_at IS NOT NULL", name="answer"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    version_number: Mapped[int]
    """The version that was looked at."""
    item_position: Mapped[int | None]
    """The item of that version; None when it is about the dossier as a whole."""
    page: Mapped[int]
    reason_code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(String(200))
    comment: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(64))
    made_by_name: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]
    round: Mapped[int | None]
    """The first, second, … time the dossier was observed."""
    sent_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    correction: Mapped[dict[str, Any] | None]
    """The item as the physician wants it now; None when the answer is words only."""
    answered_at: Mapped[datetime | None]

    @property
    def answered(self) -> bool:
        """Whether the physician has said something to it."""
        return self.answered_at is not None

    @property
    def corrected_item(self) -> dict[str, Any] | None:
        """The correction with its day as a date; one that withdraws the item has no more to say."""
        if self.correction is None or "done_on" not in self.correction:
            return self.correction
        return self.correction | {"done_on": date.fromisoformat(self.correction["done_on"])}
