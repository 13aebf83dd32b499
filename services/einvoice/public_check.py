"""Whether a voucher is genuine and accepted: four facts of it, all right, or nothing is told.

An unknown number and a wrong date or total are one question to the database with one answer, so that nobody learns
which number exists. What is told names nobody.
"""

import re
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from services.einvoice.access import SINCE
from services.einvoice.documents import TYPE_NAMES
from services.einvoice.models import Voucher, VoucherState

NUMBER_WRITTEN = re.compile(r"\s*([A-Z0-9]{4})\s*-?\s*(\d{1,8})\s*\Z", re.ASCII | re.IGNORECASE)
S = VoucherState
STANDINGS = {
    S.ACCEPTED: ("accepted", "Aceptado"),
    S.OBSERVED: ("observed", "Observado"),
    S.REJECTED: ("rejected", "Rechazado"),
    S.VOID_REQUESTED: ("accepted", "Aceptado"),
    S.VOIDED: ("voided", "Anulado"),
    S.VOID_REJECTED: ("accepted", "Aceptado"),
}
PENDING = ("pending", "En proceso")
"""Issued by us, while SUNAT has not answered."""


class VoucherFacts(Schema):
    """What stands on the paper."""

    type = fields.String(required=True, validate=validate.OneOf(list(TYPE_NAMES), error="Elija el tipo."))
    number = fields.String(
        required=True,
        validate=validate.Regexp(NUMBER_WRITTEN, error="Escriba la serie y el número, por ejemplo BCN7-00005170."),
        metadata={"description": "Serie y número, con o sin ceros: BCN7-5170"},
    )
    issue_date = fields.Date(required=True)
    total = fields.Decimal(
        required=True,
        places=2,
        validate=validate.Range(Decimal(0), Decimal("999999999.99"), error="Escriba el importe total."),
    )


class VoucherStanding(Schema):
    """Where a voucher stands; it names nobody."""

    type = fields.String(metadata={"description": "SUNAT catálogo 01"})
    type_label = fields.String()
    number = fields.String()
    issue_date = fields.Date()
    total = fields.Decimal(as_string=True, places=2)
    currency = fields.String()
    state = fields.String(metadata={"description": "accepted, observed, rejected, voided, pending"})
    state_label = fields.String()
    checked_at = fields.AwareDateTime()


def confirmed(session: Session, facts: dict[str, Any]) -> Voucher | None:
    """The voucher all of whose facts were given."""
    series, number = re.findall(NUMBER_WRITTEN, facts["number"])[0]
    return session.scalar(
        select(Voucher).where(
            Voucher.voucher_type == facts["type"],
            Voucher.series == series.upper(),
            Voucher.number == int(number),
            Voucher.issue_date == facts["issue_date"],
            Voucher.total_cents == int(facts["total"].scaleb(2)),
            Voucher.issue_date >= SINCE,
        )
    )


def standing(voucher: Voucher) -> dict[str, Any]:
    """What anybody may know."""
    state, label = STANDINGS.get(voucher.state, PENDING)
    return {
        "type": voucher.voucher_type,
        "type_label": TYPE_NAMES[voucher.voucher_type],
        "number": voucher.printed_number,
        "issue_date": voucher.issue_date,
        "total": voucher.total,
        "currency": voucher.currency,
        "state": state,
        "state_label": label,
        "checked_at": now(),
    }
