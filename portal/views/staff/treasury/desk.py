"""What the pages of treasury share: the words for states, and the page that asks before something is done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.session import may
from portal.views.staff import acts
from portal.views.staff.acts import Act

blueprint = Blueprint("treasury", __name__, url_prefix="/gestion/tesoreria")

VIEW, SETTLE, REFUND = "payments:view", "payments:settle", "payments:refund"
DUES, CERTIFICATES = "payments:dues", "payments:certificates"

ATTEMPTS = {
    "CREATED": ("Formulario abierto", "info"),
    "AUTHORIZING": ("Cobrando", "warning"),
    "PAID": ("Pagado", "success"),
    "DECLINED": ("Rechazado", "danger"),
    "FAILED": ("Sin cobro", "quiet"),
    "EXPIRED": ("Vencido", "quiet"),
    "SUPERSEDED": ("Reemplazado", "quiet"),
    "UNKNOWN": ("Por confirmar", "warning"),
    "INTEGRITY": ("No coincide", "danger"),
    "PAID_NOT_APPLIED": ("Cobrado sin aplicar", "danger"),
    "VOIDED": ("Anulado", "quiet"),
    "REFUNDED": ("Devuelto", "quiet"),
}
ORDERS = {
    "pendiente": "info",
    "en confirmación": "warning",
    "pagado": "success",
    "rechazado": "danger",
    "vencido": "quiet",
}
REFUNDS = {
    "REQUESTED": ("Por aprobar", "warning"),
    "SCHEDULED": ("Programada", "info"),
    "SENT": ("Enviada", "info"),
    "UNKNOWN": ("Por confirmar", "warning"),
    "REFUSED": ("Negada por Niubiz", "danger"),
    "RETURNED": ("Devuelta", "success"),
    "SETTLED": ("Devuelta y liquidada", "success"),
    "REJECTED": ("No aprobada", "quiet"),
}
MATCHES = {
    "MATCHED": ("Coincide", "success"),
    "AMOUNT_DIFFERS": ("Otro monto", "danger"),
    "UNKNOWN_PURCHASE": ("Operación desconocida", "danger"),
    "NOT_RECORDED": ("No figura como cobrado", "warning"),
    "DUPLICATE": ("Repetido", "danger"),
    "DISPUTED": ("Contracargo", "danger"),
    "MISSING_IN_FILE": ("Falta en el archivo", "warning"),
}
RESOLUTIONS = {
    "MATCH": "Es el cobro que conocemos; la diferencia se castiga",
    "OWE": "El dinero no es nuestro: se debe devolver",
    "WRITE_OFF": "Se toma como ganancia o pérdida",
    "NOTE": "No hay dinero que mover: basta la explicación",
    "CAME_LATER": "Se resolvió por sí solo",
}
ROW_TYPES = {"SALE": "Venta", "REFUND": "Devolución", "VOID": "Anulación", "CHARGEBACK": "Contracargo"}
DUE_STATES = {"OPEN": ("Pendiente", "warning"), "PAID": ("Pagada", "success"), "ANNULLED": ("Anulada", "quiet")}
CERTIFICATE_STATES = {
    "VIGENTE": ("Vigente", "success"),
    "VENCIDA": ("Vencida", "quiet"),
    "REVOCADA": ("Revocada", "danger"),
}
RULINGS = {
    "PROPOSED": ("Por confirmar", "warning"),
    "APPLIED": ("Aplicado", "success"),
    "DISMISSED": ("Descartado", "quiet"),
}
ACTS = {
    "refund.requested": "Solicitó una devolución",
    "refund.approved": "Aprobó la devolución",
    "refund.rejected": "No aprobó la devolución",
    "refund.retried": "Reintentó la devolución",
    "refund.ruled": "Dictaminó la devolución",
    "attempt.asked": "Preguntó a Niubiz",
    "ruling.proposed": "Propuso un dictamen",
    "ruling.confirmed": "Confirmó el dictamen",
    "ruling.dismissed": "Descartó el dictamen",
    "charge.applied": "Aplicó el cobro a otras cuotas",
    "due.annulled": "Anuló la cuota",
    "due.amount_changed": "Corrigió el monto",
    "due.reopened": "Volvió a dejarla pendiente",
    "due.paid_elsewhere": "Registró un pago hecho fuera",
    "due.overpaid_elsewhere": "Registró un pago hecho fuera, de más",
    "due.overpayment_resolved": "Resolvió el pago de más",
}
PROCESSES = {"janitor": "Proceso automático", "settlement": "Liquidación de Niubiz", "system": "Sistema"}
RETURNS = {"VOID": "Por anulación del cobro", "REFUND": "Por devolución a la tarjeta"}
OUTCOMES = {"CHARGED": "Niubiz cobró", "NOT_CHARGED": "Niubiz no cobró"}

WORDS = {
    "attempts": ATTEMPTS,
    "orders": ORDERS,
    "refunds": REFUNDS,
    "matches": MATCHES,
    "resolutions": RESOLUTIONS,
    "row_types": ROW_TYPES,
    "due_states": DUE_STATES,
    "certificate_states": CERTIFICATE_STATES,
    "rulings": RULINGS,
    "outcomes": OUTCOMES,
    "acts": ACTS,
    "returns": RETURNS,
}


blueprint.add_app_template_global(may, "may")


@blueprint.app_template_global()
def said(words: dict[str, tuple[str, str]], state: str) -> tuple[str, str]:
    """The word and the colour for a state; a state nobody has named yet is shown as it is."""
    return words.get(state, (state, "quiet"))


@blueprint.app_template_global()
def who_did(order: dict[str, Any], actor: str) -> str:
    """The name of who moved a charge: its payer, somebody of staff, or a process."""
    staff = {act["actor_id"]: act["actor_name"] for act in order["acts"] if act["actor_name"]}
    payer = {order["payer_account"]: order.get("payer_name") or order["owner_name"]}
    return str((PROCESSES | staff | payer).get(actor, actor))


def show(template: str, status: int = 200, **shown: Any) -> ResponseReturnValue:
    """A page of treasury."""
    return render_template(f"staff/treasury/{template}.html", words=WORDS, **shown), status


def carry_out(act: Act, do: Callable[[], Any], done: str, onward: str | None = None) -> ResponseReturnValue:
    """Ask on a page of treasury, do it on its answer."""
    return acts.carry_out(show, act, do, done, onward)


def here(endpoint: str, **values: Any) -> str:
    """The address of a page of treasury."""
    return url_for(f"treasury.{endpoint}", **values)
