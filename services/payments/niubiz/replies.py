"""Reading the acquirer's replies: decide on action code and order, never on STATUS alone (payments.md 1.2)."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from chassis.clock import LIMA
from services.payments.niubiz.answers import (
    Approved,
    Authorization,
    BadRequest,
    CardDetails,
    Declined,
    Finding,
    Mismatch,
    NotFound,
    Sale,
    SaleRequest,
    Unknown,
)
from services.payments.niubiz.codes import Outcome, outcome_of
from services.payments.niubiz.scrub import without_card_numbers

CURRENCY_CODES = {"0604": "PEN", "0840": "USD", "604": "PEN", "840": "USD"}
NOT_PROCESSED = frozenset({400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 429})
"""Statuses that refuse a request before it charges anything; 408 and 409 are not among them."""

CHARGED = frozenset({"authorized", "confirmed", "verified"})
NOT_CHARGED = frozenset({"not authorized", "not confirmed", "not verified", "reject", "voided"})
"""Words of STATUS in a query's reply; "review" and "not voided" decide nothing (payments.md 1.2)."""

Body = dict[str, Any]


def read_json(content: bytes) -> Body | None:
    """A JSON object with exact decimals, or None when the content is anything else."""
    try:
        body = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def read_authorization(status: int, content: bytes, asked: SaleRequest) -> Authorization:
    """What an authorization's reply means. Anything that cannot be read for certain is Unknown."""
    body = read_json(content)
    if body is None:
        return Unknown(f"HTTP {status}, unreadable body")
    if status == 200:
        return _read_success(body, asked)
    code = _text(_part(body, "data"), "ACTION_CODE")
    if status == 400 and code is not None:
        return _read_refusal(body, code)
    if status in NOT_PROCESSED:
        return BadRequest(f"HTTP {status}: {_words(body, 'errorMessage') or 'no action code'}")
    return Unknown(f"HTTP {status}")


def read_finding(status: int, content: bytes, asked: SaleRequest) -> Finding:
    """What a query's reply means. Its field list has no raw sample (niubiz/retrieve_shape_only.json): read leniently.

    A query's "not found" has no known sample either: 404, or 400 without action code, is taken as such.
    """
    if status == 404:
        return NotFound()
    body = read_json(content)
    if body is None:
        return Unknown(f"HTTP {status}, unreadable body")
    code = _text(_part(body, "data"), "ACTION_CODE")
    if status == 400:
        return NotFound() if code is None else _read_found_refusal(_part(body, "data"), code)
    if status != 200:
        return Unknown(f"HTTP {status}")
    return _read_found(body, asked)


def _read_success(body: Body, asked: SaleRequest) -> Authorization:
    order, data = _part(body, "order"), _part(body, "dataMap")
    code = _text(order, "actionCode") or _text(data, "ACTION_CODE")
    if code is None:
        return Unknown("HTTP 200 without action code")
    if outcome_of(code) is not Outcome.APPROVED:
        return Unknown(f"HTTP 200 with action code {code}", code)
    charged = _amount(order.get("authorizedAmount"))
    if charged is None or _text(order, "purchaseNumber") is None or _currency(order, data) is None:
        return Unknown("HTTP 200 without amount, currency or number", code)
    return _compared(_sale(body, code, charged), order, data, asked)


def _read_refusal(body: Body, code: str) -> Authorization:
    match outcome_of(code):
        case Outcome.DECLINED | Outcome.OURS | Outcome.EXPIRED:
            return _declined(_part(body, "data"), code)
        case _:
            return Unknown(f"action code {code} does not decide", code)


def _read_found(body: Body, asked: SaleRequest) -> Finding:
    order, data = _part(body, "order"), _part(body, "dataMap")
    status = (_text(data, "STATUS") or _text(order, "status") or "").lower()
    code = _text(data, "ACTION_CODE") or _text(order, "actionCode") or ""
    if status in NOT_CHARGED:
        return _declined(data, code)
    charged = _amount(order.get("authorizedAmount", order.get("amount", data.get("AMOUNT"))))
    if status not in CHARGED or charged is None or (code and outcome_of(code) is not Outcome.APPROVED):
        return Unknown(f"query: status '{status[:20]}', action code '{code[:5]}'")
    return _compared(_sale(body, code or "000", charged), order, data, asked)


