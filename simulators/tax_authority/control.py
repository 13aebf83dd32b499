"""The hidden door: set switches, read what was received. The real SUNAT has none of this."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from .config import CHANGEABLE, change
from .office import Office
from .switches import BEHAVIOURS, Switches, read_switch


def control_routes(office: Office, switches: Switches) -> Blueprint:
    """The `/_control` routes of one app."""
    routes = Blueprint("control", __name__, url_prefix="/_control")

    @routes.post("/next")
    def set_next() -> Response:
        """Say how the next calls shall go wrong; one order or a list of them."""
        given = request.get_json(force=True)
        for order in given if isinstance(given, list) else [given]:
            switches.add(read_switch(order))
        return jsonify(state())

    @routes.post("/reset")
    def reset() -> Response:
        """Forget the switches; with `{"documents": true}` forget what was received too."""
        given: Any = request.get_json(force=True, silent=True) or {}
        switches.reset()
        if given.get("documents"):
            office.registry.forget()
        return jsonify(state())

    @routes.post("/settings")
    def change_settings() -> Response:
        """Change how strict the answers are and what form they take."""
        given = dict(request.get_json(force=True))
        if set(given) - CHANGEABLE:
            raise ValueError(f"may be changed: {', '.join(sorted(CHANGEABLE))}")
        change(office.config, given)
        return jsonify(state())

    @routes.get("/state")
    def show_state() -> Response:
        """Tell settings, pending switches and counts."""
        return jsonify(state())

    @routes.get("/documents")
    def list_documents() -> Response:
        """Everything received, newest first, with the SHA-256 of each sending."""
        return jsonify(documents=office.registry.documents(limit=request.args.get("limit", 1000, type=int)))

    @routes.get("/documents/<file_name>/cdr")
    def show_cdr(file_name: str) -> Response:
        """The CDR zip as it was, or would have been, answered."""
        known = next((row for row in office.registry.documents() if row["file_name"] == file_name), None)
        row = office.registry.find(known["key"]) if known else None
        if row is None or row["cdr"] is None:
            abort(404)
        headers = {"Content-Disposition": f'attachment; filename="R-{row["file_name"]}.zip"'}
        return Response(row["cdr"], content_type="application/zip", headers=headers)

    @routes.errorhandler(ValueError)
    def refuse(error: ValueError) -> tuple[Response, int]:
        """A switch or setting that makes no sense."""
        return jsonify(error=str(error)), 400

    def state() -> dict[str, Any]:
        settings = {name: getattr(office.config, name) for name in sorted(CHANGEABLE)}
        return {
            "ruc": office.config.ruc,
            "now": office.config.clock().isoformat(),
            "settings": settings,
            "pending": switches.pending(),
            "documents": office.registry.count_by_state(),
            "behaviours": list(BEHAVIOURS),
        }

    return routes
