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
        "einvoice:view",
        "voucher_desk.home",
        "Comprobantes",
        "Cola de la SUNAT, búsqueda, emisión, notas y bajas a mano, series, certificado y reporte del mes.",
    ),
    Desk(
        "identity:sinadef",
        "staff_sinadef.index",
        "Accesos a SINADEF",
        "Revise las solicitudes de acceso y expórtelas para el MINSA.",
    ),
    Desk(
        "recert:evaluate",
        "recert_desk.evaluation",
        "Mesa de evaluación",
        "Tome expedientes de recertificación de su consejo, califíquelos y obsérvelos.",
    ),
    Desk(
        "recert:revise",
        "recert_desk.revision",
        "Mesa de revisión",
        "Revise los expedientes que aprobaron los consejos y reasígnelos.",
    ),
    Desk(
        "recert:view",
        "recert_cockpit.index",
        "Tablero de recertificación",
        "Colas, plazos, producción, motivos de observación y pronóstico, por consejo.",
    ),
    Desk(
        "recert:view",
        "recert_calendar.index",
        "Días hábiles",
        "Feriados, cierres y días extraordinarios con los que se cuentan los plazos.",
    ),
    Desk(
        "recert:view",
        "recert_diplomas.index",
        "Diplomas",
        "Avise que un diploma está listo y registre su entrega.",
    ),
    Desk(
        "recert:view",
        "staff_recertified.index",
        "Recertificados",
        "Busque recertificaciones por CMP, constancia o diploma, y revóquelas.",
    ),
    Desk(
        "recert:content",
        "staff_sistcere.index",
        "Página de SISTCERE",
        "Cambie las entradas, los avisos y los documentos que lee el público.",
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
