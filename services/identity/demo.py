"""Invented physicians and staff to try the system with. Nobody knows their passwords: one comes in by a one-time link.

Staff need their second factor all the same: the code is asked for at the command line, for invented staff only.
"""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from contracts.identity import Speciality
from services.identity.accounts import find_account, issue_login_token, open_physician_account
from services.identity.models import Physician
from services.identity.models.registry import RegistryEntry
from services.identity.settings import current_settings
from services.identity.staff import accounts, second_factor
from services.identity.staff.accounts import StaffWish

PHYSICIANS = {
    "rosa.quispe@example.pe": RegistryEntry(
        cmp_number="012345",
        document_type="1",
        document_number="40000001",
        given_names="Rosa Elvira",
        paternal_surname="Quispe",
        maternal_surname="Ñaupari",
        council="03",
        registered_on=date(1994, 3, 15),
        state="ACTIVO",
        specialities=(Speciality(name="Pediatría", rne="008123", registered_on=date(2022, 6, 10)),),
    ),
    "julio.rengifo@example.pe": RegistryEntry(
        cmp_number="023546",
        document_type="1",
        document_number="40000002",
        given_names="Julio César",
        paternal_surname="Rengifo",
        maternal_surname="Tuanama",
        council="15",
        registered_on=date(2004, 8, 2),
        state="ACTIVO",
        specialities=(Speciality(name="Psiquiatría", rne="014567", registered_on=date(2023, 3, 1)),),
    ),
    "maria.ibanez@example.pe": RegistryEntry(
        cmp_number="034567",
        document_type="1",
        document_number="40000003",
        given_names="María Inés",
        paternal_surname="Ibáñez",
        maternal_surname="Güere",
        council="05",
        registered_on=date(2011, 11, 21),
        state="ACTIVO",
        specialities=(
            Speciality(name="Medicina Interna", rne="021045", registered_on=date(2018, 5, 4)),
            Speciality(name="Cardiología", rne="030211", registered_on=date(2024, 2, 29)),
        ),
    ),
    "luis.ohiggins@example.pe": RegistryEntry(
        cmp_number="100001",
        document_type="1",
        document_number="40000004",
        given_names="Luis Ángel",
        paternal_surname="O'Higgins",
        maternal_surname="Prado",
        council="03",
        registered_on=date(2023, 4, 12),
        state="ACTIVO",
    ),
}

NEWCOMERS = [
    RegistryEntry(
        cmp_number="056789",
        document_type="1",
        document_number="40000056",
        given_names="Nadia Inés",
        paternal_surname="Cárdenas",
        maternal_surname="Ruiz",
        council="03",
        registered_on=date(2020, 2, 14),
        state="ACTIVO",
    ),
]
"""In the register and without an account: to try the registration with."""


STAFF = [
    StaffWish(
        email="administracion@example.pe",
        given_names="Ana Lucía",
        surnames="Salas Ferreyros",
        roles=("administrator", "registry"),
        council=None,
    ),
    StaffWish(
        email="tesoreria@example.pe",
        given_names="Óscar",
        surnames="Medina Rivas",
        roles=("treasury", "vouchers"),
        council=None,
    ),
    StaffWish(
        email="evaluacion@example.pe",
        given_names="Carmen Rosa",
        surnames="Huamán Tello",
        roles=("evaluator",),
        council="03",
    ),
    StaffWish(
        email="revision@example.pe",
        given_names="Víctor",
        surnames="Lozano Peña",
        roles=("reviser",),
        council=None,
    ),
]


def load_demo(app: Flask) -> None:
    """Enter the demo physicians and open their accounts, without a password; what is there already stays."""
    with app.app_context(), transaction() as session:
        for entry in [*PHYSICIANS.values(), *NEWCOMERS]:
            if session.get(Physician, entry.cmp_number) is None:
                physician, entered = Physician.enter(entry, now())
                session.add(physician)
                publish(session, entered)
        for email, entry in PHYSICIANS.items():
            if find_account(session, entry.cmp_number) is None:
                _, told = open_physician_account(
                    session, entry.cmp_number, email=email, username=email.partition("@")[0], moment=now()
                )
                publish(session, *told)


def load_demo_staff(app: Flask) -> None:
    """Open the accounts of invented staff, with a second factor and without a password; what is there already stays."""
    with app.app_context(), transaction() as session:
        for wish in STAFF:
            if find_account(session, wish.email) is None:
                _engage(session, wish)


def _engage(session: Session, wish: StaffWish) -> None:
    """Staff as they are after their invitation, but without a password."""
    account, invited = accounts.invite(session, wish, now())
    second_factor.begin_enrolment(session, account, now())
    secret = second_factor.pending_enrolment(session, account)
    # A code of half an hour ago: today's remain to be used.
    earlier = now() - timedelta(minutes=30)
    second_factor.confirm(session, account.id, second_factor.code_at(secret.secret if secret else "", earlier), earlier)
    publish(session, invited, accounts.activated(session, account, now()))


def demo_code(session: Session, email: str) -> str | None:
    """The six digits that the authenticator of invented staff would show now; None for everybody else."""
    account = find_account(session, email) if email in {wish.email for wish in STAFF} else None
    secret = second_factor.secret_of(session, account.id) if account else None
    return second_factor.code_at(secret, now()) if secret else None


def demo_staff_logins(app: Flask) -> list[tuple[str, str]]:
    """The e-mail and a one-time login token of each member of invented staff; the second factor follows."""
    with app.app_context(), transaction() as session:
        minutes, moment = current_settings().one_time_minutes, now()
        return [
            (wish.email, issue_login_token(session, account, minutes=minutes, moment=moment))
            for wish in STAFF
            if (account := find_account(session, wish.email)) is not None
        ]


def demo_login_links(app: Flask) -> list[tuple[str, str]]:
    """A label and a one-time login token for every demo physician."""
    with app.app_context(), transaction() as session:
        minutes, moment = current_settings().one_time_minutes, now()
        return [
            (
                f"CMP {entry.cmp_number} {entry.given_names} {entry.paternal_surname}",
                issue_login_token(session, account, minutes=minutes, moment=moment),
            )
            for entry in PHYSICIANS.values()
            if (account := find_account(session, entry.cmp_number)) is not None
        ]
