"""Recert: what a physician prepares, uploads and sends."""

from typing import IO, Any

import requests

from portal.clients.gateway import GatewayDown
from portal.session import as_person

PIECE = 512 * 1024
"""Bytes of a file under way at once: a portal full of uploads holds little more."""

TRIES = 3
CHECK_TIMEOUT = (3.05, 60)
"""Seconds to wait while a file is read and scanned."""


def own(after: str | None, limit: int) -> dict[str, Any]:
    """A page of one's requests, newest first; `missing` of the contact and the `draft_id` in preparation."""
    return _json("GET", "requests", params={"after": after, "limit": limit})


def show(dossier_id: str) -> dict[str, Any]:
    """One request in full. Raises ApiProblem 404."""
    return _json("GET", f"requests/{dossier_id}")


def ficha(dossier_id: str) -> requests.Response:
    """The printable ficha as a stream. Raises ApiProblem 404."""
    return _pdf(f"requests/{dossier_id}/ficha")


def sent_file(dossier_id: str, version: int) -> requests.Response:
    """The PDF of a version as a stream. Raises ApiProblem 404."""
    return _pdf(f"requests/{dossier_id}/versions/{version}/file")


def begin() -> dict[str, Any]:
    """The draft of a new request. Raises ApiProblem 409 `recert/contact-missing`."""
    return _json("POST", "drafts")


def begin_correction(dossier_id: str) -> dict[str, Any]:
    """The draft in which another PDF of an observed dossier is prepared. Raises ApiProblem 404, 409."""
    return _json("POST", f"requests/{dossier_id}/correction-draft")


def draft(draft_id: str) -> dict[str, Any]:
    """A draft with its tasks and points. Raises ApiProblem 404 when it was sent or given up."""
    return _json("GET", f"drafts/{draft_id}")


def discard(draft_id: str) -> None:
    """Give a draft up. Raises ApiProblem 404."""
    as_person("DELETE", f"recert/v1/drafts/{draft_id}")


def save_data(draft_id: str, data: dict[str, str]) -> dict[str, Any]:
    """Type, council of pick-up, description. Raises ApiProblem 422 by field."""
    return _json("PUT", f"drafts/{draft_id}/data", json=data)


def enter_item(draft_id: str, item: dict[str, Any]) -> dict[str, Any]:
    """One more activity. Raises ApiProblem 422 by field."""
    return _json("POST", f"drafts/{draft_id}/items", json=item)


def save_item(draft_id: str, item_id: int, item: dict[str, Any]) -> dict[str, Any]:
    """Change an activity. Raises ApiProblem 404, 422 by field."""
    return _json("PUT", f"drafts/{draft_id}/items/{item_id}", json=item)


def remove_item(draft_id: str, item_id: int) -> None:
    """Leave an activity out. Raises ApiProblem 404."""
    as_person("DELETE", f"recert/v1/drafts/{draft_id}/items/{item_id}")


def file(draft_id: str) -> requests.Response:
    """The draft's PDF as a stream. Raises ApiProblem 404."""
    return _pdf(f"drafts/{draft_id}/file")


def remove_file(draft_id: str) -> None:
    """Take the PDF back."""
    as_person("DELETE", f"recert/v1/drafts/{draft_id}/file")


def accept_name(draft_id: str) -> dict[str, Any]:
    """Call the file as it must be called. Raises ApiProblem 404."""
    return _json("POST", f"drafts/{draft_id}/file/name")


def submit(draft_id: str) -> dict[str, Any]:
    """Send the request; twice gives the same dossier. Raises ApiProblem 404, 409, 422 with what is missing."""
    return _json("POST", f"drafts/{draft_id}/submission")


def announce(draft_id: str, *, name: str, size: int, fingerprint: str = "") -> dict[str, Any]:
    """Begin an upload, or find the same one half there. Raises ApiProblem 422 when it is empty or too big."""
    return _json("POST", f"drafts/{draft_id}/uploads", json={"name": name, "size": size, "fingerprint": fingerprint})


def progress(upload_id: str) -> dict[str, Any]:
    """How much is there. Raises ApiProblem 404."""
    return _json("GET", f"uploads/{upload_id}")


def send_piece(upload_id: str, offset: int, data: bytes) -> int:
    """Send bytes from an offset on; how much is there now. Raises ApiProblem 409 with the right offset."""
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return int(_json("PATCH", f"uploads/{upload_id}", data=data, headers=headers)["received"])


def complete(upload_id: str) -> dict[str, Any]:
    """Have a file that is all there checked. Raises ApiProblem 422 with the fault, GatewayDown 503."""
    return _json("POST", f"uploads/{upload_id}/completion", timeout=CHECK_TIMEOUT)


def upload(draft_id: str, stream: IO[bytes], *, name: str, size: int) -> dict[str, Any]:
    """Send a whole file in pieces, going on where a line dropped. Raises ApiProblem 422, GatewayDown."""
    begun = announce(draft_id, name=name, size=size)
    received, failures = 0, 0
    while received < size:
        stream.seek(received)
        try:
            received = send_piece(begun["id"], received, stream.read(PIECE))
        except GatewayDown:
            failures += 1
            if failures >= TRIES:
                raise
            received = int(progress(begun["id"])["received"])
    return complete(begun["id"])


def _pdf(path: str) -> requests.Response:
    return as_person("GET", f"recert/v1/{path}", stream=True, headers={"Accept": "application/pdf"})


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, f"recert/v1/{path}", **options).json()
    return answer
