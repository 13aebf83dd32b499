"""Every class of answer, every spelling: sunat.md 2.10 and 2.11 as a table."""

import io
import zipfile

import pytest

from services.einvoice.errors import UnreadableCdr
from services.einvoice.sunat import (
    Accepted,
    AlreadyRegistered,
    CredentialsRefused,
    InProcess,
    NotFound,
    NotProcessed,
    Observed,
    Rejected,
    Retry,
    SummaryOnly,
    Ticketed,
    Unknown,
    read_cdr,
    zip_voucher,
)
from services.einvoice.sunat.answers import fault_code, from_receipt
from services.einvoice.sunat.client import read_answer
from services.einvoice.sunat.codes import action_for
from tests.einvoice.receipts import bill_response, cdr_xml, fault, soap, status_response, ticket_status, zipped

NUMBER = "BCN7-00005170"

FAULTS = [
    ("0100", Retry),
    ("0109", Retry),
    ("0130", Retry),
    ("0135", Retry),
    ("0138", Retry),
    ("0200", Retry),
    ("0253", Retry),
    ("0102", CredentialsRefused),
    ("0103", CredentialsRefused),
    ("0105", CredentialsRefused),
    ("0106", CredentialsRefused),
    ("0111", CredentialsRefused),
    ("0113", CredentialsRefused),
    ("0154", CredentialsRefused),
    ("0151", NotProcessed),
    ("0155", NotProcessed),
    ("0161", NotProcessed),
    ("0306", NotProcessed),
    ("1001", NotProcessed),
    ("1031", NotProcessed),
    ("1034", NotProcessed),
    ("1079", SummaryOnly),
    ("2324", AlreadyRegistered),
    ("1999", NotProcessed),
    ("0140", AlreadyRegistered),
    ("0402", AlreadyRegistered),
    ("1032", AlreadyRegistered),
    ("1033", AlreadyRegistered),
    ("2223", AlreadyRegistered),
    ("2000", Rejected),
    ("2108", Rejected),
    ("2335", Rejected),
    ("3999", Rejected),
    ("4000", Unknown),
    ("9999", Unknown),
]

STYLES = {
    "code in faultcode": lambda code: fault(f"soap-env:Client.{code}", "El texto", "El detalle"),
    "code alone in faultstring": lambda code: fault("soap-env:Client", code, "El texto"),
    "code and words in faultstring": lambda code: fault("soap-env:Server", f"{code} - El texto - Detalle: x"),
    "code and colon in faultstring": lambda code: fault("soap-env:Server", f" {code}: El texto "),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("code", "kind"), FAULTS)
def test_a_fault_is_judged_by_its_code_wherever_it_stands(code: str, kind: type, style: str) -> None:
    """sunat.md 2.10: faultcode or faultstring."""
    answer = read_answer(500, STYLES[style](code), NUMBER)
    assert type(answer) is kind
    assert answer.code == code  # type: ignore[union-attr]
    assert "El texto" in answer.text  # type: ignore[union-attr]


RECEIPTS = [
    ("0", (), Accepted),
    ("0", ("4252 - El dato ingresado - : valor (nodo: x)",), Observed),
    ("4287", (), Observed),
    ("0", ("Un aviso sin código",), Accepted),
    ("100", (), NotProcessed),
    ("1033", (), AlreadyRegistered),
    ("1079", (), SummaryOnly),
    ("1999", (), NotProcessed),
    ("2017", (), Rejected),
    ("3999", (), Rejected),
    ("abc", (), Unknown),
]


@pytest.mark.parametrize(("code", "notes", "kind"), RECEIPTS)
def test_a_receipt_is_judged_by_its_response_code(code: str, notes: tuple[str, ...], kind: type) -> None:
    """sunat.md 2.11: 0 accepted, 4000 and more observed, 2000-3999 rejected, below that an exception."""
    answer = read_answer(200, bill_response(zipped(cdr_xml(code, notes=notes))), NUMBER)
    assert type(answer) is kind


STATUSES = [
    ("0001", Retry),
    ("0002", Retry),
    ("0003", Retry),
    ("0004", Retry),
    ("0009", NotProcessed),
    ("0010", NotProcessed),
    ("0011", NotFound),
    ("0012", NotProcessed),
    ("0102", CredentialsRefused),
    ("0200", Retry),
    ("7777", Unknown),
]


@pytest.mark.parametrize(("code", "kind"), STATUSES)
def test_a_query_without_receipt_is_judged_by_its_status(code: str, kind: type) -> None:
    """sunat.md 2.10, getStatusCdr."""
    assert type(read_answer(200, status_response(code, "texto"), NUMBER)) is kind


