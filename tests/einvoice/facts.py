"""Facts and documents the tests of einvoice start from. All persons, RUCs and addresses are invented."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from chassis.clock import LIMA
from contracts.payments import PaidLine, PaymentCaptured, PaymentRefunded, Recipient
from services.einvoice.documents import BOLETA, FACTURA, Customer, Document, Issuer, Line

ISSUER = Issuer(
    ruc="20000000001",
    legal_name="COLEGIO MÉDICO DEL PERÚ (MUESTRA)",
    trade_name="Colegio Médico del Perú",
    ubigeo="150122",
    department="LIMA",
    province="LIMA",
    district="MIRAFLORES",
    address="AV. 28 DE JULIO 776",
)
ROSA = Customer(document_type="1", document_number="40000001", name="QUISPE ÑAUPARI ROSA ELVIRA")
CLINIC = Customer(
    document_type="6", document_number="20123456786", name="CLÍNICA DE EJEMPLO S.A.C.", address="JR. UNO 1"
)
AT = datetime(2026, 11, 20, 10, 0, 5, tzinfo=LIMA)


def a_line(price_cents: int = 3000, tax_code: str = "30", description: str = "CUOTA COLEGIADO ENERO 2026") -> Line:
    """One due of S/ 30.00, inafecto unless told otherwise."""
    return Line.priced(description=description, price_cents=price_cents, tax_code=tax_code)


def a_boleta(**changes: Any) -> Document:
    """A boleta of two dues of S/ 30.00 for Rosa."""
    values: dict[str, Any] = {
        "type": BOLETA,
        "series": "BCN7",
        "number": 5170,
        "issued_at": AT,
        "issuer": ISSUER,
        "customer": ROSA,
        "lines": (a_line(), a_line(description="CUOTA COLEGIADO FEBRERO 2026")),
    }
    return Document(**values | changes)


def a_factura(**changes: Any) -> Document:
    """A factura of the same dues for a clinic."""
    return a_boleta(**{"type": FACTURA, "series": "FCN1", "number": 1, "customer": CLINIC} | changes)


def mixed_lines() -> tuple[Line, ...]:
    """Inafecto S/ 30.00, gravado S/ 118.00 and exonerado S/ 45.00."""
    return a_line(), a_line(11800, "10", "CURSO"), a_line(4500, "20", "LIBRO")


def a_payment(**changes: Any) -> PaymentCaptured:
    """Rosa has paid two dues by card and wants a boleta."""
    values: dict[str, Any] = {
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "council": "03",
        "voucher_type": "03",
        "recipient": Recipient(document_type="1", document_number="40000001", name="Quispe Ñaupari, Rosa  Elvira"),
        "voucher_email": "rosa.pedido@example.pe",
        "lines": (a_due("202601"), a_due("202602")),
        "total": Decimal("60.00"),
        "currency": "PEN",
        "captured_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    }
    return PaymentCaptured(**values | changes)


def a_factura_payment(**changes: Any) -> PaymentCaptured:
    """Rosa has paid and wants a factura for her clinic."""
    clinic = Recipient(
        document_type="6", document_number="20123456786", name="Clínica de Ejemplo S.A.C.", address="Jr. Uno 1, Lima"
    )
    return a_payment(**{"order_id": "order-2", "voucher_type": "01", "recipient": clinic} | changes)


def a_due(period: str, amount: str = "30.00", tax_code: str = "30") -> PaidLine:
    """One paid due."""
    description = f"Cuota colegiado {period}"
    return PaidLine(
        due_id=f"due-{period}",
        kind="COLEGIADO",
        period=period,
        description=description,
        amount=Decimal(amount),
        tax_code=tax_code,
    )


def a_refund(**changes: Any) -> PaymentRefunded:
    """Both dues of `a_payment` are given back."""
    values: dict[str, Any] = {
        "refund_id": "refund-1",
        "order_id": "order-1",
        "order_number": "2026-000123",
        "purchase_number": "100000001",
        "owner_cmp": "012345",
        "council": "03",
        "reason": "Pago duplicado",
        "lines": (a_due("202601"), a_due("202602")),
        "amount": Decimal("60.00"),
        "currency": "PEN",
        "full": True,
        "refunded_at": datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
    }
    return PaymentRefunded(**values | changes)


def a_partial_refund(**changes: Any) -> PaymentRefunded:
    """One of the two dues is given back."""
    half = {"lines": (a_due("202602"),), "amount": Decimal("30.00"), "full": False}
    return a_refund(**half | changes)
