"""What the pages of the voucher desk share: the words for states, and the page that asks before something is done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.views.staff import acts
from portal.views.staff.acts import Act

blueprint = Blueprint("voucher_desk", __name__, url_prefix="/gestion/comprobantes")

VIEW, ISSUE, VOID, OPERATE = "einvoice:view", "einvoice:issue", "einvoice:void", "einvoice:operate"

STATES = {
    "queued": ("En cola", "info"),
    "sending": ("Enviando", "info"),
    "unknown": ("Sin respuesta", "warning"),
    "exception": ("Espera a una persona", "danger"),
    "accepted": ("Aceptado", "success"),
    "observed": ("Aceptado con observaciones", "success"),
    "rejected": ("Rechazado", "danger"),
    "void_requested": ("Baja en trámite", "warning"),
    "voided": ("Anulado", "quiet"),
    "void_rejected": ("Baja no aceptada", "warning"),
}
SUMMARY_STATES = {
    "queued": ("En cola", "info"),
    "sending": ("Enviando", "info"),
    "unknown": ("Sin respuesta", "warning"),
    "in_process": ("Con ticket", "info"),
    "accepted": ("Aceptado", "success"),
    "rejected": ("Rechazado", "danger"),
    "lost": ("Ticket perdido", "warning"),
    "exception": ("Espera a una persona", "danger"),
}
ENTRY_STATES = {
    "waiting": ("Espera el próximo resumen", "info"),
    "told": ("En un resumen", "info"),
    "done": ("Informado", "success"),
    "refused": ("No aceptado", "danger"),
}
OUTCOMES = {
    "Accepted": "Aceptado",
    "Observed": "Aceptado con observaciones",
    "Rejected": "Rechazado",
    "NotProcessed": "No procesado",
    "SummaryOnly": "Solo por resumen diario",
    "AlreadyRegistered": "Ya registrado",
    "InProcess": "En proceso",
    "NotFound": "No encontrado",
    "Retry": "Falló; se reintenta",
    "Unknown": "Respuesta ilegible",
    "CredentialsRefused": "Usuario o clave rechazados",
    "Ticketed": "Dio un ticket",
}
OPERATIONS = {
    "sendBill": "Envío del comprobante",
    "getStatusCdr": "Consulta del comprobante",
    "sendSummary": "Envío del resumen",
    "getStatus": "Consulta del ticket",
}
ACTS = {
    "voucher.issued": "Emitió el comprobante",
    "note.issued": "Emitió la nota",
    "voucher.void_requested": "Pidió la baja",
    "voucher.resent": "Lo reenvió",
    "voucher.mail_requested": "Lo envió otra vez por correo",
    "rejection.settled": "Lo dio por atendido",
}
FILES = {"pdf": "PDF", "xml": "XML", "cdr": "CDR", "void_cdr": "CDR de la baja"}
TAXES = {"gravado": "Gravado", "exonerado": "Exonerado", "inafecto": "Inafecto", "exportacion": "Exportación"}
CERTIFICATES = {
    "valid": ("Vigente", "success"),
    "expiring": ("Vence pronto", "warning"),
    "expired": ("Vencido", "danger"),
    "unreadable": ("No se puede leer", "danger"),
}

WORDS = {
    "states": STATES,
    "summary_states": SUMMARY_STATES,
    "entry_states": ENTRY_STATES,
    "outcomes": OUTCOMES,
    "operations": OPERATIONS,
    "acts": ACTS,
    "files": FILES,
    "taxes": TAXES,
    "certificates": CERTIFICATES,
}


def show(template: str, status: int = 200, **shown: Any) -> ResponseReturnValue:
    """A page of the voucher desk."""
    return render_template(f"staff/vouchers/{template}.html", words=WORDS, **shown), status


def carry_out(act: Act, do: Callable[[], Any], done: str) -> ResponseReturnValue:
    """Ask on a page of the voucher desk, do it on its answer."""
    return acts.carry_out(show, act, do, done)


def here(endpoint: str, **values: Any) -> str:
    """The address of a page of the voucher desk."""
    return url_for(f"voucher_desk.{endpoint}", **values)
