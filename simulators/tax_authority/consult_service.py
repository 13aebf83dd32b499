"""billConsultService: what became of a voucher, and its CDR again. Like the real one: only 01, 07, 08 of series F."""

from __future__ import annotations

from typing import Any

from .bill_service import Operation
from .office import Office
from .soap import Call, base64_element, response, text_element
from .switches import Switch

MESSAGES = {
    "0001": "El comprobante existe y está aceptado.",
    "0002": "El comprobante existe pero está rechazado.",
    "0003": "El comprobante existe pero está de baja.",
    "0004": "La constancia existe.",
    "0009": "El tipo de comprobante debe de ser (01, 07 o 08)",
    "0010": 'Sólo se puede consultar facturas, notas de crédito y debito electrónicas, cuya serie empieza con "F"',
    "0011": "El comprobante de pago electrónico no existe",
    "0012": "El comprobante de pago electrónico no le pertenece",
}
STATE_CODES = {"accepted": "0001", "observed": "0001", "rejected": "0002", "voided": "0003"}


def get_status(office: Office, call: Call, _switch: Switch | None) -> bytes:
    """0001 accepted, 0002 rejected, 0003 voided, 0011 unknown."""
    refusal, known = look_up(office, call)
    code = refusal or STATE_CODES.get(known["state"] if known else "", "0011")
    return _answer(call, "status", code)


def get_status_cdr(office: Office, call: Call, _switch: Switch | None) -> bytes:
    """0004 with the CDR as first written, or 0011."""
    refusal, known = look_up(office, call)
    cdr = known["cdr"] if known else None
    return _answer(call, "statusCdr", refusal or ("0004" if cdr else "0011"), cdr or b"")


def look_up(office: Office, call: Call) -> tuple[str, dict[str, Any] | None]:
    """A code that refuses the question, or what is known of the voucher."""
    kind, serie = call.text("tipoComprobante"), call.text("serieComprobante")
    ruc, number = call.text("rucComprobante"), call.text("numeroComprobante")
    if ruc != office.config.ruc:
        return "0012", None
    if not number.isdigit():
        return "0011", None
    if not office.config.consult_boletas:
        if kind not in ("01", "07", "08"):
            return "0009", None
        if not serie.startswith("F"):
            return "0010", None
    return "", office.registry.find(f"{ruc}-{kind}-{serie}-{int(number)}")


def _answer(call: Call, element: str, code: str, content: bytes = b"") -> bytes:
    body = base64_element("content", content) if content else ""
    message = text_element("statusMessage", MESSAGES[code])
    return response(call.operation, f"<{element}>{body}{text_element('statusCode', code)}{message}</{element}>")


CONSULT_OPERATIONS: dict[str, Operation] = {"getStatus": get_status, "getStatusCdr": get_status_cdr}
