"""Payments: dues, orders and attempts to charge them. Amounts travel as decimal strings in soles."""

from typing import Any
from urllib.parse import quote

from portal.parts import parts
from portal.session import as_person


def owners() -> list[dict[str, Any]]:
    """For whom the person may pay: `owner_cmp`, `owner_name`, `own`, `kinds`; the own dues come first."""
    found: list[dict[str, Any]] = _get("owners")["items"]
    return found


def summary(owner_cmp: str | None = None) -> dict[str, Any]:
    """How many dues of each kind are unpaid, and their total; an heir names whose."""
    return _get("dues/summary", {"owner_cmp": owner_cmp})


def pending_dues(kind: str, owner_cmp: str | None = None) -> dict[str, Any]:
    """Unpaid dues of a kind inside the three-year window, oldest first (PAY-4, PAY-5); an heir names whose."""
    return _get("dues/pending", {"kind": kind, "owner_cmp": owner_cmp})


def terms() -> dict[str, Any]:
    """The payment terms in force: version, Spanish and English text (PAY-6)."""
    return _get("terms")


def place_order(order: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
    """Reserve the dues in an order. Raises ApiProblem `payments/not-oldest-first` and others."""
    return _post("orders", order, {"Idempotency-Key": idempotency_key})


def orders(after: str | None, limit: int) -> dict[str, Any]:
    """A page of the person's own orders, newest first: `items` and `next`."""
    return _get("orders", {"after": after, "limit": limit})


def order(order_id: str) -> dict[str, Any]:
    """One of the person's own orders. Raises ApiProblem 404 for anybody else's."""
    return _get(f"orders/{quote(order_id, safe='')}")


def receipt(order_id: str) -> dict[str, Any]:
    """What the result page of a paid order shows (PAY-9), as it was when the order was paid."""
    return _get(f"orders/{quote(order_id, safe='')}/receipt")


def receipt_pdf(order_id: str) -> bytes:
    """The same on paper."""
    path = f"payments/v1/orders/{quote(order_id, safe='')}/receipt.pdf"
    content: bytes = as_person("GET", path, timeout=(3.05, 30)).content
    return content


def open_attempt(order_id: str) -> dict[str, Any]:
    """A purchase number and a session of the acquirer's form, for one attempt to charge the order."""
    return _post(f"orders/{quote(order_id, safe='')}/attempts", {})


def authorize(order_id: str, purchase_number: str, answer: dict[str, str]) -> dict[str, Any]:
    """Charge the card behind the form's transaction token. The order that comes back may still be in doubt."""
    path = f"orders/{quote(order_id, safe='')}/attempts/{quote(purchase_number, safe='')}/authorization"
    return _post(path, answer, timeout=(3.05, parts().settings.payment_timeout_seconds))


def cancel(order_id: str) -> dict[str, Any]:
    """Give an unpaid order up, which frees its dues. Raises ApiProblem 409 while a charge is in doubt."""
    return _post(f"orders/{quote(order_id, safe='')}/cancellation", {})


def _get(path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = as_person("GET", f"payments/v1/{path}", params=params).json()
    return answer


def _post(path: str, body: dict[str, Any], headers: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    response = as_person("POST", f"payments/v1/{path}", json=body, headers=headers or {}, **options)
    answer: dict[str, Any] = response.json()
    return answer
