"""The acquirer's daily files and their rows, each with how it fits our books and how a misfit was settled."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.payments import PaymentSettled, SettlementDiffered, SettlementImported, SettlementResolved
from services.payments.models.base import Base, BigId, word
from services.payments.money import decimal
from services.payments.settlement.states import ALLOWED, STAFF_RESOLUTIONS, Match, Resolution, RowType

OPEN = "match <> 'MATCHED' AND resolved_at IS NULL"


class SettlementFile(Base):
    """One file as it came. Its SHA-256 is unique: the same file twice is the same file."""

    __tablename__ = "settlement_file"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(80))
    rows: Mapped[int]
    """Rows of the file that were new; rows known from another file are counted in `repeated`."""
    repeated: Mapped[int]
    matched: Mapped[int]
    gross_cents: Mapped[int] = mapped_column(BigInteger)
    fee_cents: Mapped[int] = mapped_column(BigInteger)
    fee_vat_cents: Mapped[int] = mapped_column(BigInteger)
    net_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))

    @property
    def differing(self) -> int:
        """How many of its new rows went to the work list."""
        return self.rows - self.matched

    def imported(self) -> SettlementImported:
        """The fact that the file is on the books."""
        return SettlementImported(
            settlement_file_id=str(self.id),
            rows=self.rows,
            matched=self.matched,
            differing=self.differing,
            gross=decimal(self.gross_cents),
            fees=decimal(self.fee_cents + self.fee_vat_cents),
            net=decimal(self.net_cents),
            currency=self.currency,
            imported_at=self.imported_at,
        )


class SettlementRow(Base):
    """One movement the acquirer tells, or (without a file) one that it should have told by now.

    Fingerprint and occurrence make it unique, so that a row that comes again in another file is not posted again.
    """

    __tablename__ = "settlement_row"
    __table_args__ = (
        UniqueConstraint("fingerprint", "occurrence"),
        Index("ix_settlement_row_open", "id", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
        Index("ix_settlement_row_file_id", "file_id", "id"),
        Index("ix_settlement_row_purchase_number", "purchase_number"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_file.id"))
    line: Mapped[int | None]
    fingerprint: Mapped[str] = mapped_column(String(64))
    occurrence: Mapped[int] = mapped_column(default=0)
    type: Mapped[RowType] = mapped_column(word(RowType))
    purchase_number: Mapped[str] = mapped_column(String(12))
    transaction_id: Mapped[str] = mapped_column(String(40))
    sold_at: Mapped[datetime]
    gross_cents: Mapped[int] = mapped_column(BigInteger)
    fee_cents: Mapped[int] = mapped_column(BigInteger)
    fee_vat_cents: Mapped[int] = mapped_column(BigInteger)
    net_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    deposit_on: Mapped[date | None]
    match: Mapped[Match] = mapped_column(word(Match))
    note: Mapped[str] = mapped_column(String(200))
    """Why it does not fit, in Spanish, for the work list; empty when it does."""
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    refund_id: Mapped[str | None] = mapped_column(ForeignKey("refund.id"))
    council: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime]
    resolution: Mapped[Resolution | None] = mapped_column(word(Resolution))
    reason: Mapped[str | None] = mapped_column(String(500))
    resolved_by: Mapped[str | None] = mapped_column(String(80))
    resolved_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it waits in the work list."""
        return self.match is not Match.MATCHED and self.resolved_at is None

    @property
    def ways(self) -> list[Resolution]:
        """How staff may settle it now."""
        allowed = ALLOWED.get(self.match, frozenset()) if self.is_open else frozenset()
        return [way for way in STAFF_RESOLUTIONS if way in allowed]

    def settled(self, order_id: str) -> PaymentSettled:
        """The fact that a charge of ours was paid out as we know it."""
        assert self.deposit_on is not None  # noqa: S101 - a row of a file has its deposit
        return PaymentSettled(
            order_id=order_id,
            purchase_number=self.purchase_number,
            gross=decimal(self.gross_cents),
            fees=decimal(self.fee_cents + self.fee_vat_cents),
            net=decimal(self.net_cents),
            currency=self.currency,
            deposited_on=self.deposit_on,
        )

    def differed(self) -> SettlementDiffered:
        """The fact that it does not fit."""
        return SettlementDiffered(
            settlement_row_id=str(self.id),
            match=self.match,
            purchase_number=self.purchase_number,
            gross=decimal(self.gross_cents),
            currency=self.currency,
        )

    def resolve(self, how: Resolution, *, reason: str, by: str, at: datetime) -> SettlementResolved | None:
        """Leave the work list; None when it is not in it, or not by this way out."""
        if not self.is_open or how not in ALLOWED[self.match]:
            return None
        self.resolution, self.reason, self.resolved_by, self.resolved_at = how, reason[:500], by, at
        return SettlementResolved(
            settlement_row_id=str(self.id),
            resolution=how,
            purchase_number=self.purchase_number,
            resolved_at=at,
        )
