"""billService: sendBill, sendSummary, sendPack and getStatus of a ticket."""

from __future__ import annotations

from collections.abc import Callable

from .faults import FaultError
from .office import Office
from .soap import Call, base64_element, response, text_element
from .switches import Switch

Operation = Callable[[Office, Call, Switch | None], bytes]

CORRUPT = b"PK\x03\x04 esto no es un zip"


def send_bill(office: Office, call: Call, switch: Switch | None) -> bytes:
    """One voucher in, its CDR out."""
    parcel = office.open(call.text("fileName"), call.content(), summary=False)
    cdr = office.receive_bill(parcel, switch)
    return response(call.operation, base64_element("applicationResponse", spoiled(cdr, switch)))


def send_summary(office: Office, call: Call, switch: Switch | None) -> bytes:
    """An RC or RA in, a ticket out."""
    parcel = office.open(call.text("fileName"), call.content(), summary=True)
    return response(call.operation, text_element("ticket", office.receive_summary(parcel, switch)))


def send_pack(_office: Office, _call: Call, _switch: Switch | None) -> bytes:
    """Batches are practically unused at SUNAT; refused with 0153 so that nobody starts to."""
    raise FaultError("0153")


def get_status(office: Office, call: Call, switch: Switch | None) -> bytes:
    """Tell of a ticket: 98 in process, 0 or 99 with the CDR, 0127 unknown (whose content is no CDR)."""
    row = office.registry.poll_ticket(call.text("ticket"))
    if row is None:
        return _status(call, "0127", office.catalogue.text("0127").encode())
    if row["polls_left"] > 0 or (switch and switch.behaviour == "in_process"):
        return _status(call, "98", b"")
    known = office.registry.find(row["key"])
    return _status(call, row["code"], known["cdr"] if known else b"")


def spoiled(cdr: bytes, switch: Switch | None) -> bytes:
    """The CDR, unless a switch empties or corrupts it on the way."""
    return {"empty_cdr": b"", "corrupt_cdr": CORRUPT}.get(switch.behaviour if switch else "", cdr)


def _status(call: Call, code: str, content: bytes) -> bytes:
    body = base64_element("content", content) if content else ""
    return response(call.operation, f"<status>{body}{text_element('statusCode', code)}</status>")


BILL_OPERATIONS: dict[str, Operation] = {
    "sendBill": send_bill,
    "sendSummary": send_summary,
    "sendPack": send_pack,
    "getStatus": get_status,
}