@pytest.mark.parametrize(("status", "receipt", "kind"), [("0001", "0", Accepted), ("0004", "2335", Rejected)])
def test_a_query_with_a_receipt_is_judged_by_the_receipt(status: str, receipt: str, kind: type) -> None:
    """sunat.md 2.10: decide by CDR content first, message second."""
    content = status_response(status, "texto", zipped(cdr_xml(receipt)))
    assert type(read_answer(200, content, NUMBER)) is kind


TICKETS = [
    ("0", zipped(cdr_xml("0", reference="RC-20261120-1")), Accepted),
    ("0", zipped(cdr_xml("0", reference="RC-20261120-1", notes=("4027 - algo",))), Observed),
    ("99", zipped(cdr_xml("2957", reference="RC-20261120-1")), Rejected),
    ("99", zipped(cdr_xml("0306", reference="RC-20261120-1")), NotProcessed),
    ("0", zipped(cdr_xml("0", reference="RA-20261120-1")), Unknown),
    ("0", b"", Unknown),
    ("99", b"no es un zip", Unknown),
    ("98", b"", InProcess),
    ("0127", b"El ticket no existe", NotFound),
    ("0111", b"", CredentialsRefused),
    ("0130", b"", Retry),
    ("7777", b"", Unknown),
]


@pytest.mark.parametrize(("code", "content", "kind"), TICKETS)
def test_a_ticket_is_judged_by_its_status_and_its_receipt(code: str, content: bytes, kind: type) -> None:
    """sunat.md 2.11: 0 done, 98 in process, 99 done with errors, 0127 a content that is no receipt."""
    answer = read_answer(200, ticket_status(code, content), "RC-20261120-1", about_ticket=True)
    assert type(answer) is kind


def test_a_summary_that_was_taken_has_a_ticket() -> None:
    """sendSummary answers with nothing else."""
    answer = read_answer(200, soap("<r><ticket>1763650000001</ticket></r>"), "RC-20261120-1")
    assert isinstance(answer, Ticketed)
    assert answer.ticket == "1763650000001"


@pytest.mark.parametrize(
    ("code", "action"), [("2987", "done"), ("2323", "done"), ("2282", "done"), ("2663", "unknown")]
)
def test_which_rejections_of_a_summary_prove_that_an_earlier_one_worked(code: str, action: str) -> None:
    """As data, beside the other codes."""
    assert action_for("proves", code) == action


def test_an_answer_without_receipt_goes_with_its_own_bytes() -> None:
    """They are stored as evidence; a receipt is evidence enough."""
    body = fault("soap-env:Client.2335", "alterado")
    assert read_answer(500, body, NUMBER).evidence == body  # type: ignore[union-attr]
    assert not hasattr(read_answer(200, bill_response(zipped(cdr_xml())), NUMBER), "evidence")


SENSELESS = {
    "no body": b"",
    "html": b"<html><body>Mantenimiento</body>",
    "an empty envelope": soap(""),
    "an empty receipt": soap("<x><applicationResponse></applicationResponse></x>"),
    "a receipt that is no base64": soap("<x><applicationResponse>@@@</applicationResponse></x>"),
    "a receipt that is no zip": bill_response(b"PK nothing"),
    "a receipt with a corrupt zip": bill_response(zipped(cdr_xml())[:-30]),
    "a receipt without xml": bill_response(zipped(b"x", name="leame.txt")),
    "a receipt that is no xml": bill_response(zipped(b"<a>")),
    "a receipt without a code": bill_response(zipped(b"<a/>")),
    "a fault without a code": fault("soap-env:Server", "Internal Error"),
    "a fault that speaks of 500": fault("soap-env:Server", "500 Internal Server Error"),
    "a DOCTYPE": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
}


@pytest.mark.parametrize("what", SENSELESS)
def test_what_makes_no_sense_leaves_the_outcome_unknown(what: str) -> None:
    """Neither accepted nor rejected: ask again (greenter #41, #148)."""
    assert type(read_answer(200, SENSELESS[what], NUMBER)) is Unknown


@pytest.mark.parametrize(
    ("status", "kind", "reached"),
    [(500, Retry, True), (502, Retry, True), (503, Retry, True), (404, Retry, False), (302, Retry, False)],
)
def test_an_answer_that_is_not_soap_is_judged_by_its_status(status: int, kind: type, reached: bool) -> None:
    """An HTTP error before or behind SUNAT's door: back off, same bytes."""
    answer = read_answer(status, b"<html>", NUMBER)
    assert isinstance(answer, Retry)
    assert answer.reached is reached


