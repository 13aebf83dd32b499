"""Recert on a database of its own, and the register's events."""

from datetime import date

import pytest

from contracts.identity import PhysicianChanged, PhysicianRegistered, Speciality
from services.recert.app import create_app
from services.recert.settings import Settings
from tests.recert.dossiers import EvaluationDesk, enter_table

JULIO = {
    "cmp_number": "023546",
    "document_type": "1",
    "document_number": "40000002",
    "given_names": "Julio César",
    "paternal_surname": "Rengifo",
    "maternal_surname": "Tuanama",
    "council": "15",
    "registered_on": date(2023, 3, 1),
    "state": "ACTIVO",
    "specialities": (Speciality(name="Psiquiatría", rne="014567", registered_on=date(2024, 2, 29)),),
}


@pytest.fixture
def service(make_service):
    """Recert without any physician."""
    return make_service(create_app, Settings())


@pytest.fixture
def registered():
    """Makes a PhysicianRegistered."""
    return lambda **changes: PhysicianRegistered(**(JULIO | changes))


@pytest.fixture
def changed():
    """Makes a PhysicianChanged."""
    return lambda **changes: PhysicianChanged(**(JULIO | changes))


@pytest.fixture
def look_up(service):
    """Asks as the public does; returns (status, body)."""

    def ask(number="023546"):
        response = service.client().get(f"/v1/public/certifications/{number}")
        return response.status_code, response.get_json()

    return ask


@pytest.fixture
def evaluation(service):
    """Recert with a table of qualification of the tests' own, and the gestures of who evaluates by it."""
    enter_table(service)
    return EvaluationDesk(service)
