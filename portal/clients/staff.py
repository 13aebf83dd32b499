"""Identity for staff: the second step of their login, and their desks."""

from typing import Any

import requests
from flask import request

from portal.parts import parts
from portal.session import as_person


def set_first_password(token: str, password: str) -> dict[str, Any]:
    """Set the password of an invited account; a challenge comes back. Raises ApiProblem `identity/link-not-valid`."""
    return _public("staff-invitations/password", {"token": token, "password": password})


def enrolment(challenge: str) -> dict[str, Any]:
    """Secret and QR code of a second factor being enrolled. Raises ApiProblem `identity/challenge-over`."""
    return _public("sessions/second-factor/enrolment", {"challenge": challenge})


def pass_second_factor(challenge: str, code: str) -> dict[str, Any]:
    """The session. Raises ApiProblem `identity/wrong-code`, `identity/challenge-over`, 429."""
    return _public("sessions/second-factor", {"challenge": challenge, "code": code})


def people(text: str | None, after: str | None, limit: int) -> dict[str, Any]:
    """Staff by surname."""
    return _json("GET", "staff", params={"q": text or None, "after": after, "limit": limit})


def roles() -> list[dict[str, Any]]:
    """The roles there are, with title, text and permissions."""
    return list(_json("GET", "staff/roles")["items"])


def person(account_id: str) -> dict[str, Any]:
    """One member of staff. Raises ApiProblem 404."""
    return _json("GET", f"staff/{account_id}")


def invite(wish: dict[str, Any]) -> dict[str, Any]:
    """Make an account and mail its invitation. Raises ApiProblem 422."""
    return _json("POST", "staff", json=wish)


def invite_again(account_id: str) -> dict[str, Any]:
    """Mail a new invitation. Raises ApiProblem 422."""
    return _json("POST", f"staff/{account_id}/invitations")


def change_access(account_id: str, access: dict[str, Any]) -> dict[str, Any]:
    """Other roles, another council. Raises ApiProblem 403 for the own account, 422."""
    return _json("PUT", f"staff/{account_id}/access", json=access)


def act(account_id: str, what: str, reason: str) -> dict[str, Any]:
    """`disablement`, `enablement` or `second-factor-reset`. Raises ApiProblem 403 for the own account."""
    return _json("POST", f"staff/{account_id}/{what}", json={"reason": reason})


def councils() -> list[dict[str, Any]]:
    """All regional councils."""
    return list(_json("GET", "councils")["items"])


def specialities() -> list[dict[str, Any]]:
    """All specialities."""
    return list(_json("GET", "specialities")["items"])


def save(catalogue: str, code: str | None, entry: dict[str, Any]) -> dict[str, Any]:
    """Change the entry of `councils` or `specialities` with this code, or enter a new one. Raises ApiProblem 422."""
    return _json("PUT", f"{catalogue}/{code}", json=entry) if code else _json("POST", catalogue, json=entry)


def find_physicians(text: str, after: str | None, limit: int) -> dict[str, Any]:
    """Physicians by number, document or name."""
    return _json("GET", "physicians", params={"q": text, "after": after, "limit": limit})


def physician(cmp_number: str) -> dict[str, Any]:
    """One entry of the register with its account; the look is written down. Raises ApiProblem 404."""
    return _json("GET", f"physicians/{cmp_number}")


def correct_physician(cmp_number: str, entry: dict[str, str]) -> dict[str, Any]:
    """Replace the entry. Raises ApiProblem 422 by field."""
    return _json("PUT", f"physicians/{cmp_number}", json=entry)


def correct_cmp_number(account_id: str, cmp_number: str, reason: str) -> dict[str, Any]:
    """Give an account its right number (ACC-6). Raises ApiProblem 404, 409, 422."""
    return _json("PUT", f"accounts/{account_id}/cmp-number", json={"cmp_number": cmp_number, "reason": reason})


def find_clients(document: str) -> list[dict[str, Any]]:
    """Clients of option 2 by the beginning of their document; each look is written down. Raises ApiProblem 422."""
    return list(_json("GET", "clients", params={"document": document})["items"])


def client(account_id: str) -> dict[str, Any]:
    """One client; the look is written down. Raises ApiProblem 404."""
    return _json("GET", f"clients/{account_id}")


def change_client_email(account_id: str, email: str, reason: str) -> dict[str, Any]:
    """Write to the client there from now on (VOC-6). Raises ApiProblem 404, 422."""
    return _json("PUT", f"clients/{account_id}/email", json={"email": email, "reason": reason})


def give_desk_code(account_id: str, papers: str) -> dict[str, Any]:
    """A one-time code and its hours; it is told this once. Raises ApiProblem 404, 422."""
    return _json("POST", f"clients/{account_id}/desk-codes", json={"reason": papers})


def imports() -> list[dict[str, Any]]:
    """The newest imports of the register."""
    return list(_json("GET", "registry-imports")["items"])


def registrations(state: str | None, after: str | None, limit: int) -> dict[str, Any]:
    """The queue of registrations, oldest first."""
    return _json("GET", "registrations", params={"state": state or None, "after": after, "limit": limit})


def registration(registration_id: str) -> dict[str, Any]:
    """One registration beside the register. Raises ApiProblem 404."""
    return _json("GET", f"registrations/{registration_id}")


def accept_registration(registration_id: str, cmp_number: str | None, reason: str) -> dict[str, Any]:
    """Open the account. Raises ApiProblem 409, 422."""
    wish = {"cmp_number": cmp_number, "reason": reason}
    return _json("POST", f"registrations/{registration_id}/acceptance", json=wish)


def reject_registration(registration_id: str, reasons: list[str], note: str) -> dict[str, Any]:
    """Turn it down with reasons, which are mailed. Raises ApiProblem 409, 422."""
    return _json("POST", f"registrations/{registration_id}/rejection", json={"reasons": reasons, "note": note})


def audit(filters: dict[str, Any], after: str | None, limit: int) -> dict[str, Any]:
    """Entries of the audit, newest first."""
    return _json("GET", "audit", params=filters | {"after": after, "limit": limit})


def audit_file(filters: dict[str, Any]) -> requests.Response:
    """The same entries as a file."""
    return as_person("GET", "identity/v1/audit/export", params=filters)


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, f"identity/v1/{path}", **options).json()
    return answer


def _public(path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = parts().gateway.call("POST", f"identity/v1/{path}", json=body, client_ip=request.remote_addr)
    answer: dict[str, Any] = response.json()
    return answer
