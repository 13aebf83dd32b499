"""Identity: applications for access to SINADEF, for applicants and for staff; and the links of the library."""

from typing import Any

import requests

from portal.session import as_person


def own(after: str | None = None, limit: int = 20) -> dict[str, Any]:
    """One's applications, newest first, and what stands in the way of a new one."""
    return _json("GET", "sinadef-requests", params={"after": after, "limit": limit})


def file(workplace: dict[str, str]) -> dict[str, Any]:
    """Apply. Raises ApiProblem 422 by field, 409 `identity/sinadef-blocked` or `identity/sinadef-open-request`."""
    return _json("POST", "sinadef-requests", json=workplace)


def show(request_id: int) -> dict[str, Any]:
    """One of one's own applications. Raises ApiProblem 404."""
    return _json("GET", f"sinadef-requests/{request_id}")


def cancel(request_id: int) -> dict[str, Any]:
    """Take it back. Raises ApiProblem 409 when it was decided meanwhile."""
    return _json("POST", f"sinadef-requests/{request_id}/cancellation")


def queue(state: str | None, after: str | None, limit: int) -> dict[str, Any]:
    """The desk's queue, oldest first; undecided ones unless a state is asked for."""
    return _json("GET", "desk/sinadef-requests", params={"state": state or None, "after": after, "limit": limit})


def examine(request_id: int) -> dict[str, Any]:
    """One application with its attested data; the look is written down."""
    return _json("GET", f"desk/sinadef-requests/{request_id}")


def claim(request_id: int) -> dict[str, Any]:
    """Begin or take over the review. Raises ApiProblem 409."""
    return _json("POST", f"desk/sinadef-requests/{request_id}/review")


def approve(request_id: int) -> dict[str, Any]:
    """Grant it. Raises ApiProblem 409."""
    return _json("POST", f"desk/sinadef-requests/{request_id}/approval")


def reject(request_id: int, reason: str) -> dict[str, Any]:
    """Refuse it with a reason. Raises ApiProblem 409, 422."""
    return _json("POST", f"desk/sinadef-requests/{request_id}/rejection", json={"reason": reason})


def export(form: str, first: str, last: str) -> requests.Response:
    """The granted ones of these days as a file. Raises ApiProblem 404 when there are none."""
    return as_person("POST", "identity/v1/desk/sinadef-exports", json={"form": form, "first": first, "last": last})


def library() -> list[dict[str, Any]]:
    """The links of Biblioteca Virtual. Raises ApiProblem 403 when it is not open to this person."""
    return list(_json("GET", "library/links")["items"])


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, f"identity/v1/{path}", **options).json()
    return answer
