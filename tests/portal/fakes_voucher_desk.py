"""What the fake gateway knows of the voucher desk: a rejected boleta, an accepted one, a summary, series, a report."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify

REJECTED = "33333333-2222-4333-8444-555555555555"
ACCEPTED = "44444444-2222-4333-8444-555555555555"
SUMMARY = "55555555-2222-4333-8444-555555555555"
ATTEMPT = "88888888-2222-4333-8444-555555555555"
AT = "2026-11-20T15:00:00+00:00"
RIGHTS = ["einvoice:view", "einvoice:issue", "einvoice:void", "einvoice:operate"]
ADVICE = "Rechazado para siempre: su número ya no se usa. Emita otro en su lugar."


def an_attempt(**more: Any) -> dict[str, Any]:
    """One attempt to file."""
    return {
        "id": ATTEMPT, "kept": True, "operation": "sendBill", "file_name": "20000000001-03-B003-00000001", "xml_sha256": "ab" * 32, "zip_sha256": "cd" * 32,
        "sent_at": AT, "answered_at": AT, "outcome": "Rejected", "code": "2335", "text": "El documento ha sido alterado", "elapsed_ms": 210,
    } | more  # fmt: skip


def a_row(id: str = REJECTED, **more: Any) -> dict[str, Any]:
    """A voucher in the queue."""
    return {
        "id": id, "number": "B003-00000001", "type": "03", "type_label": "Boleta de venta electrónica", "council": "03",
        "issue_date": "2026-11-20", "total": "118.00", "currency": "PEN", "state": "rejected", "sunat_code": "2335",
        "sunat_text": "El documento ha sido alterado", "advice": ADVICE, "waits_for_person": True, "attempts": 1,
        "next_attempt_at": None, "days_left": None,
    } | more  # fmt: skip


def a_page(id: str = REJECTED, **more: Any) -> dict[str, Any]:
    """A voucher's page."""
    line = {"position": 1, "description": "Curso de actualización", "tax_code": "10", "tax_label": "gravado", "quantity": "1",
            "amount": "118.00", "value": "100.00", "tax": "18.00"}  # fmt: skip
    may = {"void": False, "void_refusal": "Solo se puede anular un comprobante aceptado.", "void_days_left": 7, "note": False,
           "creditable": "118.00", "resend": False, "settle": True, "mail": False, "account_id": None}  # fmt: skip
    return a_row(id) | {
        "issued_at": AT, "customer_document_type": "1", "customer_document_number": "40000001", "customer_name": "QUISPE ÑAUPARI ROSA ELVIRA",
        "customer_address": None, "delivery_email": None, "value": "100.00", "tax": "18.00", "digest": "abc=", "observations": [],
        "lines": [line], "instalments": [], "downloads": ["pdf", "xml"], "void_reason": None, "voided_by": None, "voided_at": None,
        "amends": None, "notes": [], "replacement": None, "summaries": [], "attempts_made": [an_attempt()],
        "history": [{"from_state": "signed", "to_state": "queued", "at": AT, "reason": ""}, {"from_state": "sending", "to_state": "rejected", "at": AT, "reason": "2335"}],
        "acts": [{"at": AT, "actor_id": "staff-2", "actor_name": "Otra persona", "act": "voucher.issued", "reason": "Venta en ventanilla",
                  "before": None, "after": {"delivery_email": "absent"}}], "may": may,
    } | more  # fmt: skip


def an_accepted_page(**more: Any) -> dict[str, Any]:
    """An accepted voucher with a note on it, told by summary too."""
    may = a_page()["may"] | {"void": True, "void_refusal": None, "note": True, "settle": False, "mail": True}
    told = {
        "id": SUMMARY,
        "number": "RC-20261120-1",
        "voids": False,
        "state": "done",
        "sunat_code": "0",
        "sunat_text": "Aceptado",
    }
    return a_page(ACCEPTED) | {
        "number": "B003-00000002", "state": "accepted", "sunat_code": "0", "sunat_text": "La Boleta ha sido aceptada", "may": may,
        "downloads": ["pdf", "xml", "cdr"], "delivery_email": "rosa@example.pe", "summaries": [told], "waits_for_person": False,
        "notes": [a_row("66666666-2222-4333-8444-555555555555", number="BC03-00000001", state="accepted")],
        "attempts_made": [an_attempt(outcome="Accepted", code="0")],
    } | more  # fmt: skip


def a_summary(**more: Any) -> dict[str, Any]:
    """An RC that waits for a person."""
    return {
        "id": SUMMARY, "number": "RC-20261120-1", "kind": "RC", "issue_date": "2026-11-20", "reference_date": "2026-11-20",
        "state": "exception", "sunat_code": "0306", "sunat_text": "No se puede leer", "advice": "Corrija la causa y reenvíe.",
        "waits_for_person": True, "ticket": None, "ticket_at": None, "polls": 0, "attempts": 1, "next_attempt_at": None, "settled_at": None,
        "entries": [{"voucher_id": ACCEPTED, "number": "B003-00000002", "condition": "3", "reason": "Error", "state": "told"}],
        "attempts_made": [an_attempt(operation="sendSummary", outcome=None, code=None, text=None, elapsed_ms=None)],
    } | more  # fmt: skip


