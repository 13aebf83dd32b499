"""Recert as evaluators, revisers and an answering physician see it: the desk, one dossier, its observations."""

from typing import Any

import requests

from portal.session import as_person

BASE = "recert/v1"


def fetch(path: str, **params: Any) -> dict[str, Any]:
    """What a GET answers. Raises ApiProblem 404 for another council's dossiers, or another physician's."""
    answer: dict[str, Any] = as_person("GET", f"{BASE}/{path}", params=params).json()
    return answer


def send(path: str, **body: Any) -> dict[str, Any]:
    """What a POST answers. Raises ApiProblem 409 and 422 with what to say."""
    answer: dict[str, Any] = as_person("POST", f"{BASE}/{path}", json=body).json()
    return answer


def put(path: str, **body: Any) -> dict[str, Any]:
    """What a PUT answers. Raises ApiProblem 409 and 422 with what to say."""
    answer: dict[str, Any] = as_person("PUT", f"{BASE}/{path}", json=body).json()
    return answer


def remove(path: str) -> None:
    """Delete something. Raises ApiProblem 404, 409."""
    as_person("DELETE", f"{BASE}/{path}")


def file(path: str) -> requests.Response:
    """A PDF as a stream."""
    return as_person("GET", f"{BASE}/{path}", stream=True, headers={"Accept": "*/*"})
