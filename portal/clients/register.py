"""Recert: the public register, "Conoce a tu médico". Asked without a login, in the name of the visitor's address."""

from typing import Any
from urllib.parse import quote

from flask import request

from portal.parts import parts


def find(text: str, speciality: str, after: str | None, limit: int) -> dict[str, Any]:
    """A page of physicians: `items` and `next`. Raises ApiProblem 422 by field, 429."""
    wish = {"q": text or None, "speciality": speciality or None, "after": after, "limit": limit}
    return _json("physicians", params=wish)


def physician(cmp_number: str) -> dict[str, Any]:
    """What anyone may know of a physician. Raises ApiProblem 404, 429."""
    return _json(f"certifications/{quote(cmp_number, safe='')}")


def specialities() -> list[str]:
    """The specialities to browse by."""
    return list(_json("specialities")["items"])


def _json(path: str, **options: Any) -> dict[str, Any]:
    answer = parts().gateway.call("GET", f"recert/v1/public/{path}", client_ip=request.remote_addr, **options)
    body: dict[str, Any] = answer.json()
    return body
