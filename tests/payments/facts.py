"""Facts other services tell, with invented persons."""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.identity import PhysicianChanged, PhysicianRegistered

ROSA = PhysicianRegistered(
    cmp_number="012345",
    document_type="1",
    document_number="40000001",
    given_names="Rosa Elvira",
    paternal_surname="Quispe",
    maternal_surname="Ñaupari",
    council="03",
    registered_on=date(1994, 3, 15),
    state="ACTIVO",
)


def a_physician_registered(**changes: Any) -> PhysicianRegistered:
    """Rosa enters the registry, or somebody else with the same virtues."""
    return replace(ROSA, **changes)


def a_physician_changed(**changes: Any) -> PhysicianChanged:
    """Rosa's data change."""
    return PhysicianChanged(**{name: getattr(ROSA, name) for name in vars(ROSA)} | changes)
