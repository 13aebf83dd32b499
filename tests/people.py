"""Invented people and services who ask, with the permissions their kind has."""

from typing import Any

from chassis.auth import Principal


def physician(cmp_number: str = "012345", **claims: Any) -> Principal:
    """A physician's token: an invented person with the permissions every physician has."""
    defaults: dict[str, Any] = {
        "subject": f"account-{cmp_number}",
        "kind": "physician",
        "name": "QUISPE ÑAUPARI ROSA ELVIRA",
        "given_names": "Rosa Elvira",
        "cmp_number": cmp_number,
        "document_type": "1",
        "document_number": "40000001",
        "council": "03",
        "permissions": frozenset({"account:read", "payments:pay", "vouchers:read", "vouchers:mail", "recert:read"}),
    }
    return Principal(**(defaults | claims))


def staff(*permissions: str, council: str | None = None, **claims: Any) -> Principal:
    """A member of staff with these permissions, national or of one council."""
    defaults: dict[str, Any] = {"subject": "staff-1", "kind": "staff", "name": "PERSONAL DE PRUEBA", "council": council}
    return Principal(**(defaults | {"permissions": frozenset(permissions)} | claims))


def a_service(name: str, *permissions: str) -> Principal:
    """Another service's token."""
    return Principal(subject=f"service:{name}", kind="service", permissions=frozenset(permissions or ("files:read",)))
