"""Reading what the acquirer says to a void, a reversal or a refund (payments.md 1.3, 1.4)."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis.clock import LIMA
from services.payments.niubiz.answers import BatchClosed, GaveBack, GivingBack, Refused, TooEarly, Unknown
from services.payments.niubiz.codes import Outcome, outcome_of
from services.payments.niubiz.replies import NOT_PROCESSED, read_json

VOIDED = "voided"
REVERSED = "400"
"""Action code of a reversal that worked; STATUS says Voided beside it."""
VOIDED_BEFORE = "941"
IN_A_DEPOSIT = "476"
ACCEPTED = "100"
"""CODERROR of a refund that was taken in."""


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """What we ask to be given back. `reference` of 20 characters at most names this refund and no other."""

    transaction_id: str
    amount: Decimal
    reference: str
    comment: str
    ruc: str


def spell_lima_time(moment: datetime) -> str:
    """Aware time as the acquirer writes it: `yyMMddHHmmss` in Lima."""
    return moment.astimezone(LIMA).strftime("%y%m%d%H%M%S")


def read_void(status: int, content: bytes) -> GivingBack:
    """What a void's or reversal's reply means: only code 400 with STATUS Voided gave the money back."""
    body = read_json(content)
    if body is None:
        return Unknown(f"HTTP {status}, unreadable body")
    code, word = _code(body), _status(body)
    if word == VOIDED and code in (REVERSED, VOIDED_BEFORE):
        return GaveBack()
    if code == VOIDED_BEFORE:
        return GaveBack()
    if code == IN_A_DEPOSIT:
        return BatchClosed()
    if status in NOT_PROCESSED and code is None:
        return Refused(f"HTTP {status}")
    if status == 400 and code is not None and outcome_of(code) in (Outcome.DECLINED, Outcome.OURS):
        return Refused(f"código {code[:5]}")
    return Unknown(f"void: HTTP {status}, action code '{(code or '')[:5]}'")


def read_refund(status: int, content: bytes, *, early: Container[str], repeated: Container[str]) -> GivingBack:
    """What a refund's reply means. `early` and `repeated` are codes of CODERROR; Niubiz's list is not public."""
    body = read_json(content)
    if body is None:
        return Unknown(f"HTTP {status}, unreadable body")
    data = _part(body, "data")
    code = str(data.get("CODERROR") or "").strip()
    if status == 200 and code == ACCEPTED:
        return GaveBack(str(data.get("CODIGODEVOLUCION") or "").strip()[:40] or None)
    if status == 200 and code in repeated:
        return GaveBack()
    if status == 200 and code in early:
        return TooEarly(f"código {code[:5]}")
    if status in NOT_PROCESSED or (status == 200 and code):
        return Refused(f"código {code[:5]}" if code else f"HTTP {status}")
    return Unknown(f"refund: HTTP {status}")


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _code(body: dict[str, Any]) -> str | None:
    found = _part(body, "order").get("actionCode") or _part(body, "dataMap").get("ACTION_CODE")
    found = found or _part(body, "data").get("ACTION_CODE")
    return None if found is None else str(found)


def _status(body: dict[str, Any]) -> str:
    return str(_part(body, "dataMap").get("STATUS") or _part(body, "data").get("STATUS") or "").lower()
