"""Payments as treasury sees it: everything under `/v1/staff`, described in services/payments/README.md."""

from typing import Any

import requests

from portal.session import as_person

BASE = "payments/v1/staff"
SLOW = (3.05, 120.0)
"""Seconds for what asks the acquirer or reads a file."""


def fetch(path: str, **params: Any) -> dict[str, Any]:
    """What a GET answers; parameters that are None are left out. Raises ApiProblem 404 for another council's rows."""
    answer: dict[str, Any] = as_person("GET", f"{BASE}/{path}", params=params).json()
    return answer


def send(path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a POST answers; empty when it answers nothing. Raises ApiProblem 409 and 422 with what to say."""
    response = as_person("POST", f"{BASE}/{path}", json=body or {}, timeout=SLOW)
    answer: dict[str, Any] = response.json() if response.content else {}
    return answer


def upload(path: str, data: bytes, **params: Any) -> tuple[dict[str, Any], bool]:
    """Send a file as the body; what became of it, and whether it is new."""
    headers = {"Content-Type": "application/octet-stream"}
    response = as_person("POST", f"{BASE}/{path}", params=params, data=data, headers=headers, timeout=SLOW)
    return response.json(), response.status_code == 201


def download(path: str, **params: Any) -> requests.Response:
    """A file as a stream."""
    return as_person("GET", f"{BASE}/{path}", params=params, stream=True, headers={"Accept": "*/*"})
