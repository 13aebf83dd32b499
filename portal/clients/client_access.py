"""Identity for clients of option 2: the first access, step by step, and a physician's own RUC."""

from typing import Any

from flask import request

from portal.parts import parts
from portal.session import as_person


def start(username: str, password: str, document_type: str | None) -> dict[str, Any]:
    """Begin a first access with the document number in both fields; the answer is the same for everybody."""
    return _post("first-access", {"username": username, "password": password, "document_type": document_type})


def prove_by_code(first_access: str, code: str) -> str:
    """The token that sets the password. Raises ApiProblem `identity/proof-not-accepted`, `first-access-over`."""
    return str(_post("first-access/proof", {"first_access": first_access, "code": code})["token"])


def prove_by_voucher(first_access: str, voucher: dict[str, str]) -> str:
    """The same against type, number, date and total of an own voucher; also ApiProblem `identity/use-option-one`."""
    return str(_post("first-access/proof", {"first_access": first_access, "voucher": voucher})["token"])


def set_password(token: str, password: str, consents: dict[str, str]) -> dict[str, Any]:
    """Set the first password with the consents that were ticked; a session comes back."""
    return _post("first-access/password", {"token": token, "password": password, "consents": consents})


def consent_texts() -> list[dict[str, Any]]:
    """The texts people are asked to agree to today, those they need to first."""
    answer = parts().gateway.call("GET", "identity/v1/consent-texts", client_ip=request.remote_addr)
    return list(answer.json()["items"])


def own_ruc() -> dict[str, Any]:
    """The RUC made of the own DNI, and whether it is linked: `ruc`, `linked`, `name`."""
    answer: dict[str, Any] = as_person("GET", "identity/v1/me/ruc").json()
    return answer


def link_ruc(password: str) -> None:
    """Link the account of the own RUC. Raises ApiProblem `identity/ruc-not-proven`."""
    as_person("POST", "identity/v1/me/ruc", json={"password": password})


def unlink_ruc() -> None:
    """Undo the link."""
    as_person("DELETE", "identity/v1/me/ruc")


def go_over() -> dict[str, Any]:
    """A session of the linked RUC account."""
    answer: dict[str, Any] = as_person("POST", "identity/v1/sessions/linked").json()
    return answer


def _post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = parts().gateway.call("POST", f"identity/v1/{path}", json=body, client_ip=request.remote_addr)
    answer: dict[str, Any] = response.json()
    return answer
