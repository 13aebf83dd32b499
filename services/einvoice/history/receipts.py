"""Receipts [CDR] of earlier years: signed by SUNAT or an OSE, about one document, with a final word."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from lxml import etree

from chassis.clock import LIMA
from services.einvoice.documents import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA
from services.einvoice.history.reasons import Reason, Refused, refusing
from services.einvoice.history.signatures import read_xml, verify
from services.einvoice.history.sources import inner_file, inner_names, is_archive
from services.einvoice.history.trust import Trust
from services.einvoice.models import VoucherState
from services.einvoice.sunat.cdr import OBSERVATION
from services.einvoice.sunat.codes import action_for
from services.einvoice.sunat.safe_xml import text_of

Key = tuple[str, str, int]
"""Type, series and number; RC or RA, day and number."""

VOUCHER_NAME = re.compile(r"(?<!\d)(\d{11})-(01|03|07|08)-([A-Z0-9]{4})-(\d{1,8})(?!\d)", re.IGNORECASE)
SUMMARY_NAME = re.compile(r"(R[AC])-(\d{8})-(\d{1,5})(?!\d)", re.IGNORECASE)
NUMBER = re.compile(r"(?:\d{11}-)?(?:(0[1378])-)?([A-Z0-9]{4})-(\d{1,8})", re.IGNORECASE)
TYPE_WORDS = (
    (CREDIT_NOTE, re.compile(r"nota de cr[eé]dito", re.IGNORECASE)),
    (DEBIT_NOTE, re.compile(r"nota de d[eé]bito", re.IGNORECASE)),
    (FACTURA, re.compile(r"\bfactura\b", re.IGNORECASE)),
    (BOLETA, re.compile(r"\bboleta\b", re.IGNORECASE)),
)
STATES = {"accepted": VoucherState.ACCEPTED, "observed": VoucherState.OBSERVED, "rejected": VoucherState.REJECTED}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a receipt says of a document. `key` has no type when the receipt does not tell it."""

    key: Key
    ruc: str
    code: str
    text: str
    observations: tuple[str, ...]
    answered_at: datetime
    digest: str
    """DigestValue of the document it is about, where an OSE tells it."""
    state: VoucherState | None


def read_receipt(data: bytes, name: str) -> Receipt:
    """Read a receipt, ZIP or XML, without believing it yet. Raises Refused(BAD_CDR)."""
    with refusing(Reason.BAD_CDR):
        return _told(receipt_root(data), name)


def verified_receipt(data: bytes, name: str, trust: Trust) -> Receipt:
    """Read a receipt whose signature holds and whose signer counts. Raises Refused."""
    try:
        signed = verify(receipt_root(data))
    except Refused as refused:
        raise Refused(Reason.CDR_BAD_SIGNATURE, refused.reason) from refused
    with refusing(Reason.BAD_CDR):
        receipt = _told(signed.root, name)
    trust.check_receipt(signed.certificate, receipt.answered_at)
    return receipt


def receipt_root(data: bytes) -> etree._Element:
    """The ApplicationResponse of a receipt. Raises Refused(BAD_CDR)."""
    try:
        xml = inner_file(data, inner_names(data)[0]) if is_archive(data) else data
        root = read_xml(xml)
    except (Refused, IndexError) as error:
        raise Refused(Reason.BAD_CDR) from error
    if etree.QName(root).localname != "ApplicationResponse":
        raise Refused(Reason.BAD_CDR, "not an ApplicationResponse")
    return root


def key_of_name(name: str) -> Key | None:
    """What a SUNAT file name says the document is."""
    if found := VOUCHER_NAME.search(name):
        return found[2], found[3].upper(), int(found[4])
    if found := SUMMARY_NAME.search(name):
        return found[1].upper(), found[2], int(found[3])
    return None


def _told(root: etree._Element, name: str) -> Receipt:
    response = root.find(".//{*}DocumentResponse/{*}Response")
    about = root.find(".//{*}DocumentResponse/{*}DocumentReference")
    code = text_of(response, "ResponseCode") if response is not None else ""
    if response is None or not code:
        raise Refused(Reason.BAD_CDR, "no ResponseCode")
    text = text_of(response, "Description")
    notes = (" ".join("".join(str(part) for part in note.itertext()).split()) for note in root.findall("{*}Note"))
    observations = tuple(note for note in notes if OBSERVATION.match(note))
    reference = text_of(response, "ReferenceID") or (text_of(about, "ID") if about is not None else "")
    told_type = text_of(about, "DocumentTypeCode") if about is not None else ""
    return Receipt(
        key=_key(reference, told_type, text, name),
        ruc=_ruc(root),
        code=code,
        text=text,
        observations=observations,
        answered_at=_moment(root),
        digest=re.sub(r"\s", "", text_of(about, "DocumentHash")) if about is not None else "",
        state=_state(code, observations),
    )


def _key(reference: str, told_type: str, text: str, name: str) -> Key:
    """The document a receipt is about: by its reference; the type by its own words before the file's name."""
    if found := SUMMARY_NAME.search(reference):
        return found[1].upper(), found[2], int(found[3])
    found = NUMBER.search(reference.strip())
    if not found:
        raise Refused(Reason.BAD_CDR, "no reference")
    series, number = found[2].upper(), int(found[3])
    named = key_of_name(name)
    by_name = named[0] if named and named[1:] == (series, number) else ""
    by_words = next((kind for kind, words in TYPE_WORDS if words.search(text)), "")
    told = told_type if told_type in ("01", "03", "07", "08") else ""
    return found[1] or told or by_words or by_name, series, number


def _ruc(root: etree._Element) -> str:
    """Whose document it is, by the receiver of the receipt; empty when it does not say."""
    told = text_of(receiver, "ID") if (receiver := root.find("{*}ReceiverParty")) is not None else ""
    found = re.search(r"\d{11}", told)
    return found[0] if found else ""


def _state(code: str, observations: tuple[str, ...]) -> VoucherState | None:
    state = STATES.get(action_for("receipt", code))
    return VoucherState.OBSERVED if state == VoucherState.ACCEPTED and observations else state


def _moment(root: etree._Element) -> datetime:
    """When SUNAT answered, in Lima's time; IssueDate may hold a dateTime."""
    day = "".join(root.findtext("{*}ResponseDate") or root.findtext("{*}IssueDate") or "").strip()
    hour = (root.findtext("{*}ResponseTime") or root.findtext("{*}IssueTime") or "").strip()
    try:
        return datetime.combine(date.fromisoformat(day[:10]), clock_time(hour), LIMA).astimezone(UTC)
    except ValueError as error:
        raise Refused(Reason.BAD_CDR, "no date") from error


def clock_time(text: str) -> time:
    """Hours, minutes and seconds as written, whatever zone stands behind them; midnight when there are none."""
    found = re.match(r"(\d{2}):(\d{2})(?::(\d{2}))?", text.strip())
    return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else time()
