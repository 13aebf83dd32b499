"""The receipt on paper: drawn from its snapshot alone, the same in ten years as on the day (payments.md 1.5)."""

from datetime import timedelta
from functools import cache
from typing import Any

from flask import Response
from jinja2 import Environment, PackageLoader, Template, Undefined
from sqlalchemy import select

from chassis.clock import now
from chassis.db import transaction
from chassis.files import files
from chassis.outbox import publish
from contracts.payments import ReceiptDrawn
from services.payments.dues import spell_period
from services.payments.models import Order, ReceiptPrint, ReceiptSnapshot
from services.payments.money import decimal
from services.payments.pdf import html_to_pdf

PDF_TYPE = "application/pdf"
LEASE = timedelta(minutes=2)
"""While one process draws, no other does; one that failed is drawn again after this long."""


def draw_pdf(receipt: dict[str, Any]) -> bytes:
    """The A4 PDF of a receipt's body, with embedded fonts; the same body gives the same bytes."""
    page = _template().render(receipt=receipt, facts=_facts(receipt), spell=lambda p: spell_period(p).capitalize())
    return html_to_pdf(page)


def receipt_file(snapshot: ReceiptSnapshot) -> Response:
    """The PDF as a download, drawn now."""
    headers = {
        "Content-Disposition": f'inline; filename="{file_name(snapshot.body)}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Response(draw_pdf(snapshot.body), content_type=PDF_TYPE, headers=headers)


def file_name(receipt: dict[str, Any]) -> str:
    """What the file is called where it is saved."""
    return f"constancia-de-pago-{receipt['purchase_number']}.pdf"


def print_next_receipt() -> bool:
    """Draw and store the oldest receipt that is not drawn yet, and tell it so that it is mailed; True if there was."""
    claimed = _claim()
    if claimed is None:
        return False
    order_id, body = claimed
    stored = files().put(draw_pdf(body), media_type=PDF_TYPE, name=file_name(body))
    with transaction() as session:
        row = session.get_one(ReceiptPrint, order_id, with_for_update=True)
        if row.sha256 is None:
            row.sha256, row.size, row.name, row.drawn_at = stored.sha256, stored.size, stored.name, now()
            row.next_attempt_at = None
            order = session.get_one(Order, order_id)
            publish(
                session,
                ReceiptDrawn(
                    order_id=order.id,
                    order_number=order.number_text,
                    purchase_number=body["purchase_number"],
                    description=body["description"],
                    amount=decimal(order.total_cents),
                    currency=order.currency,
                    paid_at=order.paid_at or now(),
                    email=order.email,
                    pdf=stored,
                ),
            )
    return True


def _claim() -> tuple[str, dict[str, Any]] | None:
    """Lease the receipt that waits longest."""
    waiting = select(ReceiptPrint).where(ReceiptPrint.sha256.is_(None), ReceiptPrint.next_attempt_at <= now())
    oldest = waiting.order_by(ReceiptPrint.next_attempt_at).limit(1).with_for_update(skip_locked=True)
    with transaction() as session:
        row = session.scalars(oldest).one_or_none()
        if row is None:
            return None
        row.tries, row.next_attempt_at = row.tries + 1, now() + LEASE * min(2**row.tries, 720)
        return row.order_id, session.get_one(ReceiptSnapshot, row.order_id).body


def _facts(receipt: dict[str, Any]) -> list[tuple[str, str]]:
    """What Niubiz demands of the result page, in its words (PAY-9); a receipt of an older version lacks some."""
    amount = f"{receipt['currency_symbol']} {receipt['amount']}"
    told = receipt.get("gateway_amount")
    owner = f"{receipt.get('owner_name') or ''} (CMP {receipt.get('owner_cmp') or ''})"
    facts = [
        ("Número de Tarjeta", f"{receipt.get('card') or ''} {(receipt.get('card_brand') or '').capitalize()}".strip()),
        ("Fecha y hora", receipt["paid_at_text"]),
        ("Monto", amount + (f" (el procesador informó {receipt['currency_symbol']} {told})" if told else "")),
        ("Moneda", "Soles (PEN)" if receipt["currency"] == "PEN" else receipt["currency"]),
        ("Descripción del producto", receipt["description"]),
        ("Médico colegiado", owner if receipt.get("owner_cmp") else ""),
        ("Nombre del tarjetahabiente", receipt.get("cardholder") or ""),
        ("Descripción del código de acción", receipt.get("action_text") or ""),
        ("Código de autorización", receipt.get("authorization_code") or ""),
        ("Orden", receipt["order_number"]),
    ]
    return [(label, value) for label, value in facts if value]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("services.payments", "."), autoescape=True, undefined=Undefined
    )  # fmt: skip
    return environment.get_template("receipt.html")
