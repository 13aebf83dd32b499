"""Recert's outcome: recertifications with their constancias, the own and staff's, diplomas, and the public question."""

from typing import Any
from urllib.parse import quote

import requests
from flask import request

from portal.parts import parts
from portal.session import as_person

OWN, STAFF, DIPLOMAS = "recert/v1/recertifications", "recert/v1/staff/recertifications", "recert/v1/staff/diplomas"


def own_page(after: str | None, limit: int) -> dict[str, Any]:
    """A page of the person's recertifications, newest first: `items` and `next`."""
    return _json("GET", OWN, params={"after": after, "limit": limit})


def own(recertification_id: str) -> dict[str, Any]:
    """One of the person's. Raises ApiProblem 404 for anybody else's."""
    return _json("GET", f"{OWN}/{recertification_id}")


def questions(recertification_id: str, after: str | None, limit: int) -> dict[str, Any]:
    """Who asked about a constancia, newest first: when, the answer, roughly from where."""
    return _json("GET", f"{OWN}/{recertification_id}/questions", params={"after": after, "limit": limit})


def pdf(recertification_id: str) -> requests.Response:
    """The constancia as a stream. Raises ApiProblem 404 for anybody else's."""
    path = f"{OWN}/{recertification_id}/constancia"
    return as_person("GET", path, stream=True, headers={"Accept": "application/pdf"})


def mail(recertification_id: str) -> None:
    """Ask for the constancia to be sent to the registered address. Raises ApiProblem 409 when it was revoked."""
    as_person("POST", f"{OWN}/{recertification_id}/constancia/mail")


def verify(code: str, signed: str | None) -> dict[str, Any]:
    """What anybody may know of a constancia. Raises ApiProblem 404 when no constancia has the code."""
    path = f"recert/v1/public/constancias/{quote(code, safe='')}"
    params = {"firma": signed} if signed is not None else {}
    answer = parts().gateway.call("GET", path, client_ip=request.remote_addr, params=params)
    body: dict[str, Any] = answer.json()
    return body


def search(cmp_number: str | None, number: str | None, after: str | None, limit: int) -> dict[str, Any]:
    """What staff look for, newest first."""
    return _json("GET", STAFF, params={"cmp_number": cmp_number, "number": number, "after": after, "limit": limit})


def inspect(recertification_id: str) -> dict[str, Any]:
    """One that staff may see. Raises ApiProblem 404."""
    return _json("GET", f"{STAFF}/{recertification_id}")


def revoke(recertification_id: str, reason: str) -> dict[str, Any]:
    """Take it back with its constancia. Raises ApiProblem 409, 422."""
    return _json("POST", f"{STAFF}/{recertification_id}/revocation", json={"reason": reason})


def diplomas(**query: Any) -> dict[str, Any]:
    """Diplomas of the own council, oldest first, by `state`, `council`, `number`, `after`, `limit`."""
    return _json("GET", DIPLOMAS, params=query)


def diploma(recertification_id: str) -> dict[str, Any]:
    """One diploma. Raises ApiProblem 404 for another council's."""
    return _json("GET", f"{DIPLOMAS}/{recertification_id}")


def announce(recertification_id: str) -> dict[str, Any]:
    """Say that it waits at the council. Raises ApiProblem 409."""
    return _json("POST", f"{DIPLOMAS}/{recertification_id}/ready")


def hand_over(recertification_id: str, record: dict[str, Any]) -> dict[str, Any]:
    """Keep the record of a handover. Raises ApiProblem 409, 422."""
    return _json("POST", f"{DIPLOMAS}/{recertification_id}/handover", json=record)


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, path, **options).json()
    return answer