def _read_found_refusal(data: Body, code: str) -> Finding:
    refused = (_text(data, "STATUS") or "").lower() in NOT_CHARGED
    definite = outcome_of(code) in (Outcome.DECLINED, Outcome.OURS, Outcome.EXPIRED)
    return _declined(data, code) if refused or definite else Unknown(f"query: action code {code} does not decide", code)


def _compared(sale: Sale, order: Body, data: Body, asked: SaleRequest) -> Approved | Mismatch:
    """Approved only when amount, currency and purchase number all equal what was asked for."""
    differences = []
    for amount in dict.fromkeys((sale.amount, _amount(order.get("amount")))):
        if amount not in (None, asked.amount):
            differences.append(f"amount {amount:.2f} instead of {asked.amount:.2f}")
    if (currency := _currency(order, data)) not in (None, asked.currency):
        differences.append(f"currency {currency[:8]} instead of {asked.currency}")
    if (number := _text(order, "purchaseNumber")) is not None and number.lstrip("0") != asked.purchase_number:
        differences.append(f"purchase number {number[:12]} instead of {asked.purchase_number}")
    return Mismatch(sale, "; ".join(differences)) if differences else Approved(sale)


def _sale(body: Body, code: str, charged: Decimal) -> Sale:
    order, data = _part(body, "order"), _part(body, "dataMap")
    return Sale(
        amount=charged,
        action_code=code,
        description=_words(data, "ACTION_DESCRIPTION"),
        status=_text(data, "STATUS") or _text(order, "status"),
        authorization_code=_text(order, "authorizationCode") or _text(data, "AUTHORIZATION_CODE"),
        transaction_id=_text(order, "transactionId") or _text(data, "TRANSACTION_ID"),
        trace_number=_text(order, "traceNumber") or _text(order, "originalTraceNumber") or _text(data, "TRACE_NUMBER"),
        signature=_text(data, "SIGNATURE") or _text(_part(body, "fulfillment"), "signature"),
        eci=_text(data, "ECI"),
        installments=_count(order.get("installment", data.get("QUOTA_NUMBER"))),
        charged_at=read_lima_time(_text(order, "transactionDate") or _text(data, "TRANSACTION_DATE")),
        card=read_card(data),
    )


def _declined(data: Body, code: str) -> Declined:
    return Declined(
        action_code=code,
        description=_words(data, "ACTION_DESCRIPTION"),
        status=_text(data, "STATUS"),
        charged_at=read_lima_time(_text(data, "TRANSACTION_DATE")),
        card=read_card(data),
    )


def read_card(data: Body) -> CardDetails:
    """First six, last four and brand of a mask of any width: `447411******2240`, `400310****6160`, `455170**8059`."""
    digits = re.sub(r"\D", "", _text(data, "CARD") or "")
    known = len(digits) >= 10
    return CardDetails(
        brand=_text(data, "BRAND"), first6=digits[:6] if known else None, last4=digits[-4:] if known else None
    )


def read_lima_time(text: str | None) -> datetime | None:
    """`yyMMddHHmmss` in Lima local time as aware UTC; None when absent or unreadable (payments.md 1.2)."""
    try:
        return datetime.strptime(text or "", "%y%m%d%H%M%S").replace(tzinfo=LIMA).astimezone(UTC)
    except ValueError:
        return None


def _part(body: Body, name: str) -> Body:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, bool | dict | list):
        return None
    return str(value).strip() or None


def _words(body: Body, name: str) -> str:
    """A sentence of the acquirer's, short enough to keep and without any card number."""
    return without_card_numbers((_text(body, name) or "")[:200])


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _count(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else None


def _currency(order: Body, data: Body) -> str | None:
    given = _text(order, "currency") or _text(data, "CURRENCY")
    return CURRENCY_CODES.get(given, given) if given else None
