"""Identity: the person's own data, photo and e-mail."""

from typing import Any

import requests
from flask import request

from portal.parts import parts
from portal.session import as_person


def show() -> dict[str, Any]:
    """Own data: what the register says, what can be changed, what waits to be confirmed, the limits of a photo."""
    return _json("GET", "profile")


def update(contact: dict[str, str]) -> dict[str, Any]:
    """Change phone, mobile and address. Raises ApiProblem 422 with a pointer for each field that is wrong."""
    return _json("PATCH", "profile/contact", json=contact)


def history(after: str | None, limit: int) -> dict[str, Any]:
    """A page of what was changed, newest first: `items` and `next`."""
    return _json("GET", "profile/history", params={"after": after, "limit": limit})


def ask_for_email(email: str, password: str) -> dict[str, Any]:
    """Have a confirmation link sent to a new address. Raises ApiProblem 422, 403, 429."""
    return _json("POST", "profile/email-changes", json={"email": email, "password": password})


def resend_link() -> None:
    """Have the link sent once more. Raises ApiProblem 404 when nothing is pending, 429 when asked too often."""
    as_person("POST", "identity/v1/profile/email-changes/pending/mails")


def cancel_email() -> None:
    """Keep the registered address. Raises ApiProblem 404 when nothing is pending."""
    as_person("DELETE", "identity/v1/profile/email-changes/pending")


def confirm_email(token: str) -> str:
    """Use a confirmation link up; the masked address that counts now. Raises ApiProblem 401."""
    address = request.remote_addr
    answer = parts().gateway.call("POST", "identity/v1/email-confirmations", json={"token": token}, client_ip=address)
    return str(answer.json()["email"])


def upload_photo(data: bytes, content_type: str) -> dict[str, Any]:
    """Replace the photo. Raises ApiProblem 413, 415, 422 with the reason in its detail."""
    return _json("PUT", "profile/photo", data=data, headers={"Content-Type": content_type})


def remove_photo() -> None:
    """Remove the photo. Raises ApiProblem 404 when there is none."""
    as_person("DELETE", "identity/v1/profile/photo")


def photo() -> requests.Response:
    """The photo as a stream. Raises ApiProblem 404 when there is none."""
    return as_person("GET", "identity/v1/profile/photo", stream=True, headers={"Accept": "image/jpeg"})


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, f"identity/v1/{path}", **options).json()
    return answer
