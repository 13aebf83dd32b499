"""What hangs on a voucher: its lines, its files, its steps."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.events import FileRef
from chassis.outbox import BigId
from services.einvoice.documents import TREATMENTS, Adjustment, Line
from services.einvoice.models.tables import Base


@dataclass(frozen=True, kw_only=True)
class LineDetails:
    """What a line says beside its amounts. `percent` is the rate at the time, so that a later one changes nothing."""

    percent: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    item_code: str | None = None
    unspsc: str | None = None

    @classmethod
    def of(cls, line: Line) -> dict[str, Any]:
        """As JSON, without what is empty."""
        details = cls(
            percent=line.treatment.percent or None,
            adjustments=line.adjustments,
            item_code=line.item_code,
            unspsc=line.unspsc,
        )
        return {name: value for name, value in msgspec.to_builtins(details).items() if value}


class VoucherLine(Base):
    """One line of a voucher, as signed."""

    __tablename__ = "voucher_line"

    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    description: Mapped[str] = mapped_column(Text)
    tax_code: Mapped[str] = mapped_column(String(2))
    quantity: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(String(3))
    value_cents: Mapped[int] = mapped_column(BigInteger)
    tax_cents: Mapped[int] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rate of the tax, discounts and codes of the line, as `LineDetails`; empty when there is nothing to add."""

    @classmethod
    def of(cls, position: int, line: Line) -> "VoucherLine":
        """A row for a line."""
        return cls(
            position=position,
            description=line.description,
            tax_code=line.treatment.code,
            quantity=line.quantity,
            unit=line.unit,
            value_cents=line.value_cents,
            tax_cents=line.tax_cents,
            details=LineDetails.of(line),
        )

    @property
    def amount(self) -> Decimal:
        """What the customer pays for it, in currency units."""
        return Decimal(self.line().price_cents).scaleb(-2)

    def line(self) -> Line:
        """The line of a row."""
        details = msgspec.convert(self.details or {}, LineDetails)
        treatment = TREATMENTS[self.tax_code]
        return Line(
            description=self.description,
            treatment=replace(treatment, percent=details.percent) if details.percent is not None else treatment,
            value_cents=self.value_cents,
            tax_cents=self.tax_cents,
            quantity=self.quantity,
            unit=self.unit,
            adjustments=details.adjustments,
            item_code=details.item_code,
            unspsc=details.unspsc,
        )


class VoucherFile(Base):
    """A file of a voucher: where its bytes are, by SHA-256. Written once per kind."""

    __tablename__ = "voucher_file"

    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    service: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))

    @classmethod
    def of(cls, kind: str, reference: FileRef) -> "VoucherFile":
        """A row for a stored file."""
        return cls(
            kind=kind,
            service=reference.service,
            sha256=reference.sha256,
            size=reference.size,
            media_type=reference.media_type,
            name=reference.name,
        )

    @property
    def reference(self) -> FileRef:
        """The claim check that events carry."""
        return FileRef(
            service=self.service, sha256=self.sha256, size=self.size, media_type=self.media_type, name=self.name
        )


class VoucherTransition(Base):
    """One step of a voucher, never changed afterwards: from where, to where, when and why."""

    __tablename__ = "voucher_transition"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"), index=True)
    from_state: Mapped[str] = mapped_column(String(14))
    to_state: Mapped[str] = mapped_column(String(14))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