def a_line(label: str, total: str, **more: Any) -> dict[str, Any]:
    """One line of the report."""
    return {
        "key": label, "label": label, "series": "", "type": "", "issued": 3, "accepted": 2, "rejected": 1, "voided": 0, "pending": 0,
        "gravado": "100.00", "exonerado": "0.00", "inafecto": "30.00", "exportacion": "0.00", "igv": "18.00", "other": "0.00", "total": total,
    } | more  # fmt: skip


def a_certificate(state: str = "valid", **more: Any) -> dict[str, Any]:
    """The signing certificate."""
    return {
        "state": state, "demonstration": True, "subject": "CN=CMP DIGITAL - DEMOSTRACION", "serial": "1f", "valid_from": AT,
        "valid_until": "2028-11-20T15:00:00+00:00", "days_left": 730, "warning_days": 30,
    } | more  # fmt: skip


def _a_report() -> dict[str, Any]:
    return {
        "first": "2026-11-01", "last": "2026-11-30", "council": None, "total": a_line("Total", "148.00"),
        "items": [a_line("Boleta de venta electrónica", "148.00", series="B003", type="03")],
        "days": [a_line("19/11/2026", "118.00"), a_line("20/11/2026", "30.00")], "origins": [a_line("Pagos en línea", "148.00")],
    }  # fmt: skip


@dataclass
class VoucherDeskFake:
    """Tests change what they need; what the portal sent stands in the world's `asked`."""

    queue: list[dict[str, Any]] = field(default_factory=lambda: [a_row()])
    pages: dict[str, dict[str, Any]] = field(default_factory=lambda: {REJECTED: a_page(), ACCEPTED: an_accepted_page()})
    summary: dict[str, Any] = field(default_factory=a_summary)
    certificate: dict[str, Any] = field(default_factory=a_certificate)
    pause: dict[str, Any] | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=_a_report)

    def desk(self) -> dict[str, Any]:
        """The overview."""
        return {"states": {"rejected": 1}, "summaries": 1, "waiting_payments": self.waiting, "pause": self.pause,
                "certificate": self.certificate}  # fmt: skip

    def series(self) -> dict[str, Any]:
        """Series and certificate."""
        row = {"series": "B003", "type": "03", "type_label": "Boleta de venta electrónica", "council": "03", "last_number": 2,
               "active": True, "amends": ""}  # fmt: skip
        note = row | {"series": "BC00", "council": "00", "active": False, "amends": "03"}
        return {"items": [row, note], "certificate": self.certificate}

    def checked(self) -> dict[str, Any]:
        """A voucher before it is issued."""
        return {"number": "B003-00000003", "type_label": "Boleta de venta electrónica", "customer_name": "QUISPE ÑAUPARI ROSA ELVIRA",
                "value": "100.00", "tax": "18.00", "total": "118.00", "pending": "0.00", "amounts": {"gravado": "100.00"}}  # fmt: skip


def offer_voucher_desk(app: Flask, world: Any) -> None:
    """Its HTTP surface: GETs from memory, POSTs that only answer."""
    base, fake = "/api/einvoice/v1/staff", world.voucher_desk

    def rows(*items: Any) -> Any:
        return jsonify(items=list(items), next=None)

    def file(content: bytes, name: str) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, content_type="application/octet-stream", headers=headers)

    gets = {
        "desk": lambda: jsonify(fake.desk()),
        "queue": lambda: rows(*fake.queue),
        "vouchers": lambda: rows(*fake.pages.values()),
        "summaries": lambda: rows(fake.summary),
        f"summaries/{SUMMARY}": lambda: jsonify(fake.summary),
        "series": lambda: jsonify(fake.series()),
        "reports/month": lambda: jsonify(fake.report),
        "reports/month.xlsx": lambda: file(b"PK xlsx", "comprobantes-2026-11.xlsx"),
        "reports/ple.txt": lambda: file(b"20261100|", "LE2000000000120261100140100001111.txt"),
        f"attempts/{ATTEMPT}/answer": lambda: file(b"PK cdr", "R-1.zip"),
        f"vouchers/{REJECTED}/files/pdf": lambda: file(b"%PDF-1.4", "boleta.pdf"),
    }

    @app.get(f"{base}/<path:path>")
    def voucher_desk_get(path: str) -> Any:
        known = fake.pages.get(path.removeprefix("vouchers/"))
        if known or path in gets:
            return jsonify(known) if known else gets[path]()
        response = jsonify(type="urn:cmp:problem:einvoice/voucher-not-found", detail="No existe.")
        response.status_code = 404
        return response

    @app.post(f"{base}/<path:path>")
    def voucher_desk_post(path: str) -> Any:
        if path == "vouchers/check":
            return jsonify(fake.checked())
        issues = path == "vouchers" or path.endswith("/notes")
        return jsonify(an_accepted_page() if issues else a_row()), 201 if issues else 202
