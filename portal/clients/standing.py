"""Payments: good standing and constancias de habilidad, the person's own and the public question about one."""

from typing import Any
from urllib.parse import quote

import requests
from flask import request

from portal.parts import parts
from portal.session import as_person


def standing() -> dict[str, Any]:
    """Whether the person is hábil now, why, and what to pay to be."""
    answer: dict[str, Any] = as_person("GET", "payments/v1/standing").json()
    return answer


def issue() -> dict[str, Any]:
    """A constancia for the person, or today's. Raises ApiProblem 409 `payments/not-in-good-standing`."""
    answer: dict[str, Any] = as_person("POST", "payments/v1/certificates").json()
    return answer


def certificates(after: str | None, limit: int) -> dict[str, Any]:
    """A page of the person's constancias, newest first: `items` and `next`."""
    params = {"after": after, "limit": limit}
    answer: dict[str, Any] = as_person("GET", "payments/v1/certificates", params=params).json()
    return answer


def certificate(certificate_id: str) -> dict[str, Any]:
    """One of the person's constancias. Raises ApiProblem 404 for anybody else's."""
    answer: dict[str, Any] = as_person("GET", _path(certificate_id)).json()
    return answer


def verifications(certificate_id: str, after: str | None, limit: int) -> dict[str, Any]:
    """Who asked about a constancia, newest first: when, the answer, roughly from where."""
    params = {"after": after, "limit": limit}
    answer: dict[str, Any] = as_person("GET", f"{_path(certificate_id)}/verifications", params=params).json()
    return answer


def pdf(certificate_id: str) -> requests.Response:
    """The PDF as a stream. Raises ApiProblem 404 for anybody else's."""
    return as_person("GET", f"{_path(certificate_id)}/pdf", stream=True, headers={"Accept": "application/pdf"})


def mail(certificate_id: str) -> None:
    """Ask for the PDF to be sent to the registered address."""
    as_person("POST", f"{_path(certificate_id)}/mail")


def verify(code: str, signed: str | None) -> dict[str, Any]:
    """What anybody may know of a constancia. Raises ApiProblem 404 when no constancia has the code."""
    path = f"payments/v1/public/constancias/{quote(code, safe='')}"
    params = {"firma": signed} if signed is not None else {}
    answer = parts().gateway.call("GET", path, client_ip=request.remote_addr, params=params)
    body: dict[str, Any] = answer.json()
    return body


def _path(certificate_id: str) -> str:
    return f"payments/v1/certificates/{quote(certificate_id, safe='')}"
