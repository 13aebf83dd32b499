"""What the fake gateway knows of treasury: one order whose charge is in doubt, one paid, a refund, a file, dues."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

ORDER = "11111111-2222-4333-8444-555555555555"
REFUND = "22222222-3333-4444-8555-666666666666"
AT = "2026-11-20T15:00:00+00:00"
ALL = ["payments:view", "payments:settle", "payments:refund", "payments:dues", "payments:certificates"]


def a_line(number: int, period: str) -> dict[str, Any]:
    """One due of an order."""
    return {"due_id": str(number), "period": period, "description": "Cuota", "amount": "60.00"}


def a_ruling(**more: Any) -> dict[str, Any]:
    """What somebody proposed about a charge."""
    return {
        "id": 5, "attempt_id": 9, "outcome": "CHARGED", "state": "PROPOSED", "evidence": "Reporte de Niubiz del 20/11",
        "reason": "Figura cobrado.", "proposed_by": "staff-2", "proposed_by_name": "Otra persona", "proposed_at": AT,
    } | more  # fmt: skip


def an_order(state: str = "PAID", public_state: str = "pagado", attempt: str = "PAID", **more: Any) -> dict[str, Any]:
    """An order as treasury opens it."""
    lines = [a_line(1, "202608"), a_line(2, "202609"), a_line(3, "202610")]
    conversation = {"direction": "out", "endpoint": "POST /api.authorization/v3/authorization/ecommerce/456879852", "http_status": 200,
                    "body": {"order": {"purchaseNumber": "100000001", "amount": "180.00"}}, "elapsed_ms": 812, "at": AT}  # fmt: skip
    return {
        "id": ORDER, "number": "000000012", "state": state, "public_state": public_state, "owner_cmp": "012345",
        "payer_account": "payer", "payer_name": None,
        "owner_name": "Rosa Elvira Quispe Ñaupari", "council": "03", "kind": "COLEGIADO", "total": "180.00", "currency": "PEN",
        "lines": lines, "voucher": {"type": "03", "name": "QUISPE ÑAUPARI ROSA ELVIRA", "email": "rosa@example.pe"},
        "created_at": AT, "expires_at": AT, "paid_at": AT, "terms_version": "2026-01", "terms_accepted_at": AT,
        "has_receipt": state == "PAID", "returned_due_ids": [], "refunds": [],
        "acts": [{"at": AT, "actor_id": "staff-2", "actor_name": "Otra persona", "act": "attempt.asked", "reason": None}],
        "attempts": [{
            "id": 9, "order_id": ORDER, "purchase_number": "100000001", "state": attempt, "created_at": AT, "charged_at": AT, "amount": "180.00",
            "authorized": "180.00", "card": "447411****2240", "card_brand": "visa", "authorization_code": "091800", "action_code": "000",
            "action_description": "Aprobado", "rulings": [], "messages": [conversation],
            "events": [{"from_state": "CREATED", "to_state": attempt, "happening": "x", "actor": "payer", "reason": "", "at": AT}],
        }],
    } | more  # fmt: skip


def a_refund(state: str = "REQUESTED", by: str = "staff-2", **more: Any) -> dict[str, Any]:
    """A refund as treasury opens it."""
    return {
        "id": REFUND, "order_id": ORDER, "order_number": "000000012", "owner_cmp": "012345", "owner_name": "Rosa Elvira Quispe Ñaupari",
        "council": "03", "state": state, "amount": "60.00", "whole": False, "reason": "Pagó dos veces", "lines": [a_line(3, "202610")],
        "requested_by": by, "requested_by_name": "Otra persona", "requested_at": AT, "decided_at": None, "decided_by_name": None,
        "next_attempt_at": None, "tries": 0, "answer": None, "devolution_code": None, "returned_at": None, "method": None,
    } | more  # fmt: skip


def a_movement(match: str = "UNKNOWN_PURCHASE", **more: Any) -> dict[str, Any]:
    """A row of the acquirer's file."""
    return {
        "id": "31", "file_id": "4", "type": "SALE", "purchase_number": "100000099", "transaction_id": "993211570048581", "sold_at": AT,
        "gross": "60.00", "fee": "1.20", "fee_vat": "0.22", "net": "58.58", "deposit_on": "2026-11-23", "match": match,
        "note": "Ningún cobro nuestro tiene ese número", "order_id": None, "refund_id": None, "open": True, "ways": ["OWE", "WRITE_OFF"],
        "resolution": None, "reason": None, "resolved_at": None,
    } | more  # fmt: skip


def a_due(state: str = "OPEN", **more: Any) -> dict[str, Any]:
    """A due as treasury opens it."""
    return {
        "id": "17", "owner_cmp": "012345", "kind": "COLEGIADO", "concept": "ORDINARIA", "period": "202610", "description": "Cuota Colegiado octubre 2026",
        "amount": "60.00", "tax_code": "30", "state": state, "settled_at": None, "orders": [], "outside_payments": [], "acts": [],
    } | more  # fmt: skip


