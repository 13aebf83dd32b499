"""What the fake gateway knows of registering, recovering and sessions."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, request

CODE = "ABCDEFGH2345"
LINK = "enlace-bueno"
WHEN = "2026-11-20T15:00:00+00:00"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
OPEN_PATHS = tuple(
    f"identity/v1/{name}"
    for name in (
        "registrations",
        "registration-",
        "user-recoveries",
        "password-recoveries",
        "password-resets",
        "entry-requests",
        "link-checks",
    )
)
"""Paths that ask for no token."""


def a_session(number: int = 1, current: bool = False) -> dict[str, Any]:
    """A session as identity tells it."""
    return {
        "id": f"s{number}", "current": current, "created_at": WHEN, "seen_at": WHEN, "expires_at": WHEN,
        "device": FIREFOX if current else None, "address": "203.0.113.7",
    }  # fmt: skip


@dataclass
class AccountsFake:
    """Tests change the attributes as they need."""

    state: str = "unconfirmed"
    confirmed_state: str = "accepted"
    sessions: list[dict[str, Any]] = field(default_factory=lambda: [a_session(1, current=True), a_session(2)])

    def registration(self) -> dict[str, Any]:
        """What the status page is told."""
        return {
            "code": CODE, "state": self.state, "masked_email": "a***@example.pe", "created_at": WHEN,
            "confirmed_at": None, "decided_at": None,
        }  # fmt: skip


def offer_accounts(app: Flask, world: Any) -> None:
    """The routes of identity that the pages of accounts ask."""
    base, fake = "/api/identity/v1", world.accounts

    def refused(status: int, type: str, detail: str, pointer: str = "") -> Any:
        errors = [{"pointer": pointer, "detail": detail}] if pointer else []
        response = jsonify(type=f"urn:cmp:problem:{type}", title=detail, detail=detail, status=status, errors=errors)
        response.status_code, response.content_type = status, "application/problem+json"
        return response

    def judged(password: str) -> Any:
        detail = "La contraseña debe tener 12 caracteres o más."
        return refused(422, "identity/password-refused", detail, "/password") if len(password) < 12 else None

    @app.post(f"{base}/registrations")
    def register() -> Any:
        return jsonify(fake.registration()), 201

    @app.get(f"{base}/registration-status/<code>")
    def registration_status(code: str) -> Any:
        if code != CODE:
            return refused(404, "identity/registration-not-found", "No hay un registro con ese código.")
        return jsonify(fake.registration())

    @app.post(f"{base}/registration-status/<code>/mails")
    def registration_mail(code: str) -> Any:
        return jsonify(fake.registration()), 202

    @app.post(f"{base}/link-checks")
    def check_link() -> Any:
        if request.json["token"] != LINK:
            return refused(401, "identity/link-not-valid", "El enlace ya no vale.")
        return jsonify(purpose="recover_password", expires_at=WHEN)

    @app.post(f"{base}/registration-confirmations")
    def confirm_registration() -> Any:
        return judged(request.json["password"]) or (jsonify(fake.registration() | {"state": fake.confirmed_state}), 201)

    @app.post(f"{base}/password-resets")
    def reset_password() -> Any:
        return judged(request.json["password"]) or ("", 204)

    @app.post(f"{base}/password-changes")
    def change_password() -> Any:
        if request.json["current_password"] == "no es esta":
            detail = "Escriba su contraseña actual."
            return refused(422, "identity/wrong-password", detail, "/current_password")
        return judged(request.json["password"]) or (world.session(), 201)

    for road in ("user-recoveries", "password-recoveries", "entry-requests"):
        app.add_url_rule(f"{base}/{road}", road, lambda: (jsonify(minutes=10), 202), methods=["POST"])

    @app.get(f"{base}/sessions")
    def own_sessions() -> Any:
        return jsonify(items=fake.sessions, next=None)

    @app.delete(f"{base}/sessions/<session_id>")
    def end_session(session_id: str) -> Any:
        fake.sessions[:] = [each for each in fake.sessions if each["id"] != session_id]
        return "", 204

    @app.delete(f"{base}/sessions")
    def end_others() -> Any:
        fake.sessions[:] = [each for each in fake.sessions if each["current"]]
        return "", 204
