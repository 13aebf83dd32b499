"""Recert: the SISTCERE page, as everybody reads it and as staff write it."""

from typing import Any
from urllib.parse import quote

import requests
from flask import request

from portal.parts import parts
from portal.session import as_person


def content() -> dict[str, Any]:
    """The page: `entries`, `notices`, `office`, `persons`."""
    answer: dict[str, Any] = _public("content").json()
    return answer


def document(piece_id: str) -> requests.Response:
    """The PDF of a piece, as a stream. Raises ApiProblem 404."""
    return _public(f"content/files/{quote(piece_id, safe='')}", stream=True, headers={"Accept": "application/pdf"})


def pieces() -> list[dict[str, Any]]:
    """Every piece, also those the page does not show."""
    return list(as_person("GET", "recert/v1/content/pieces").json()["items"])


def piece(piece_id: str) -> dict[str, Any]:
    """One piece and its versions. Raises ApiProblem 404."""
    answer: dict[str, Any] = as_person("GET", _path(piece_id)).json()
    return answer


def save(piece_id: str | None, wish: dict[str, Any]) -> None:
    """Enter a piece, or write one anew. Raises ApiProblem 409, 422 by field."""
    if piece_id is None:
        as_person("POST", "recert/v1/content/pieces", json=wish)
    else:
        as_person("PUT", _path(piece_id), json=wish)


def upload(data: bytes, name: str) -> dict[str, Any]:
    """Store a PDF for the page. Raises ApiProblem 422, 503 with the reason in its detail."""
    headers = {"Content-Type": "application/pdf"}
    sent = as_person("POST", "recert/v1/content/files", params={"name": name}, data=data, headers=headers)
    answer: dict[str, Any] = sent.json()
    return answer


def stored_file(sha256: str) -> requests.Response:
    """A PDF of the page, also of an earlier version. Raises ApiProblem 404."""
    return as_person("GET", f"recert/v1/content/files/{quote(sha256, safe='')}", stream=True)


def _path(piece_id: str) -> str:
    return f"recert/v1/content/pieces/{quote(piece_id, safe='')}"


def _public(path: str, **options: Any) -> requests.Response:
    return parts().gateway.call("GET", f"recert/v1/public/{path}", client_ip=request.remote_addr, **options)
