"""The front page of staff: the desks a person may work at."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portal.session import account, may, signed_in

blueprint = Blueprint("staff", __name__, url_prefix="/gestion")


@dataclass(frozen=True)
class Desk:
    """One place of work: who may sit there, where it is, what it is for."""

    permission: str
    endpoint: str
    title: str
    text: str


DESKS: list[Desk] = [
    Desk(
        "identity:match",
        "staff_registrations.index",
        "Solicitudes de registro",
        "Decida los registros que no coinciden con el padrón.",
    ),
    Desk("identity:registry", "staff_registry.index", "Padrón", "Busque médicos y corrija sus datos."),
    Desk(
        "identity:client-email",
        "staff_clients.index",
        "Clientes",
        "Cambie el correo de un cliente o entréguele un código de primer ingreso.",
    ),
    Desk("identity:catalogues", "staff_catalogues.index", "Catálogos", "Consejos regionales y especialidades."),
    Desk("identity:staff", "staff_people.index", "Personal", "Invite personal y cambie sus funciones."),
    Desk("identity:audit", "staff_audit.index", "Auditoría", "Quién hizo qué, con el antes y el después."),
    Desk(
        "payments:view",
        "treasury.home",
        "Tesorería",
        "Pedidos, cobros por confirmar, devoluciones, liquidación, cuotas, tarifas y reportes.",
    ),
    Desk(
        "payments:certificates",
        "treasury.certificates",
        "Constancias de habilidad",
        "Busque constancias emitidas y revóquelas.",
    ),
    Desk(
        "identity:sinadef",
        "staff_sinadef.index",
        "Accesos a SINADEF",
        "Revise las solicitudes de acceso y expórtelas para el MINSA.",
    ),
]
"""In the order of the page; each desk's module is in this folder."""


@blueprint.get("")
@signed_in
def home() -> ResponseReturnValue:
    """Gestión: the desks this person has a permission for; nobody but staff knows the page."""
    if (account() or {}).get("kind") != "staff":
        abort(404)
    return render_template("staff/home.html", desks=[desk for desk in DESKS if may(desk.permission)])
