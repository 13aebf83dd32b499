"""Einvoice as staff see it: everything under `/v1/staff`, described in services/einvoice/README.md."""

from typing import Any

import requests

from portal.session import as_person

BASE = "einvoice/v1/staff"
SLOW = (3.05, 120.0)
"""Seconds for a report of a whole month."""


def fetch(path: str, **params: Any) -> dict[str, Any]:
    """What a GET answers; parameters that are None are left out. Raises ApiProblem 404 for another council's rows."""
    answer: dict[str, Any] = as_person("GET", f"{BASE}/{path}", params=params).json()
    return answer


def report(month: str) -> dict[str, Any]:
    """The report of a month."""
    answer: dict[str, Any] = as_person("GET", f"{BASE}/reports/month", params={"month": month}, timeout=SLOW).json()
    return answer


def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST answers. Raises ApiProblem 409 and 422 with what to say."""
    answer: dict[str, Any] = as_person("POST", f"{BASE}/{path}", json=body).json()
    return answer


def download(path: str, **params: Any) -> requests.Response:
    """A file as a stream."""
    headers = {"Accept": "*/*"}
    return as_person("GET", f"{BASE}/{path}", params=params, stream=True, headers=headers, timeout=SLOW)
