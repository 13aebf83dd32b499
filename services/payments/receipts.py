"""The receipt: everything the result page must show, kept as it was (PAY-9, PAY-10, Niubiz certification)."""

import hashlib
import json
from typing import Any

from chassis.clock import LIMA, now
from services.payments.models import Attempt, Order, OrderLine, ReceiptPrint, ReceiptSnapshot
from services.payments.money import decimal
from services.payments.settings import Settings

KEEP_NOTICE = "Imprima esta constancia y consérvela como comprobante de su pago."
SYMBOLS = {"PEN": "S/", "USD": "US$"}


def draw_receipt(order: Order, attempt: Attempt, settings: Settings) -> ReceiptSnapshot:
    """The snapshot of a paid order, to be stored beside the payment itself."""
    body = _body(order, attempt, settings)
    return ReceiptSnapshot(
        order_id=order.id, attempt_id=attempt.id, body=body, sha256=fingerprint(body), created_at=now()
    )


def print_later(order: Order) -> ReceiptPrint:
    """The receipt's PDF as a job will draw and mail it."""
    return ReceiptPrint(order_id=order.id, next_attempt_at=now())


def fingerprint(body: dict[str, Any]) -> str:
    """SHA-256 of a JSON object in canonical form: sorted keys, no blanks, UTF-8."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _body(order: Order, attempt: Attempt, settings: Settings) -> dict[str, Any]:
    at = attempt.charged_at or now()
    return {
        "order_id": order.id,
        "order_number": order.number_text,
        "purchase_number": attempt.number_text,
        "card": attempt.masked_card,
        "card_brand": attempt.card_brand,
        "cardholder": attempt.cardholder,
        "owner_cmp": order.owner_cmp,
        "owner_name": order.owner_name,
        "paid_at": at.isoformat().replace("+00:00", "Z"),
        "paid_at_text": f"{at.astimezone(LIMA):%d/%m/%Y %H:%M:%S}",
        "amount": str(decimal(order.total_cents)),
        "currency": order.currency,
        "currency_symbol": SYMBOLS.get(order.currency, order.currency),
        "gateway_amount": None if attempt.differing_cents is None else str(decimal(attempt.differing_cents)),
        "description": order.description,
        "lines": [_line(line) for line in order.lines],
        "action_code": attempt.action_code,
        "action_text": attempt.action_text,
        "authorization_code": attempt.authorization_code,
        "installments": attempt.installments,
        "voucher_type": order.voucher_type,
        "voucher_email": order.email,
        "refund_policy": settings.refund_policy,
        "terms_version": order.terms_version,
        "terms_url": settings.terms_url,
        "terms_accepted_at_text": f"{order.terms_accepted_at.astimezone(LIMA):%d/%m/%Y %H:%M:%S}",
        "merchant": _merchant(settings),
        "keep_notice": KEEP_NOTICE,
    }


def _line(line: OrderLine) -> dict[str, str]:
    return {"period": line.period, "description": line.description, "amount": str(decimal(line.amount_cents))}


def _merchant(settings: Settings) -> dict[str, str]:
    return {
        "name": settings.merchant_name,
        "domain": settings.merchant_domain,
        "phone": settings.merchant_phone,
        "address": settings.merchant_address,
        "country": settings.merchant_country,
        "logo_url": settings.merchant_logo_url,
    }
