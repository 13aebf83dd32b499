"""Scenes of the client pages for axe: empty, in error and filled."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fakes_clients import CLINIC, CODE, a_consent

PATH = "/facturacion-electronica"


def gesture(surfer: Surfer) -> None:
    """The document number in both fields."""
    surfer.open(PATH)
    surfer.page.get_by_label("Usuario").fill(CLINIC["document_number"])
    surfer.page.get_by_label("Contraseña", exact=True).fill(CLINIC["document_number"])
    surfer.press("Ingresar")


def login_error(surfer: Surfer) -> None:
    surfer.open(PATH)
    surfer.press("Ingresar")


def proof_error(surfer: Surfer) -> None:
    gesture(surfer)
    surfer.press("Continuar con el comprobante")


def password(surfer: Surfer) -> None:
    gesture(surfer)
    surfer.page.get_by_label("Código", exact=True).fill(CODE)
    surfer.press("Continuar con el código")
    surfer.page.get_by_role("heading", name="Crear su contraseña").wait_for()


def password_error(surfer: Surfer) -> None:
    password(surfer)
    surfer.press("Crear contraseña e ingresar")


def client_list(surfer: Surfer) -> None:
    password(surfer)
    surfer.page.get_by_label("Contraseña nueva").fill("diecisiete puertas azules")
    surfer.page.get_by_label("He leído y acepto").check()
    surfer.press("Crear contraseña e ingresar")


def own_data_filled(surfer: Surfer) -> None:
    surfer.world.clients.consents = [a_consent(), a_consent("personal-data")]
    surfer.world.clients.looks = [
        {"looked_at": "2026-11-20T15:00:00Z", "who": "Padrón, CR III LIMA", "why": "Revisión"}
    ]
    surfer.sign_in().open("/mis-datos")


def own_ruc_linked(surfer: Surfer) -> None:
    surfer.world.clients.ruc["linked"] = True
    surfer.sign_in().open("/mi-ruc")


def copy(surfer: Surfer) -> None:
    looks = [{"looked_at": "2026-11-20T15:00:00Z", "who": "Padrón, CR III LIMA", "why": "Revisión"}]
    surfer.world.clients.copy["looks"] = looks
    surfer.sign_in().open("/mis-datos/copia")


CLIENT_SCENES: dict[str, Callable[[Surfer], None]] = {
    "client login": lambda surfer: surfer.open(PATH) and None,
    "client login in error": login_error,
    "change password": lambda surfer: surfer.open(f"{PATH}/cambiar-clave") and None,
    "first access": gesture,
    "first access in error": proof_error,
    "first password": password,
    "first password in error": password_error,
    "client's vouchers": client_list,
    "own data": lambda surfer: surfer.sign_in().open("/mis-datos") and None,
    "own data filled": own_data_filled,
    "copy of own data": copy,
    "own ruc": lambda surfer: surfer.sign_in().open("/mi-ruc") and None,
    "own ruc linked": own_ruc_linked,
}
