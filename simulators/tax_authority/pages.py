"""The Spanish page for a person: what arrived and what became of it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, make_response, render_template

from .config import LIMA
from .office import Office

KINDS = {
    "01": "Factura",
    "03": "Boleta",
    "07": "Nota de crédito",
    "08": "Nota de débito",
    "RC": "Resumen diario",
    "RA": "Comunicación de baja",
}
STATES = {
    "accepted": "Aceptado",
    "observed": "Aceptado con observaciones",
    "rejected": "Rechazado",
    "voided": "Dado de baja",
    "exception": "No procesado (excepción)",
}
SHOWN = 200


def lima_time(text: str) -> str:
    """A stored time as people in Lima read it."""
    return f"{datetime.fromisoformat(text).astimezone(LIMA):%d/%m/%Y %H:%M:%S}"


def page_routes(office: Office) -> Blueprint:
    """The pages of one app."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def show_documents() -> Response:
        """List the latest documents."""
        counts = office.registry.count_by_state()
        page = render_template(
            "documents.html",
            documents=office.registry.documents(limit=SHOWN),
            counts={STATES[state]: number for state, number in counts.items()},
            total=sum(counts.values()),
            ruc=office.config.ruc,
            kinds=KINDS,
            states=STATES,
            lima_time=lima_time,
            shown=SHOWN,
        )
        return guarded(make_response(page))

    return routes


def guarded(response: Response) -> Response:
    """What the page shows came from outside: no script, no frame, no cache."""
    policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
