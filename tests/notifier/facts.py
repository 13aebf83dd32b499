"""Facts of other services, as the notifier's tests need them. All persons are invented."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chassis.events import FileRef
from contracts.einvoice import VoucherAccepted, VoucherMailRequested
from contracts.identity import ContactChanged
from contracts.payments import (
    ChargeReturned,
    PaidLine,
    PaymentDeclined,
    PaymentFailed,
    PaymentNotApplied,
    PaymentRefunded,
    ReceiptDrawn,
)

PDF = b"%PDF-1.4 boleta de prueba " + bytes(range(256))
XML = b"<Invoice/>"
CDR = b"PK\x03\x04 cdr"


def a_file(content: bytes = PDF, name: str = "BCN7-00005170.pdf", media_type: str = "application/pdf") -> FileRef:
    """The claim check of a file at einvoice."""
    digest = hashlib.sha256(content).hexdigest()
    return FileRef(service="einvoice", sha256=digest, size=len(content), media_type=media_type, name=name)


def a_voucher_accepted(**changes: Any) -> VoucherAccepted:
    """A boleta of S/ 40.00, accepted, to be mailed to the address typed with the order."""
    values: dict[str, Any] = {
        "voucher_id": "voucher-1",
        "number": "BCN7-00005170",
        "voucher_type": "03",
        "issue_date": date(2026, 9, 5),
        "customer_document_type": "1",
        "customer_document_number": "40000001",
        "customer_name": "QUISPE ÑAUPARI ROSA ELVIRA",
        "total": Decimal("1240.00"),
        "currency": "PEN",
        "accepted_at": datetime(2026, 9, 5, 20, 0, tzinfo=UTC),
        "observations": (),
        "pdf": a_file(),
        "xml": a_file(XML, "BCN7-00005170.xml", "application/xml"),
        "cdr": a_file(CDR, "R-BCN7-00005170.zip", "application/zip"),
        "delivery_email": "rosa.pedido@example.pe",
        "order_id": "order-1",
        "order_number": "2026-000123",
    }
    return VoucherAccepted(**values | changes)


def a_mail_request(**changes: Any) -> VoucherMailRequested:
    """The owner of a factura asks for it by mail, with XML and CDR (VOC-5)."""
    values: dict[str, Any] = {
        "voucher_id": "voucher-1",
        "number": "FCN7-00000012",
        "voucher_type": "01",
        "issue_date": date(2026, 9, 5),
        "customer_name": "CLÍNICA ÑUSTA S.A.C.",
        "total": Decimal("100.00"),
        "currency": "PEN",
        "account_id": "account-1",
        "attachments": (
            a_file(),
            a_file(XML, "FCN7-00000012.xml", "application/xml"),
            a_file(CDR, "R-FCN7-00000012.zip", "application/zip"),
        ),
    }
    return VoucherMailRequested(**values | changes)


def a_contact(email: str = "rosa.registrada@example.pe", **changes: Any) -> ContactChanged:
    """The registered address of an account."""
    values: dict[str, Any] = {
        "account_id": "account-1",
        "document_type": "1",
        "document_number": "40000001",
        "email": email,
        "cmp_number": "012345",
    }
    return ContactChanged(**values | changes)


def a_declined_payment(**changes: Any) -> PaymentDeclined:
    """A card refused after the page had said that the result was being confirmed."""
    values: dict[str, Any] = {
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "action_code": "116",
        "reason": "Operación denegada. Fondos insuficientes",
        "settled_later": True,
        "email": "rosa.pedido@example.pe",
    }
    return PaymentDeclined(**values | changes)


def a_failed_payment(**changes: Any) -> PaymentFailed:
    """An attempt without a charge, found out after the page had promised to write."""
    values: dict[str, Any] = {
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "reason": "sin respuesta",
        "settled_later": True,
        "email": "rosa.pedido@example.pe",
    }
    return PaymentFailed(**values | changes)


def a_drawn_receipt(**changes: Any) -> ReceiptDrawn:
    """The receipt of a paid order, its PDF stored."""
    values: dict[str, Any] = {
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "description": "Cuota Colegiado: agosto 2026",
        "amount": Decimal("60.00"),
        "currency": "PEN",
        "paid_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
        "email": "rosa.pedido@example.pe",
        "pdf": a_file(name="constancia-de-pago-100000001.pdf"),
    }
    return ReceiptDrawn(**values | changes)


def a_payment_not_applied(**changes: Any) -> PaymentNotApplied:
    """A charge whose dues had been paid at the bank."""
    values: dict[str, Any] = {
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "council": "03",
        "amount": Decimal("60.00"),
        "currency": "PEN",
        "charged_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
        "email": "rosa.pedido@example.pe",
    }
    return PaymentNotApplied(**values | changes)


def a_returned_charge(**changes: Any) -> ChargeReturned:
    """The same money, given back."""
    values: dict[str, Any] = {
        "refund_id": "refund-1",
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "amount": Decimal("60.00"),
        "currency": "PEN",
        "returned_at": datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        "email": "rosa.pedido@example.pe",
    }
    return ChargeReturned(**values | changes)


def a_refunded_payment(*months: str, **changes: Any) -> PaymentRefunded:
    """Paid dues given back to the card, S/ 60.00 each."""
    lines = tuple(
        PaidLine(
            due_id=month, kind="COLEGIADO", period="202608", description=f"Cuota Colegiado {month}",
            amount=Decimal("60.00"), tax_code="30",
        )
        for month in months or ("agosto 2026",)
    )  # fmt: skip
    values: dict[str, Any] = {
        "refund_id": "refund-1",
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "council": "03",
        "reason": "pagó dos veces",
        "lines": lines,
        "amount": 60 * Decimal("1.00") * len(lines),
        "currency": "PEN",
        "full": True,
        "refunded_at": datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        "card_last4": "2240",
        "email": "rosa.pedido@example.pe",
    }
    return PaymentRefunded(**values | changes)