def test_http_401_means_that_the_credentials_are_refused() -> None:
    """Asking again and again could lock the SOL user."""
    assert type(read_answer(401, b"", NUMBER)) is CredentialsRefused


def test_a_receipt_about_another_document_decides_nothing() -> None:
    """The wrong receipt must not make a voucher accepted."""
    answer = from_receipt(zipped(cdr_xml(reference="BCN7-00005171")), NUMBER)
    assert isinstance(answer, Unknown)


@pytest.mark.parametrize("reference", ["BCN7-5170", "BCN7-00005170", "bcn7-5170", "20000000001-03-BCN7-00005170"])
def test_a_receipt_may_spell_the_number_in_its_own_way(reference: str) -> None:
    """sunat.md 2.6: compare as (series, integer)."""
    assert isinstance(from_receipt(zipped(cdr_xml(reference=reference)), NUMBER), Accepted)


VARIANTS = {
    "prefixed, latin-1": {"prefix": "ar", "encoding": "ISO-8859-1"},
    "prefixed, utf-8": {"prefix": "ar", "encoding": "UTF-8"},
    "default namespace": {"prefix": "", "encoding": "UTF-8"},
    "notes after the response": {"notes_last": True},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_receipt_is_read_in_every_spelling(variant: str) -> None:
    """sunat.md 2.11: prefixes, encodings and positions vary."""
    xml = cdr_xml(notes=("4252 - El ñandú (nodo x)",), description="Aceptada, señor", **VARIANTS[variant])  # type: ignore[arg-type]
    cdr = read_cdr(zipped(xml))
    assert (cdr.code, cdr.description, cdr.observations) == ("0", "Aceptada, señor", ("4252 - El ñandú (nodo x)",))


@pytest.mark.parametrize("dummy", [True, False])
def test_a_receipts_zip_may_hold_an_empty_folder(dummy: bool) -> None:
    """sunat.md 2.9: take the .xml entry."""
    assert read_cdr(zipped(cdr_xml(), dummy=dummy)).code == "0"


def test_a_receipt_keeps_the_bytes_it_came_as() -> None:
    """They are stored for ever."""
    archive = zipped(cdr_xml())
    assert read_cdr(archive).data == archive


def test_a_receipt_that_would_fill_the_memory_is_not_unpacked() -> None:
    """A ZIP of 10 kB that unpacks to 6 MB (ASVS 5.2.3)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("R-x.xml", b"0" * 6 * 1024 * 1024)
    with pytest.raises(UnreadableCdr, match="size"):
        read_cdr(buffer.getvalue())


def test_a_receipt_with_entities_is_not_read() -> None:
    """ASVS 1.5.1: no DOCTYPE, no entities."""
    attack = cdr_xml().replace(b"?><", b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><', 1)
    with pytest.raises(UnreadableCdr, match="DOCTYPE"):
        read_cdr(zipped(attack))


@pytest.mark.parametrize(
    ("faultcode", "faultstring", "detail", "found"),
    [
        ("soap-env:Client.0306", "No se puede leer", "", ("0306", "No se puede leer")),
        ("soap-env:Client", "2603", "El detalle", ("2603", "El detalle")),
        ("soap-env:Server", "1033 - Ya informado", "otra cosa", ("1033", "Ya informado")),
        ("soap-env:Client.1033", "", "El comprobante fue registrado", ("1033", "El comprobante fue registrado")),
        ("soap-env:Server", "", "", ("", "")),
        ("0111", "Sin perfil", "", ("0111", "Sin perfil")),
    ],
)
def test_code_and_words_of_a_fault_are_found(
    faultcode: str, faultstring: str, detail: str, found: tuple[str, str]
) -> None:
    """sunat.md 2.10: code in faultcode or faultstring, words in faultstring or detail/message."""
    assert fault_code(faultcode, faultstring, detail) == found


@pytest.mark.parametrize("code", ["", "x", "-1", "1.5"])
def test_what_is_no_code_asks_for_no_action(code: str) -> None:
    """Unknown stays unknown."""
    assert action_for("fault", code) == "unknown"


def test_a_zip_holds_the_voucher_and_nothing_else() -> None:
    """0151 to 0161: name.zip with name.xml."""
    with zipfile.ZipFile(io.BytesIO(zip_voucher("20000000001-03-BCN7-00005170", b"<a/>"))) as archive:
        assert archive.namelist() == ["20000000001-03-BCN7-00005170.xml"]
        assert archive.read("20000000001-03-BCN7-00005170.xml") == b"<a/>"


def test_the_same_voucher_gives_the_same_zip() -> None:
    """Sent again, it is the same to the last byte, whatever the time."""
    assert zip_voucher("x", b"<a/>") == zip_voucher("x", b"<a/>")
