"""What the fake gateway knows of recertifications, their constancias and diplomas, and a key that seals them."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from joserfc import jws
from joserfc.jwk import ECKey

ID = "5a1f2f60-2222-4333-8444-555566667777"
CODE = "9RT49XMB2PTH"
KEY = ECKey.generate_key("P-256", {"kid": "recert", "use": "sig", "alg": "ES256"})
CLAIMS = {
    "jti": "CR-00000007", "cod": CODE, "cmp": "012345", "nom": "QUISPE ÑAUPARI, Rosa Elvira",
    "tip": "Especialidad: PSIQUIATRÍA", "iat": 1795186800, "exp": 1952920800,
}  # fmt: skip
HANDOVER = {
    "handed_on": "2026-12-03", "collector": "Ana Ríos Paz", "document_type": "1", "by_proxy": True,
    "recorded_at": "2026-12-03T15:00:00+00:00", "recorded_by_name": "ANA LIMA",
}  # fmt: skip


def signed(key: ECKey = KEY, typ: str = "recertificacion") -> str:
    """What a QR carries."""
    return jws.serialize_compact({"alg": "ES256", "kid": "recert", "typ": typ}, json.dumps(CLAIMS), key)


def a_recertification(state: str = "VIGENTE", **more: Any) -> dict[str, Any]:
    """A recertification as recert tells it."""
    revoked = state == "REVOCADA"
    return {
        "id": ID, "number": "000012", "state": state, "state_text": "REVOCADO" if revoked else "APROBADO Y REVISADO",
        "diploma_number": 35568, "kind_text": "Especialidad: PSIQUIATRÍA", "basis": "SPECIALITY", "rne": "008123",
        "speciality": "Psiquiatría", "cmp_number": "012345", "name": "QUISPE ÑAUPARI, Rosa Elvira",
        "dictamen_on": "2019-04-09", "valid_until": "2024-04-08", "year": 2019, "pickup_council": "03",
        "pickup_label": "CR III LIMA", "diploma": "EN_PREPARACION", "ready_at": None, "handover": None,
        "constancia_number": "CR-00000007", "constancia_code": "9RT4-9XMB-2PTH", "constancia_drawn": True,
        "revoked_at": "2026-11-25T15:00:00+00:00" if revoked else None,
        "revocation_reason": "Documento falso en el expediente" if revoked else None, "due_on": "2026-12-15",
    } | more  # fmt: skip


@dataclass
class RecertifiedFake:
    """Tests change what they need."""

    rows: list[dict[str, Any]] = field(default_factory=lambda: [a_recertification()])
    questions: list[dict[str, Any]] = field(default_factory=list)

    def public(self, signature: str | None) -> dict[str, Any]:
        """The answer to anybody who holds the code."""
        row = self.rows[0]
        names = ("name", "cmp_number", "kind_text", "rne", "state", "dictamen_on", "valid_until")
        told = {name: row[name] for name in names}
        return told | {
            "number": row["constancia_number"], "signature": signature, "checked_at": "2026-12-01T16:05:00+00:00",
        }  # fmt: skip


def offer_recertified(app: Flask, world: Any) -> None:
    """Its HTTP surface."""
    base = "/api/recert/v1"
    fake: RecertifiedFake = world.recertified

    def missing(type: str = "recertification-not-found") -> Any:
        response = jsonify(type=f"urn:cmp:problem:recert/{type}", detail="No existe.")
        response.status_code = 404
        return response

    def row_of(recertification_id: str) -> dict[str, Any] | None:
        return fake.rows[0] if recertification_id == ID and fake.rows else None

    def one(recertification_id: str) -> Any:
        row = row_of(recertification_id)
        return jsonify(row) if row else missing()

    def change(**changes: Any) -> Any:
        fake.rows[0] |= changes
        return jsonify(fake.rows[0])

    @app.get(f"{base}/public/constancias/<code>")
    def verify_recertified(code: str) -> Any:
        sent = request.args.get("firma")
        signature = None if sent is None else "ALTERED" if sent == "alterada" else "VALID"
        return jsonify(fake.public(signature)) if code.upper() == CODE else missing("code-not-found")

    @app.get(f"{base}/recertifications/<recertification_id>/constancia")
    def constancia(recertification_id: str) -> Any:
        headers = {"Content-Disposition": 'attachment; filename="constancia.pdf"'}
        return Response(b"%PDF-1.4 constancia", content_type="application/pdf", headers=headers)

    @app.post(f"{base}/staff/diplomas/<recertification_id>/handover")
    def hand_over(recertification_id: str) -> Any:
        return change(diploma="ENTREGADO", handover=HANDOVER | request.json)

    @app.post(f"{base}/staff/recertifications/<recertification_id>/revocation")
    def revoke(recertification_id: str) -> Any:
        return change(**a_recertification("REVOCADA", revocation_reason=request.json["reason"]))

    gets: dict[str, Any] = {
        "/.well-known/constancias-recertificacion.json": lambda: jsonify(keys=[KEY.as_dict(private=False)]),
        f"{base}/recertifications": lambda: jsonify(items=fake.rows, next=None),
        f"{base}/recertifications/<recertification_id>": one,
        f"{base}/recertifications/<recertification_id>/questions": lambda recertification_id: jsonify(
            items=fake.questions, next=None
        ),
        f"{base}/staff/recertifications": lambda: jsonify(items=fake.rows, next=None),
        f"{base}/staff/recertifications/<recertification_id>": one,
        f"{base}/staff/diplomas": lambda: jsonify(items=fake.rows, next=None),
        f"{base}/staff/diplomas/<recertification_id>": one,
    }
    posts: dict[str, Any] = {
        f"{base}/recertifications/<recertification_id>/constancia/mail": lambda recertification_id: (
            jsonify(fake.rows[0]), 202,
        ),
        f"{base}/staff/diplomas/<recertification_id>/ready": lambda recertification_id: change(
            diploma="LISTO", ready_at="2026-12-01T15:00:00+00:00", due_on=None
        ),
    }  # fmt: skip
    for rule, view in gets.items():
        app.add_url_rule(rule, f"recertified GET {rule}", view)
    for rule, view in posts.items():
        app.add_url_rule(rule, f"recertified POST {rule}", view, methods=["POST"])
