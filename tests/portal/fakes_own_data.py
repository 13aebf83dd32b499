"""Identity's side of own data, SINADEF and the library, as the portal's tests need it."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

WHEN = "2026-11-20T15:00:00+00:00"


def an_application(number: int = 1, state: str = "EMITIDO", label: str = "Emitido", **more: Any) -> dict[str, Any]:
    """An application as identity tells it to applicant and desk."""
    return {
        "id": number, "number": f"SIN-2026-{number:06d}", "state": state, "state_label": label, "reason": None,
        "establishment": "Hospital «Virgen de la Puerta»", "establishment_code": "00006207",
        "health_authority": "GERESA La Libertad", "position": "Médico asistente", "email": "rosa.quispe@example.pe",
        "phone": "+51 999 000 001", "filed_at": WHEN, "changed_at": WHEN, "cmp_number": "012345",
        "given_names": "Rosa Elvira", "surnames": "Quispe Ñaupari", "council": "03", "reviewer_name": None,
        "account_id": "acc-1", "document_type": "1", "document_number": "40000001", "physician_state": "ACTIVO",
        "standing_as_of": "2026-11-01", "mine": False, "obstacles": [],
        "steps": [{"at": WHEN, "state": "EMITIDO", "state_label": "Emitido", "reason": None, "actor_name": ""}],
    } | more  # fmt: skip


@dataclass
class OwnData:
    """What identity knows of Rosa; tests change it as they need."""

    profile: dict[str, Any] = field(
        default_factory=lambda: {
            "cmp_number": "012345", "document_type": "1", "document_number": "40000001", "given_names": "Rosa Elvira",
            "surnames": "Quispe Ñaupari", "council": "03", "council_label": "CR III LIMA", "state": "ACTIVO",
            "email": "rosa.quispe@example.pe", "email_editable": True, "has_password": True, "phone": "+51 1 641 9847",
            "mobile": "+51 999 000 001", "address": None, "complete": True, "pending_email": None, "photo": None,
            "photo_limits": {"max_bytes": 2 * 1024**2, "min_pixels": 240, "max_pixels": 4000, "types": ["JPEG", "PNG"]},
        }
    )  # fmt: skip
    history: list[dict[str, Any]] = field(default_factory=list)
    applications: list[dict[str, Any]] = field(default_factory=lambda: [an_application()])
    blocks: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": "1", "title": "Base de datos (ejemplo)", "url": "https://base.example.org/x", "host": "base.example.org",
             "description": "Ejemplo.", "sample": True}
        ]
    )  # fmt: skip
    photo: bytes = b""
    file: bytes = b"PK una planilla"

    def ask_for(self, email: str) -> None:
        """A new address waits."""
        self.profile["pending_email"] = {"email": email, "requested_at": WHEN, "expires_at": WHEN}

    def keep_photo(self, data: bytes) -> dict[str, Any]:
        """The photo as stored."""
        self.photo = data
        self.profile["photo"] = {
            "size": len(data), "width": 300, "height": 320, "sha256": "ab" * 32, "uploaded_at": WHEN,
        }  # fmt: skip
        return dict(self.profile["photo"])


def offer_own_data(app: Flask, world: Any) -> None:
    """The routes of own data; `world.own` is what they know."""
    base = "/api/identity/v1"

    @app.get(f"{base}/profile")
    def profile() -> Any:
        return jsonify(world.own.profile)

    @app.patch(f"{base}/profile/contact")
    def contact() -> Any:
        world.own.profile |= {name: value or None for name, value in request.json.items()}
        return jsonify(world.own.profile)

    @app.get(f"{base}/profile/history")
    def history() -> Any:
        return jsonify(items=world.own.history, next=None)

    @app.post(f"{base}/profile/email-changes")
    def new_email() -> Any:
        world.own.ask_for(request.json["email"])
        return jsonify(world.own.profile["pending_email"]), 202

    @app.post(f"{base}/profile/email-changes/pending/mails")
    def resend() -> Any:
        return jsonify(world.own.profile["pending_email"]), 202

    @app.delete(f"{base}/profile/email-changes/pending")
    def cancel_email() -> Any:
        world.own.profile["pending_email"] = None
        return "", 204

    @app.post(f"{base}/email-confirmations")
    def confirm() -> Any:
        if request.json["token"] != "enlace-bueno":
            return jsonify(type="urn:cmp:problem:identity/link-not-valid", detail="El enlace ya se usó."), 401
        return jsonify(email="r***@example.pe"), 201

    @app.route(f"{base}/profile/photo", methods=["GET", "PUT", "DELETE"])
    def photo() -> Any:
        if request.method == "PUT":
            return jsonify(world.own.keep_photo(request.get_data()))
        if request.method == "DELETE":
            world.own.profile["photo"] = None
            return "", 204
        return Response(world.own.photo, content_type="image/jpeg")

    @app.get(f"{base}/library/links")
    def library() -> Any:
        return jsonify(items=world.own.links)

    _offer_sinadef(app, world, base)


def _offer_sinadef(app: Flask, world: Any, base: str) -> None:
    def wanted(number: int) -> Any:
        found = [row for row in world.own.applications if row["id"] == number]
        return found[0] if found else None

    def show(number: int) -> Any:
        return jsonify(wanted(number)) if wanted(number) else (jsonify(type="urn:cmp:problem:not-found"), 404)

    def becoming(state: str, label: str, **more: Any) -> Any:
        def view(number: int) -> Any:
            wanted(number).update(state=state, state_label=label, **more)
            if request.get_json(silent=True):
                wanted(number).update(request.json)
            return show(number)

        return view

    @app.get(f"{base}/sinadef-requests")
    def own() -> Any:
        open_ones = [row["id"] for row in world.own.applications if row["state"] in ("EMITIDO", "EN_REVISION")]
        standing = {"in_good_standing": True, "as_of": "2026-11-01"}
        return jsonify(items=world.own.applications, next=None, blocks=world.own.blocks, standing=standing,
                       open_request=open_ones[0] if open_ones else None)  # fmt: skip

    @app.post(f"{base}/sinadef-requests")
    def file() -> Any:
        filed = an_application(len(world.own.applications) + 1, **request.json)
        world.own.applications.insert(0, filed)
        return jsonify(filed), 201

    @app.get(f"{base}/desk/sinadef-requests")
    def queue() -> Any:
        return jsonify(items=world.own.applications, next=None)

    @app.post(f"{base}/desk/sinadef-exports")
    def export() -> Any:
        headers = {"Content-Disposition": 'attachment; filename="sinadef.xlsx"'}
        return Response(world.own.file, content_type="application/octet-stream", headers=headers)

    for path, name, view in (
        ("sinadef-requests/<int:number>", "own_application", show),
        ("desk/sinadef-requests/<int:number>", "desk_application", show),
    ):
        app.add_url_rule(f"{base}/{path}", name, view)
    for path, name, view in (
        ("sinadef-requests/<int:number>/cancellation", "cancel_application", becoming("ANULADO", "Anulado")),
        (
            "desk/sinadef-requests/<int:number>/review",
            "claim",
            becoming("EN_REVISION", "En revisión", mine=True, reviewer_name="PERSONAL DE PRUEBA"),
        ),
        ("desk/sinadef-requests/<int:number>/approval", "approve", becoming("ATENDIDO", "Atendido")),
        ("desk/sinadef-requests/<int:number>/rejection", "reject", becoming("RECHAZADO", "Rechazado")),
    ):
        app.add_url_rule(f"{base}/{path}", name, view, methods=["POST"])
