"""Identity about one's own data (Ley 29733): consents, the copy to take along, who looked."""

from typing import Any
from urllib.parse import quote

import requests

from portal.session import as_person


def consents() -> list[dict[str, Any]]:
    """What the person agreed to, newest first."""
    return list(as_person("GET", "identity/v1/me/consents").json()["items"])


def agree(purpose: str, version: str) -> None:
    """Agree to the text that was shown. Raises ApiProblem `identity/consent-missing` when there is a newer one."""
    as_person("PUT", f"identity/v1/me/consents/{quote(purpose, safe='')}", json={"version": version})


def withdraw(purpose: str) -> None:
    """Take a consent back. Raises ApiProblem `identity/consent-needed`, `identity/consent-not-found`."""
    as_person("DELETE", f"identity/v1/me/consents/{quote(purpose, safe='')}")


def looks(after: str | None, limit: int) -> dict[str, Any]:
    """A page of who looked at the person's data: `items`, `next`."""
    answer: dict[str, Any] = as_person("GET", "identity/v1/me/looks", params={"after": after, "limit": limit}).json()
    return answer


def copy() -> requests.Response:
    """Everything identity keeps about the person."""
    return as_person("GET", "identity/v1/me/data")
