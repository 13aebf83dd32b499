"""What the person has chosen so far on the way to paying; kept in the sealed session, never at a service."""

import hashlib
import json
from typing import Any

from flask import session

KINDS = {"COLEGIADO": "Cuota Colegiado", "SEMEFA": "Cuota Semefa"}
VOUCHERS = {"03": "Boleta", "01": "Factura"}


def draft() -> dict[str, Any]:
    """The choices: `owner` (only when it is not the person), `kind`, `voucher`, `until` (id of the last due to pay)."""
    found: dict[str, Any] = session.get("draft") or {}
    return found


def choose(**choices: Any) -> None:
    """Remember choices; another owner or kind of due forgets which dues were chosen."""
    before = draft()
    if any(name in choices and choices[name] != before.get(name) for name in ("owner", "kind")):
        before = {name: value for name, value in before.items() if name != "until"}
    session["draft"] = before | choices


def forget() -> None:
    """Start over: the order was placed or given up."""
    session.pop("draft", None)


def owner_cmp() -> str | None:
    """Whose dues are paid, when they are not the person's own."""
    found: str | None = (draft().get("owner") or {}).get("owner_cmp")
    return found


def next_step() -> str | None:
    """The endpoint of the first question not answered yet, or None when the summary can be shown."""
    for name, endpoint in (("kind", "paying.kind"), ("voucher", "paying.voucher"), ("until", "paying.dues")):
        if not draft().get(name):
            return endpoint
    return None


def chosen_dues(pending: dict[str, Any]) -> list[dict[str, Any]]:
    """The oldest dues up to the chosen one (PAY-4); empty when that one is no longer pending."""
    items: list[dict[str, Any]] = pending["items"]
    for index, due in enumerate(items):
        if str(due["id"]) == draft().get("until"):
            return items[: index + 1]
    return []


def fingerprint(dues: list[dict[str, Any]], terms_version: str) -> str:
    """A short hash of everything the summary shows, to notice that it changed in another tab or at the service."""
    shown = [draft(), [(str(due["id"]), str(due["amount"])) for due in dues], terms_version]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:24]
