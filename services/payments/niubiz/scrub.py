"""What of the conversation may be stored: named fields only, and no card number even there (payments.md 3)."""

import re
from collections.abc import Mapping
from typing import Any

HEADER = frozenset({"ecoreTransactionUUID", "millis"})
FULFILLMENT = frozenset({"channel", "merchantId", "terminalId", "captureType", "countable", "fastPayment"})
ORDER = frozenset(
    {
        "purchaseNumber", "amount", "installment", "currency", "authorizedAmount", "authorizationCode", "actionCode",
        "traceNumber", "originalTraceNumber", "transactionDate", "transactionId", "status",
    }
)  # fmt: skip
DATA = frozenset(
    {
        "ACTION_CODE", "ACTION_DESCRIPTION", "STATUS", "CARD", "BRAND", "CARD_TYPE", "AMOUNT", "CURRENCY",
        "TRANSACTION_DATE", "TRANSACTION_ID", "AUTHORIZATION_CODE", "TRACE_NUMBER", "ECI", "ECI_DESCRIPTION",
        "MERCHANT", "TERMINAL", "ADQUIRENTE", "PROCESS_CODE", "CVV2_VALIDATION_RESULT", "BRAND_ACTION_CODE",
        "QUOTA_NUMBER", "QUOTA_AMOUNT", "QUOTA_DEFERRED", "CODERROR", "DSCERROR", "CODIGODEVOLUCION",
    }
)  # fmt: skip
TOP = frozenset(
    {
        "errorCode", "errorMessage", "channel", "captureType", "countable", "amount", "expirationTime",
        "annulationReason", "comment", "externalReferenceId",
    }
)  # fmt: skip
ALLOWED: Mapping[str, frozenset[str]] = {
    "header": HEADER,
    "fulfillment": FULFILLMENT,
    "order": ORDER,
    "dataMap": DATA,
    "data": DATA,
}
IDENTIFIERS = frozenset({"transactionId", "TRANSACTION_ID"})
"""The acquirer's own 15-digit ids, one in ten of which passes the Luhn test by chance; they are no card numbers."""

REMOVED = "[removed]"
LONGEST = 300
_DIGIT_RUN = re.compile(r"\d(?:[ -]?\d){12,18}")


def scrubbed(body: Any) -> dict[str, object]:
    """A body through the allow-list: unknown fields vanish, and any 13 to 19 digits that pass Luhn are removed."""
    if not isinstance(body, dict):
        return {"unreadable": True}
    kept: dict[str, object] = {}
    for name, value in body.items():
        if name in ALLOWED and isinstance(value, dict):
            kept[name] = {key: _clean(key, item) for key, item in value.items() if key in ALLOWED[name]}
        elif name in TOP:
            kept[name] = _clean(name, value)
    return kept


def without_card_numbers(text: str) -> str:
    """A text in which every digit run that could be a card number is replaced."""
    return _DIGIT_RUN.sub(lambda run: REMOVED if _passes_luhn(run.group()) else run.group(), text)


def _clean(name: str, value: Any) -> object:
    if value is None or isinstance(value, bool):
        return value
    text = str(value)[:LONGEST]
    return text if name in IDENTIFIERS else without_card_numbers(text)


def _passes_luhn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
