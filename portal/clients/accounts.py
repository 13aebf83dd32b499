"""Identity for who has no session yet, and for the own way in: registering, recovering, sessions, passwords."""

from typing import Any

from flask import request

from portal.parts import parts
from portal.session import as_person

BASE = "identity/v1"


def register(form: dict[str, str], consent_version: str) -> dict[str, Any]:
    """Ask for an account. The answer has the `code` to look at it by, and is the same whoever asks."""
    return _post("registrations", form | {"consent_version": consent_version})


def registration(code: str) -> dict[str, Any]:
    """How far a registration is. Raises ApiProblem 404."""
    answer = parts().gateway.call("GET", f"{BASE}/registration-status/{code}", client_ip=request.remote_addr)
    found: dict[str, Any] = answer.json()
    return found


def send_registration_mail(code: str, email: str | None) -> dict[str, Any]:
    """Send the link again, to another address when one is given. Raises ApiProblem 404, 409, 429."""
    return _post(f"registration-status/{code}/mails", {"email": email})


def confirm_registration(token: str, password: str) -> dict[str, Any]:
    """Use the mailed link up with the password chosen. Raises ApiProblem 401, `identity/password-refused`."""
    return _post("registration-confirmations", {"token": token, "password": password})


def look_at_link(token: str) -> str | None:
    """What a mailed link is for, as long as it works; looking does not use it up. Raises ApiProblem 401."""
    purpose: str | None = _post("link-checks", {"token": token}).get("purpose")
    return purpose


def recover(what: str, username: str) -> None:
    """Ask for the mail of `user` or `password`. The answer is the same for everybody. Raises ApiProblem 429."""
    _post(f"{what}-recoveries", {"username": username})


def ask_for_entry(cmp_number: str) -> None:
    """Solicitar ingreso. The answer is the same for everybody. Raises ApiProblem 422, 429."""
    _post("entry-requests", {"cmp_number": cmp_number})


def reset_password(token: str, password: str) -> None:
    """Set a new password with a mailed link. Raises ApiProblem 401, `identity/password-refused`."""
    parts().gateway.call(
        "POST",
        f"{BASE}/password-resets",
        json={"token": token, "password": password},
        client_ip=request.remote_addr,
    )


def change_password(current: str, new: str) -> dict[str, Any]:
    """Change the own password; a fresh session comes back, all others have ended. Raises ApiProblem 422, 429."""
    body = {"current_password": current, "password": new}
    answer: dict[str, Any] = as_person("POST", f"{BASE}/password-changes", json=body).json()
    return answer


def sessions() -> list[dict[str, Any]]:
    """The own sessions that go on, last used first."""
    return list(as_person("GET", f"{BASE}/sessions").json()["items"])


def end_session(session_id: str) -> None:
    """End one of them. Raises ApiProblem 404."""
    as_person("DELETE", f"{BASE}/sessions/{session_id}")


def end_other_sessions() -> None:
    """End all but this one."""
    as_person("DELETE", f"{BASE}/sessions")


def _post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = parts().gateway.call("POST", f"{BASE}/{path}", json=body, client_ip=request.remote_addr)
    answer: dict[str, Any] = response.json()
    return answer
