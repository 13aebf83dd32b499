"""What the fake gateway knows of the public check of vouchers: one boleta, whose state tests choose."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, jsonify, request

FACTS = {"type": "03", "number": "BCN7-00005170", "issue_date": "2019-07-11", "total": "60.00"}


@dataclass
class VoucherCheckFake:
    """Tests change the state."""

    state: str = "accepted"
    state_label: str = "Aceptado"


def offer_voucher_check(app: Flask, fake: VoucherCheckFake) -> None:
    """Its HTTP surface."""

    @app.post("/api/einvoice/v1/public/vouchers/check")
    def check() -> Any:
        series, _, number = request.json["number"].upper().partition("-")
        if request.json | {"number": f"{series}-{int(number):08d}"} != FACTS:
            response = jsonify(type="urn:cmp:problem:einvoice/voucher-not-confirmed", detail="No encontramos.")
            response.status_code = 404
            return response
        return jsonify(
            FACTS
            | {
                "type_label": "Boleta de venta electrónica",
                "currency": "PEN",
                "state": fake.state,
                "state_label": fake.state_label,
                "checked_at": "2026-12-01T16:05:00+00:00",
            }
        )
