"""Einvoice's files of lists and selections, from memory: ZIP, exports at once, and the long ones."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

CSV, ZIP = b"\xef\xbb\xbfDOCUMENTO;TIPO\r\n", b"PK fake"


def an_export(state: str = "waiting", **facts: Any) -> dict[str, Any]:
    """An export as einvoice tells it."""
    told = {
        "id": "e1", "format": "xlsx", "state": state, "rows_total": 1234, "rows_written": 1000,
        "asked_at": "2026-11-20T15:00:00Z", "expires_at": None, "size": None,
    }  # fmt: skip
    if state == "ready":
        told |= {"rows_written": 1234, "expires_at": "2026-11-23T15:00:00Z", "size": 2048}
    return told | facts


@dataclass
class ExportsFake:
    """What was asked for, and whether a list is long."""

    long: bool = False
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)


def offer_voucher_files(app: Flask, exports: ExportsFake, problem: Any) -> None:
    """Hang the routes on the fake gateway; `problem` makes its problem+json."""
    base = "/api/einvoice/v1/vouchers"

    def one(export_id: str) -> Any:
        if export_id not in exports.kept:
            return problem(404, "einvoice/export-not-found", "La exportación no existe o no es suya.")
        return jsonify(exports.kept[export_id])

    @app.get(f"{base}/export", endpoint="voucher_export")
    def at_once() -> Any:
        if exports.long:
            response = problem(409, "einvoice/too-many-to-export", "Hay más de 1000 comprobantes.")
            response.set_data(response.get_data().replace(b"{", b'{"most": 1000, ', 1))
            return response
        return Response(CSV, content_type="text/csv; charset=utf-8")

    @app.route(f"{base}/exports", methods=["GET", "POST"], endpoint="voucher_exports")
    def ask() -> Any:
        if request.method == "GET":
            return jsonify(items=list(exports.kept.values()))
        exports.kept["e1"] = an_export(format=request.json["format"])
        return jsonify(exports.kept["e1"]), 202

    @app.get(f"{base}/exports/<export_id>/file", endpoint="voucher_export_file")
    def file(export_id: str) -> Any:
        if exports.kept.get(export_id, {}).get("state") != "ready":
            return problem(409, "einvoice/export-not-ready", "El archivo aún se prepara o su plazo terminó.")
        headers = {"Content-Disposition": 'attachment; filename="comprobantes-20261120.xlsx"'}
        return Response(CSV, content_type="text/csv; charset=utf-8", headers=headers)

    app.add_url_rule(f"{base}/exports/<export_id>", "voucher_export_one", one)
    app.add_url_rule(f"{base}/zip", "zip", lambda: Response(ZIP, content_type="application/zip"), methods=["POST"])
