"""What physicians owe, and who they are as far as payments needs to know."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contracts.identity import PhysicianChanged, PhysicianRegistered
from contracts.payments import DueCorrected, DuePaidElsewhere
from services.payments.dues import ORDINARY, DueKind, spell_period
from services.payments.models.base import Base, BigId, word
from services.payments.money import decimal
from services.payments.states import DueState


class Due(Base):
    """One month one physician owes for one kind, person and concept. Money and tax treatment are data, no constant."""

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("owner_cmp", "kind", "period", "person", "concept"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_cmp: Mapped[str] = mapped_column(String(6))
    kind: Mapped[DueKind] = mapped_column(word(DueKind))
    period: Mapped[str] = mapped_column(String(6))
    """Month `yyyymm`."""
    person: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Code of the SEMEFA beneficiary it is for; empty: the physician."""
    concept: Mapped[str] = mapped_column(String(20), default=ORDINARY, server_default=ORDINARY)
    tariff_id: Mapped[int | None] = mapped_column(ForeignKey("tariff.id"))
    """The tariff it was assessed by; none when it was entered from a file."""
    description: Mapped[str] = mapped_column(String(200))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), default="PEN")
    tax_code: Mapped[str] = mapped_column(String(2))
    """SUNAT catalogue 07: 30 = inafecto."""
    state: Mapped[DueState] = mapped_column(word(DueState), default=DueState.OPEN)
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def spelled_period(self) -> str:
        """The month in words: "marzo 2025"."""
        return spell_period(self.period)

    def settle(self, at: datetime) -> None:
        """Mark the due as paid; the order that paid it tells it with PaymentCaptured."""
        self.state, self.settled_at = DueState.PAID, at

    def reopen(self) -> None:
        """Mark the due as owed again; the refund that gave the money back tells it with PaymentRefunded."""
        self.state, self.settled_at = DueState.OPEN, None

    def annul(self, at: datetime) -> DueCorrected:
        """Say that it never was owed."""
        self.state = DueState.ANNULLED
        return self._corrected("annulled", at)

    def change_amount(self, cents: int, at: datetime) -> DueCorrected:
        """Owe another amount."""
        self.amount_cents = cents
        return self._corrected("amount_changed", at)

    def reopen_by_hand(self, at: datetime) -> DueCorrected:
        """Be owed again after an annulment or a payment elsewhere that was none."""
        self.reopen()
        return self._corrected("reopened", at)

    def _corrected(self, change: str, at: datetime) -> DueCorrected:
        return DueCorrected(
            due_id=str(self.id),
            owner_cmp=self.owner_cmp,
            kind=self.kind,
            concept=self.concept,
            period=self.period,
            person=self.person,
            change=change,
            amount=decimal(self.amount_cents),
            due_state=self.state,
            corrected_at=at,
        )

    def pay_elsewhere(self, channel: str, paid_on: date, at: datetime) -> DuePaidElsewhere:
        """Be settled by money that did not come through here; `at` is when it was paid, aware."""
        self.settle(at)
        return DuePaidElsewhere(
            due_id=str(self.id),
            owner_cmp=self.owner_cmp,
            kind=self.kind,
            concept=self.concept,
            period=self.period,
            person=self.person,
            amount=decimal(self.amount_cents),
            currency=self.currency,
            channel=channel,
            paid_on=paid_on,
        )


class Payer(Base):
    """A physician as identity last told: the local copy that boletas are made out to. Newer events win by sequence."""

    __tablename__ = "payer"

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    document_type: Mapped[str] = mapped_column(String(12))
    document_number: Mapped[str] = mapped_column(String(20))
    given_names: Mapped[str] = mapped_column(String(120))
    paternal_surname: Mapped[str] = mapped_column(String(80))
    maternal_surname: Mapped[str] = mapped_column(String(80))
    council: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20))
    registered_on: Mapped[date | None]
    """Dues begin after it; None for a copy made before identity told it."""
    sequence: Mapped[int] = mapped_column(BigInteger)

    @property
    def name(self) -> str:
        """The name as people say it, given names first."""
        return " ".join(part for part in (self.given_names, self.paternal_surname, self.maternal_surname) if part)

    @property
    def voucher_name(self) -> str:
        """The name as vouchers carry it, surnames first, in capitals (VOU-8)."""
        parts = (self.paternal_surname, self.maternal_surname, self.given_names)
        return " ".join(part for part in parts if part).upper()

    def learn(self, event: PhysicianRegistered | PhysicianChanged, sequence: int) -> None:
        """Take over the whole state an event carries."""
        self.document_type, self.document_number = event.document_type, event.document_number
        self.given_names, self.council, self.state = event.given_names, event.council, event.state
        self.paternal_surname, self.maternal_surname = event.paternal_surname, event.maternal_surname
        self.registered_on, self.sequence = event.registered_on, sequence
