"""For whom somebody may pay, and the receipt on paper, as payments tells it."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify

OWN = {"owner_cmp": "012345", "owner_name": "Rosa Elvira Quispe Ñaupari", "own": True, "kinds": ["COLEGIADO", "SEMEFA"]}
HOLDER = {"owner_cmp": "023546", "owner_name": "Julio Prueba Mamani", "own": False, "kinds": ["SEMEFA"]}


@dataclass
class PayingFake:
    """What a test may change."""

    owners: list[dict[str, Any]] = field(default_factory=lambda: [OWN])


def offer_paying(app: Flask, paying: PayingFake) -> None:
    """The routes."""
    base = "/api/payments/v1"
    app.add_url_rule(f"{base}/owners", "owners", lambda: jsonify(items=paying.owners))
    app.add_url_rule(
        f"{base}/orders/<order_id>/receipt.pdf",
        "receipt_pdf",
        lambda order_id: Response(b"%PDF-1.4 constancia", content_type="application/pdf"),
    )