def a_tariff(**more: Any) -> dict[str, Any]:
    """A tariff in force."""
    return {
        "id": "3", "kind": "COLEGIADO", "concept": "ORDINARIA", "relation": None, "age_from": 0, "age_to": 150, "amount": "60.00",
        "tax_code": "30", "valid_from": "202601", "valid_until": None, "sample": True,
    } | more  # fmt: skip


def a_report_line(label: str, net: str, refunded: str = "0.00") -> dict[str, Any]:
    """One line of a report."""
    return {"key": label, "label": label, "orders": 2, "dues": 3, "collected": net, "refunded": refunded, "net": net}


@dataclass
class TreasuryFake:
    """Tests change what they need; what the portal sent stands in the world's `asked`."""

    order: dict[str, Any] = field(default_factory=an_order)
    work: list[dict[str, Any]] = field(default_factory=list)
    refund: dict[str, Any] = field(default_factory=a_refund)
    movement: dict[str, Any] = field(default_factory=a_movement)
    due: dict[str, Any] = field(default_factory=a_due)
    owed: list[dict[str, Any]] = field(default_factory=lambda: [a_due()])
    tariffs: list[dict[str, Any]] = field(default_factory=lambda: [a_tariff()])
    report: list[dict[str, Any]] = field(
        default_factory=lambda: [a_report_line("19/11/2026", "120.00"), a_report_line("20/11/2026", "60.00")]
    )
    known_file: bool = False

    def counts(self) -> dict[str, int]:
        """How much waits."""
        names = (
            "unknown",
            "integrity",
            "not-applied",
            "refunds-requested",
            "refunds-scheduled",
            "refunds-unknown",
            "refunds-refused",
        )
        return dict.fromkeys(names, 0) | {"unknown": len(self.work), "refunds-requested": 1}

    def file(self) -> dict[str, Any]:
        """A file as payments tells it."""
        return {
            "id": "4",
            "name": "liquidacion.csv",
            "imported_at": AT,
            "rows": 12,
            "matched": 11,
            "differing": 1,
            "gross": "720.00",
            "net": "702.96",
        }


def offer_treasury(app: Flask, world: Any) -> None:
    """Its HTTP surface: GETs from memory, POSTs that only answer."""
    base, fake = "/api/payments/v1/staff", world.treasury

    def rows(*items: Any) -> Any:
        return jsonify(items=[item for item in items if item], next=None)

    gets = {
        "work-lists": lambda: jsonify(fake.counts()),
        "attempts": lambda: rows(*fake.work),
        "orders": lambda: rows(fake.order),
        f"orders/{ORDER}": lambda: jsonify(fake.order),
        "refunds": lambda: rows(fake.refund),
        f"refunds/{REFUND}": lambda: jsonify(fake.refund),
        "settlement/files": lambda: rows(fake.file()),
        "settlement/rows": lambda: rows(fake.movement),
        "settlement/rows/31": lambda: jsonify(fake.movement),
        "dues": lambda: rows(*fake.owed),
        "dues/17": lambda: jsonify(fake.due),
        "standing/012345": lambda: jsonify(world.standing.standing()),
        "tariffs": lambda: rows(*fake.tariffs),
        "reports/collected": lambda: jsonify(_report(fake, request.args)),
        "reports/collected.xlsx": lambda: Response(b"PK xlsx", content_type="application/vnd.ms-excel",
                                                   headers={"Content-Disposition": 'attachment; filename="recaudacion.xlsx"'}),
        f"orders/{ORDER}/receipt.pdf": lambda: Response(b"%PDF-1.4", content_type="application/pdf"),
        "certificates": lambda: rows(*world.standing.certificates),
    }  # fmt: skip

    @app.get(f"{base}/<path:path>")
    def treasury_get(path: str) -> Any:
        if path.startswith("certificates/") and world.standing.certificates:
            return jsonify(world.standing.certificates[0])
        if path in gets:
            return gets[path]()
        response = jsonify(type="urn:cmp:problem:not-found", detail="No existe.")
        response.status_code = 404
        return response

    @app.post(f"{base}/<path:path>")
    def treasury_post(path: str) -> Any:
        if path == "settlement/files":
            return jsonify(fake.file()), 200 if fake.known_file else 201
        if path.endswith("/query"):
            return jsonify(fake.order["attempts"][0])
        return ("", 204) if path.endswith("/withdrawal") else (jsonify(ok=True), 200)


def _report(fake: TreasuryFake, query: Any) -> dict[str, Any]:
    total = f"{sum(float(line['net']) for line in fake.report):.2f}"
    return {"from": query["from"], "to": query["to"], "by": query["by"], "currency": "PEN", "items": fake.report,
            "total": a_report_line("Total", total)}  # fmt: skip
