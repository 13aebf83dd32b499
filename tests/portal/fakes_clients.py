"""What the fake gateway knows of clients: first accesses, a physician's own RUC, consents and looks."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, request

CLINIC = {
    "id": "acc-9", "kind": "client", "name": "CLÍNICA DE EJEMPLO S.A.C.", "given_names": "", "cmp_number": None,
    "document_type": "6", "document_number": "20999999019", "council": None, "email": "caja@example.pe",
}  # fmt: skip
CODE = "ABCDE23456"
TEXTS = [
    {"purpose": "personal-data", "version": "v1", "title": "Tratamiento de sus datos", "text": "Texto de ejemplo.", "needed": True},
    {"purpose": "news", "version": "v1", "title": "Novedades", "text": "Texto voluntario de ejemplo.", "needed": False},
]  # fmt: skip


@dataclass
class ClientsFake:
    """Tests change the attributes as they need."""

    ruc: dict[str, Any] = field(default_factory=lambda: {"ruc": "10400000013", "linked": False, "name": None})
    consents: list[dict[str, Any]] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    copy: dict[str, Any] = field(
        default_factory=lambda: {
            "made_at": "2026-11-21T15:00:00Z", "account": CLINIC, "physician": None, "linked_ruc": None,
            "contact": {"email": "caja@example.pe", "phone": None, "mobile": None, "address": None},
            "contact_history": [], "consents": [], "sessions": [], "looks": [], "vouchers": [],
        }
    )  # fmt: skip


def a_consent(purpose: str = "news", withdrawn_at: str | None = None) -> dict[str, Any]:
    """A consent as identity tells it."""
    return {
        "purpose": purpose, "version": "v1", "title": "Novedades", "text": "Texto.", "needed": purpose != "news",
        "given_at": "2026-11-20T15:00:00Z", "given_from": "203.0.113.7", "withdrawn_at": withdrawn_at,
    }  # fmt: skip


def offer_clients(app: Flask, world: Any) -> None:
    """The routes of identity that the client pages ask."""
    base, fake = "/api/identity/v1", world.clients

    def refused(status: int, type: str, detail: str) -> Any:
        response = jsonify(type=f"urn:cmp:problem:{type}", title=detail, detail=detail, status=status)
        response.status_code, response.content_type = status, "application/problem+json"
        return response

    @app.post(f"{base}/first-access")
    def start() -> Any:
        return jsonify(first_access="acceso-secreto", minutes=60), 202

    @app.post(f"{base}/first-access/proof")
    def prove() -> Any:
        body = request.json
        if body.get("code") == CODE or (body.get("voucher") or {}).get("total") == "120.00":
            return jsonify(token="prueba-secreta", minutes=10), 201
        return refused(422, "identity/proof-not-accepted", "Los datos no coinciden.")

    @app.post(f"{base}/first-access/password")
    def finish() -> Any:
        if request.json["password"] == CLINIC["document_number"]:
            return refused(422, "identity/password-refused", "No puede contener sus datos.")
        return world.session(CLINIC), 201

    @app.post(f"{base}/sessions/linked")
    def go_over() -> Any:
        return world.session(CLINIC), 201

    @app.put(f"{base}/me/consents/<purpose>")
    def agree(purpose: str) -> Any:
        fake.consents.insert(0, a_consent(purpose))
        return jsonify(items=fake.consents)

    @app.delete(f"{base}/me/consents/<purpose>")
    def withdraw(purpose: str) -> Any:
        fake.consents[:] = [consent for consent in fake.consents if consent["purpose"] != purpose]
        return "", 204

    @app.route(f"{base}/me/ruc", methods=["POST", "DELETE"])
    def link() -> Any:
        if request.method == "POST" and request.json["password"] != "clave del ruc":
            return refused(422, "identity/ruc-not-proven", "No hay una cuenta con su RUC y esa contraseña.")
        fake.ruc["linked"] = request.method == "POST"
        return jsonify(fake.ruc), 201

    app.add_url_rule(f"{base}/consent-texts", "consent_texts", lambda: jsonify(items=TEXTS))
    app.add_url_rule(f"{base}/me/consents", "consents", lambda: jsonify(items=fake.consents))
    app.add_url_rule(f"{base}/me/looks", "looks", lambda: jsonify(items=fake.looks, next=None))
    app.add_url_rule(f"{base}/me/data", "copy", lambda: jsonify(fake.copy))
    app.add_url_rule(f"{base}/me/ruc", "own_ruc", lambda: jsonify(fake.ruc))
