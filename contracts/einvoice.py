"""What einvoice tells: the life of an electronic voucher, from its number to SUNAT's answer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from chassis.events import Event, FileRef, PersonalStr


@dataclass(frozen=True, kw_only=True)
class VoucherIssued(Event):
    """Published when a voucher has its number and its signed bytes are stored; SUNAT has not seen it yet."""

    topic: ClassVar[str] = "einvoice.voucher_issued.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    """Series and number as printed, `BCN7-00005170`."""
    voucher_type: str
    issue_date: date
    customer_document_type: str
    customer_document_number: PersonalStr
    customer_name: PersonalStr
    total: Decimal
    currency: str
    order_id: str | None = None
    council: str | None = None
    """Council whose series numbered it: its staff look after the customer's e-mail (VOC-6)."""


@dataclass(frozen=True, kw_only=True)
class VoucherImported(Event):
    """Published when a voucher of earlier years, issued by other software, was entered; nobody is mailed about it."""

    topic: ClassVar[str] = "einvoice.voucher_imported.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    voucher_type: str
    issue_date: date
    customer_document_type: str
    customer_document_number: PersonalStr
    customer_name: PersonalStr
    total: Decimal
    currency: str
    council: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoucherAccepted(Event):
    """Published once, when SUNAT has accepted a voucher (with or without observations) and its PDF is stored."""

    topic: ClassVar[str] = "einvoice.voucher_accepted.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    voucher_type: str
    issue_date: date
    customer_document_type: str
    customer_document_number: PersonalStr
    customer_name: PersonalStr
    total: Decimal
    currency: str
    accepted_at: datetime
    observations: tuple[str, ...]
    pdf: FileRef
    xml: FileRef
    cdr: FileRef
    delivery_email: PersonalStr | None = None
    """The address given with the order (PAY-11); None when nobody gave one (VOC-7)."""
    order_id: str | None = None
    order_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoucherRejected(Event):
    """Published when SUNAT has refused a voucher for good; staff must issue another."""

    topic: ClassVar[str] = "einvoice.voucher_rejected.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    voucher_type: str
    code: str
    reason: str
    order_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoucherMailRequested(Event):
    """Published when an owner asks for a voucher by mail; it goes to the registered address only (VOU-10)."""

    topic: ClassVar[str] = "einvoice.voucher_mail_requested.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    voucher_type: str
    issue_date: date
    customer_name: PersonalStr
    total: Decimal
    currency: str
    account_id: str
    """The notifier knows the registered address of this account from identity's ContactChanged."""
    attachments: tuple[FileRef, ...]


@dataclass(frozen=True, kw_only=True)
class VoucherExportReady(Event):
    """Published when a long list of vouchers that somebody asked for is written; only its owner can fetch it."""

    topic: ClassVar[str] = "einvoice.voucher_export_ready.v1"
    subject_field: ClassVar[str] = "export_id"

    export_id: str
    account_id: str
    """The notifier knows the registered address of this account from identity's ContactChanged."""
    rows: int
    format: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoucherExportFailed(Event):
    """Published when a long list of vouchers could not be written after several tries."""

    topic: ClassVar[str] = "einvoice.voucher_export_failed.v1"
    subject_field: ClassVar[str] = "export_id"

    export_id: str
    account_id: str


@dataclass(frozen=True, kw_only=True)
class VoucherVoided(Event):
    """Published when SUNAT has taken note that a voucher is void (RA or RC); its number is never used again."""

    topic: ClassVar[str] = "einvoice.voucher_voided.v1"
    subject_field: ClassVar[str] = "voucher_id"

    voucher_id: str
    number: str
    voucher_type: str
    reason: str
    voided_at: datetime
    order_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CreditNoteOmitted(Event):
    """Published when a refund gets no credit note, because the voucher it would amend was rejected or is void."""

    topic: ClassVar[str] = "einvoice.credit_note_omitted.v1"
    subject_field: ClassVar[str] = "order_id"

    refund_id: str
    order_id: str
    order_number: str
    number: str | None
    """The voucher of the order; None when it has none."""
    reason: str
    omitted_at: datetime
