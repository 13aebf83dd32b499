"""What a month costs, from when to when, and for whom: all of it data, since CMP's amounts are not public."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.payments import BeneficiaryChanged, TariffChanged, TariffWithdrawn
from services.payments.dues import LABELS, ORDINARY, DueKind, Relation, spell_period
from services.payments.models.base import Base, BigId, word
from services.payments.money import decimal

OLDEST = 150
"""No person is older, in years."""


class Tariff(Base):
    """The price of one month of one kind and concept, for a relation and an age group, with its tax treatment."""

    __tablename__ = "tariff"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("age_from <= age_to", name="ages_in_order"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="months_in_order"),
        Index("ix_tariff_kind", "kind", "concept", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[DueKind] = mapped_column(word(DueKind))
    concept: Mapped[str] = mapped_column(String(20), default=ORDINARY)
    relation: Mapped[Relation | None] = mapped_column(word(Relation))
    """None: owed by every physician; a relation: by each beneficiary who is that to a holder."""
    age_from: Mapped[int] = mapped_column(default=0)
    age_to: Mapped[int] = mapped_column(default=OLDEST)
    """Last year of age that it is for, counted on the first day of the month."""
    amount_cents: Mapped[int]
    tax_code: Mapped[str] = mapped_column(String(2))
    """SUNAT catalogue 07."""
    valid_from: Mapped[str] = mapped_column(String(6))
    """First month `yyyymm`."""
    valid_until: Mapped[str | None] = mapped_column(String(6))
    """Last month `yyyymm`; None: until it is ended."""
    sample: Mapped[bool] = mapped_column(default=False)
    """True while the amount is our sample and not CMP's own."""
    created_at: Mapped[datetime]

    def describe(self, period: str) -> str:
        """The words on the due, its order line and its voucher: "Cuota Semefa marzo 2026"."""
        concept = "" if self.concept == ORDINARY else f" {self.concept.lower()}"
        return f"{LABELS[self.kind]}{concept} {spell_period(period)}"

    def overlaps(self, other: "Tariff") -> bool:
        """Whether both would price the same month of the same person."""
        same = (self.kind, self.concept, self.relation) == (other.kind, other.concept, other.relation)
        ages = self.age_from <= other.age_to and other.age_from <= self.age_to
        return same and ages and _begins_within(self, other) and _begins_within(other, self)

    def changed(self) -> TariffChanged:
        """The fact of the tariff as it now stands."""
        return TariffChanged(
            tariff_id=str(self.id),
            kind=self.kind,
            concept=self.concept,
            relation=self.relation,
            age_from=self.age_from,
            age_to=self.age_to,
            amount=decimal(self.amount_cents),
            tax_code=self.tax_code,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    def withdrawn(self) -> TariffWithdrawn:
        """The fact that it is gone, nobody having been assessed by it."""
        return TariffWithdrawn(tariff_id=str(self.id))


def _begins_within(first: Tariff, second: Tariff) -> bool:
    """Whether the first begins before the second has ended."""
    return second.valid_until is None or first.valid_from <= second.valid_until


class Beneficiary(Base):
    """A person whom a physician's SEMEFA covers, the holder included; each owes a premium of the own age group."""

    __tablename__ = "beneficiary"

    holder_cmp: Mapped[str] = mapped_column(String(6), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Names the person within the family: TITULAR, CONYUGE, HIJO-1."""
    relation: Mapped[Relation] = mapped_column(word(Relation))
    name: Mapped[str] = mapped_column(String(200))
    birth_date: Mapped[date]
    since: Mapped[str] = mapped_column(String(6))
    """First month `yyyymm` of cover."""
    until: Mapped[str | None] = mapped_column(String(6))
    """Last month of cover; None: still covered."""

    def changed(self) -> BeneficiaryChanged:
        """The fact of the cover as it now stands; name and birth date concern nobody else."""
        return BeneficiaryChanged(
            holder_cmp=self.holder_cmp,
            person=self.code,
            relation=self.relation,
            covered_from=self.since,
            covered_until=self.until,
        )
