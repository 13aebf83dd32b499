"""What the fake gateway knows of good standing and constancias, and a key of its own that signs them."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from joserfc import jws
from joserfc.jwk import ECKey

ID = "7d9c2f60-1111-4222-8333-444455556666"
CODE = "7KQ49XMB2PTH"
KEY = ECKey.generate_key("P-256", {"kid": "prueba", "use": "sig", "alg": "ES256"})
CLAIMS = {
    "jti": "CH-00000007", "cod": CODE, "cmp": "012345", "nom": "Rosa Elvira Quispe Ñaupari", "hab": True,
    "iat": 1795186800, "exp": 1797742800,
}  # fmt: skip


def signed(typ: str = "habilidad", key: ECKey = KEY, **claims: Any) -> str:
    """What a QR carries."""
    return jws.serialize_compact({"alg": "ES256", "kid": "prueba", "typ": typ}, json.dumps(CLAIMS | claims), key)


def owed(number: int, period: str) -> dict[str, Any]:
    """A due that must be paid."""
    return {"id": str(number), "kind": "COLEGIADO", "period": period, "amount": "60.00", "description": "Cuota"}


def a_certificate(state: str = "VIGENTE", **more: Any) -> dict[str, Any]:
    """A constancia as payments tells it."""
    revoked = state == "REVOCADA"
    return {
        "id": ID, "number": "CH-00000007", "code": "7KQ4-9XMB-2PTH", "state": state, "cmp_number": "012345",
        "name": "Rosa Elvira Quispe Ñaupari", "issued_at": "2026-11-20T15:00:00+00:00", "valid_until": "2026-12-19",
        "revoked_at": "2026-11-25T15:00:00+00:00" if revoked else None,
        "revocation_reason": "Emitida por error de datos" if revoked else None,
    } | more  # fmt: skip


@dataclass
class StandingFake:
    """Tests change what they need."""

    good: bool = True
    unpaid: int = 0
    registry_state: str = "ACTIVO"
    here: list[dict[str, Any]] = field(default_factory=list)
    at_the_council: list[dict[str, Any]] = field(default_factory=list)
    certificates: list[dict[str, Any]] = field(default_factory=list)
    verifications: list[dict[str, Any]] = field(default_factory=list)
    public: dict[str, Any] = field(default_factory=dict)
    keys_down: bool = False

    def own_two_too_many(self) -> None:
        """Not hábil: two dues to pay here, one at the council."""
        self.good, self.unpaid = False, 5
        self.here, self.at_the_council = [owed(2, "202606"), owed(3, "202607")], [owed(1, "202301")]

    def standing(self) -> dict[str, Any]:
        """The answer of `GET /v1/standing`."""
        total = sum(float(due["amount"]) for due in (*self.here, *self.at_the_council))
        return {
            "cmp_number": "012345", "name": "Rosa Elvira Quispe Ñaupari", "in_good_standing": self.good,
            "as_of": "2026-11-20T15:30:00+00:00", "day": "2026-11-20", "since": "2026-11-15",
            "unpaid_periods": self.unpaid, "registry_state": self.registry_state,
            "registry_allows": self.registry_state == "ACTIVO",
            "rule": {"kinds": [{"kind": "COLEGIADO", "label": "Cuota Colegiado", "unpaid": self.unpaid, "threshold": 3}],
                     "grace_day": 15, "last_counted_period": "202610"},
            "to_pay": {"here": self.here, "at_the_council": self.at_the_council, "total": f"{total:.2f}", "currency": "PEN"},
        }  # fmt: skip

    def verification(self, signature: str | None) -> dict[str, Any]:
        """The answer to anybody who holds the code."""
        certificate = self.certificates[0] if self.certificates else a_certificate()
        told = {
            name: certificate[name] for name in ("number", "name", "cmp_number", "state", "issued_at", "valid_until")
        }
        return told | {
            "signature": signature, "in_good_standing_at_issue": True, "in_good_standing_now": self.good,
            "checked_at": "2026-12-01T16:05:00+00:00",
        } | self.public  # fmt: skip


def offer_standing(app: Flask, fake: StandingFake) -> None:
    """Its HTTP surface."""
    base = "/api/payments/v1"

    def missing() -> Any:
        response = jsonify(type="urn:cmp:problem:payments/code-not-found", detail="No encontramos esa constancia.")
        response.status_code = 404
        return response

    @app.post(f"{base}/certificates")
    def issue() -> Any:
        fake.certificates.insert(0, a_certificate())
        return jsonify(fake.certificates[0]), 201

    @app.get(f"{base}/certificates/<certificate_id>")
    def one(certificate_id: str) -> Any:
        return jsonify(fake.certificates[0]) if certificate_id == ID and fake.certificates else missing()

    @app.get(f"{base}/public/constancias/<code>")
    def verify(code: str) -> Any:
        sent = request.args.get("firma")
        signature = None if sent is None else "ALTERED" if sent == "alterada" else "VALID"
        return jsonify(fake.verification(signature)) if code.upper() == CODE else missing()

    @app.get("/.well-known/constancias.json")
    def keys() -> Any:
        return ("", 503) if fake.keys_down else jsonify(keys=[KEY.as_dict(private=False)])

    pdf = Response(b"%PDF-1.4 constancia", content_type="application/pdf").get_data()
    app.add_url_rule(f"{base}/standing", "standing", lambda: jsonify(fake.standing()))
    app.add_url_rule(f"{base}/certificates", "certificates", lambda: jsonify(items=fake.certificates, next=None))
    app.add_url_rule(
        f"{base}/certificates/<certificate_id>/verifications", "verifications",
        lambda certificate_id: jsonify(items=fake.verifications, next=None),
    )  # fmt: skip
    app.add_url_rule(
        f"{base}/certificates/<certificate_id>/pdf", "certificate_pdf",
        lambda certificate_id: Response(pdf, content_type="application/pdf",
                                        headers={"Content-Disposition": 'attachment; filename="constancia.pdf"'}),
    )  # fmt: skip
    app.add_url_rule(
        f"{base}/certificates/<certificate_id>/mail", "certificate_mail",
        lambda certificate_id: (jsonify(fake.certificates[0]), 202), methods=["POST"],
    )  # fmt: skip
