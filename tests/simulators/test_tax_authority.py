"""The simulated SUNAT answers, remembers and forgets as sunat.md 2.9 to 2.12 say the real one does."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from signxml.verifier import XMLVerifier

from simulators.tax_authority import sample
from simulators.tax_authority.app import create_app
from simulators.tax_authority.cdr import make_seal

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SEAL = make_seal(NOW)
BILL, CONSULT = "/ol-ti-itcpfegem/billService", "/ol-it-wsconscpegem/billConsultService"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


class Issuer:
    """Talks to a simulator of its own as an issuer does."""

    def __init__(self, **config: Any) -> None:
        self.now = NOW
        self.web = create_app({"clock": lambda: self.now, **config}).test_client()

    def call(self, path: str, operation: str, login: str = "20000000001MODDATOS:moddatos", **given: str) -> Any:
        user, _colon, password = login.partition(":")
        parameters = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
        body = (
            f'<e:Envelope xmlns:e="{SOAP}"><e:Header><w:Security xmlns:w="{WSSE}"><w:UsernameToken>'
            f"<w:Username>{user}</w:Username><w:Password>{password}</w:Password></w:UsernameToken></w:Security>"
            f'</e:Header><e:Body><s:{operation} xmlns:s="http://service.sunat.gob.pe">{parameters}</s:{operation}>'
            "</e:Body></e:Envelope>"
        )
        return self.web.post(path, data=body.encode(), content_type="text/xml")

    def answer(self, path: str, operation: str, **given: str) -> dict[str, str]:
        response = self.call(path, operation, **given)
        return {etree.QName(e).localname: e.text or "" for e in etree.fromstring(response.data).iter(etree.Element)}

    def send(self, kind: str, number: str, xml: bytes, operation: str = "sendBill") -> dict[str, str]:
        stem = f"{sample.RUC}-{kind}-{number}"
        content = base64.b64encode(sample.pack(stem, xml)).decode()
        return self.answer(BILL, operation, fileName=f"{stem}.zip", contentFile=content)

    def void(self, kind: str, lines: str, day: date = TODAY, number: int = 1) -> dict[str, str]:
        xml = sample.sign(sample.summary(kind, number, day, TODAY, lines), SEAL)
        return self.send(kind, f"{day:%Y%m%d}-{number}", xml, "sendSummary")

    def consult(self, operation: str, kind: str, serie: str, number: str) -> dict[str, str]:
        query = {"rucComprobante": sample.RUC, "tipoComprobante": kind, "serieComprobante": serie}
        return self.answer(CONSULT, operation, **query, numeroComprobante=number)

    def documents(self) -> list[dict[str, Any]]:
        return self.web.get("/_control/documents").get_json()["documents"]


def boleta(number: str = "B001-1", issued: date = TODAY) -> bytes:
    return sample.sign(sample.voucher("03", number, issued), SEAL)


def factura(number: str = "F001-1", issued: date = TODAY) -> bytes:
    return sample.sign(sample.voucher("01", number, issued), SEAL)


def open_cdr(content: str) -> tuple[zipfile.ZipFile, etree._Element]:
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(content)))
    (name,) = (name for name in archive.namelist() if name.endswith(".xml"))
    return archive, etree.fromstring(archive.read(name))


def response_code(content: str) -> str:
    return open_cdr(content)[1].findtext("cac:DocumentResponse/cac:Response/cbc:ResponseCode", "", NS)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def test_a_correct_boleta_gets_a_cdr_with_response_code_0(issuer: Issuer) -> None:
    answer = issuer.send("03", "B001-1", boleta())
    response = open_cdr(answer["applicationResponse"])[1].find("cac:DocumentResponse/cac:Response", NS)
    assert response is not None
    assert [child.text for child in response] == ["B001-1", "0", "La Boleta numero B001-1, ha sido aceptada"]


def test_the_cdr_zip_holds_a_dummy_folder_beside_the_xml(issuer: Issuer) -> None:
    archive, _root = open_cdr(issuer.send("03", "B001-1", boleta())["applicationResponse"])
    assert archive.namelist() == ["dummy/", f"R-{sample.RUC}-03-B001-1.xml"]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8"])
def test_the_cdr_is_signed_so_that_another_implementation_verifies_it(encoding: str) -> None:
    issuer = Issuer(cdr_encoding=encoding)
    archive, root = open_cdr(issuer.send("03", "B001-1", boleta())["applicationResponse"])
    certificate = issuer.web.application.extensions["tax_authority"].seal.certificate
    assert XMLVerifier().verify(root, x509_cert=certificate)
    assert f"encoding='{encoding}'".encode() in archive.read(archive.namelist()[1])[:60]


def test_the_issue_date_of_a_cdr_holds_a_time_too_as_sunats_does(issuer: Issuer) -> None:
    root = open_cdr(issuer.send("03", "B001-1", boleta())["applicationResponse"])[1]
    assert root.findtext("cbc:IssueDate", "", NS) == "2026-11-21T10:00:00"


def test_sending_the_same_number_again_faults_1033_and_says_it_was_informed(issuer: Issuer) -> None:
    issuer.send("03", "B001-1", boleta())
    again = issuer.send("03", "B001-1", boleta())
    assert again["faultcode"] == "soap-env:Client.1033"
    assert "fue informado anteriormente" in again["message"]


def test_leading_zeros_do_not_make_another_number(issuer: Issuer) -> None:
    issuer.send("03", "B001-1", boleta())
    again = issuer.send("03", "B001-00000001", boleta("B001-00000001"))
    assert again["faultcode"].endswith(".1033")


def test_a_rejected_number_is_spent_and_faults_1032(issuer: Issuer) -> None:
    wrong = sample.sign(sample.voucher("01", "F001-1", TODAY).replace("Contado", ""), SEAL)
    assert response_code(issuer.send("01", "F001-1", wrong)["applicationResponse"]) == "3245"
    assert issuer.send("01", "F001-1", factura())["faultcode"].endswith(".1032")


def test_a_number_stays_free_after_an_exception(issuer: Issuer) -> None:
    assert issuer.send("03", "B001-1", boleta("B001-2"))["faultcode"].endswith(".1036")
    assert response_code(issuer.send("03", "B001-1", boleta())["applicationResponse"]) == "0"


def test_the_register_tells_how_often_and_with_which_bytes_a_voucher_came(issuer: Issuer) -> None:
    xml = boleta()
    issuer.send("03", "B001-1", xml)
    issuer.send("03", "B001-1", xml)
    (document,) = issuer.documents()
    assert (document["times_sent"], document["state"], document["total"]) == (2, "accepted", "60.00")
    assert document["sha256"] == hashlib.sha256(xml).hexdigest()
    assert [attempt["outcome"] for attempt in document["attempts"]] == ["accepted", "duplicate"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("boleta.zip", b"x", "0151"),
        (f"{sample.RUC}-03-B001-1.xml", b"x", "0151"),
        ("20100000009-03-B001-1.zip", b"x", "0154"),
        (f"{sample.RUC}-RC-20261121-1.zip", b"x", "0152"),
        (f"{sample.RUC}-03-B001-1.zip", b"", "0155"),
        (f"{sample.RUC}-03-B001-1.zip", b"no es un zip", "0156"),
    ],
)
def test_a_zip_that_is_not_one_is_told_by_its_code(issuer: Issuer, name: str, content: bytes, code: str) -> None:
    answer = issuer.answer(BILL, "sendBill", fileName=name, contentFile=base64.b64encode(content).decode())
    assert answer["faultcode"] == f"soap-env:Client.{code}"
    assert issuer.documents() == []


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({}, "0157"),
        ({"nota.txt": b"x"}, "0159"),
        ({f"{sample.RUC}-03-B001-2.xml": b"<a/>"}, "0161"),
        ({f"{sample.RUC}-03-B001-1.xml": b""}, "0160"),
        ({f"{sample.RUC}-03-B001-1.xml": b"<a"}, "0306"),
        ({f"{sample.RUC}-03-B001-1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "0306"),
        ({f"{sample.RUC}-03-B001-1.xml": b" " * (9 * 1024 * 1024)}, "0156"),
    ],
)
def test_a_zip_with_the_wrong_content_is_told_by_its_code(issuer: Issuer, entries: dict[str, bytes], code: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    content = base64.b64encode(buffer.getvalue()).decode()
    answer = issuer.answer(BILL, "sendBill", fileName=f"{sample.RUC}-03-B001-1.zip", contentFile=content)
    assert answer["faultcode"] == f"soap-env:Client.{code}"


@pytest.mark.parametrize(("login", "code"), [(":", "0101"), ("20000000001MODDATOS:otra", "0102")])
def test_a_wrong_account_is_refused_before_the_file_is_opened(issuer: Issuer, login: str, code: str) -> None:
    response = issuer.call(BILL, "sendBill", login=login, fileName="x")
    assert response.status_code == 500
    assert f"soap-env:Client.{code}" in response.text


def test_the_code_of_a_fault_may_stand_in_the_faultstring_instead() -> None:
    answer = Issuer(fault_style="faultstring").answer(BILL, "sendBill", fileName="x")
    assert (answer["faultcode"], answer["faultstring"]) == ("soap-env:Client", "0151")


def test_qualified_parameters_are_not_seen(issuer: Issuer) -> None:
    response = issuer.call(BILL, "sendBill", **{'fileName xmlns="http://service.sunat.gob.pe"': "x"})
    assert response.status_code == 500


def test_send_pack_is_refused_with_0153(issuer: Issuer) -> None:
    assert issuer.answer(BILL, "sendPack", fileName="x")["faultcode"].endswith(".0153")


def test_an_ra_voids_a_factura_and_its_ticket_says_98_before_0(issuer: Issuer) -> None:
    issuer.send("01", "F001-1", factura())
    ticket = issuer.void("RA", sample.voided_line("01", "F001-1"))["ticket"]
    assert issuer.answer(BILL, "getStatus", ticket=ticket)["statusCode"] == "98"
    done = issuer.answer(BILL, "getStatus", ticket=ticket)
    assert done["statusCode"] == "0"
    assert response_code(done["content"]) == "0"
    assert issuer.consult("getStatus", "01", "F001", "1")["statusCode"] == "0003"
    assert issuer.send("01", "F001-1", factura())["faultcode"].endswith(".1032")


def test_an_rc_with_condition_3_voids_a_boleta(issuer: Issuer) -> None:
    issuer.send("03", "B001-1", boleta())
    issuer.void("RC", sample.summary_line("B001-1", "3"))
    states = {document["file_name"]: document for document in issuer.documents()}
    assert states[f"{sample.RUC}-03-B001-1"]["state"] == "voided"
    assert states[f"{sample.RUC}-03-B001-1"]["voided_by"] == f"{sample.RUC}-RC-20261121-1"


def test_an_rc_with_condition_1_registers_a_boleta(issuer: Issuer) -> None:
    issuer.void("RC", sample.summary_line("B001-7", "1"))
    assert issuer.send("03", "B001-7", boleta("B001-7"))["faultcode"].endswith(".1033")


@pytest.mark.parametrize(
    ("kind", "lines", "code"),
    [
        ("RC", sample.summary_line("B001-1", "3"), "2663"),
        ("RC", sample.summary_line("B001-1", "1").replace("<cbc:Percent>18.00</cbc:Percent>", ""), "2992"),
        ("RC", sample.summary_line("B001-1", "1").replace("<cbc:ID>1000", "<cbc:ID>2000"), "2278"),
        ("RC", sample.summary_line("F001-1", "1"), "2513"),
        ("RA", sample.voided_line("01", "F001-1"), "2105"),
        ("RA", sample.voided_line("03", "B001-1"), "2308"),
        ("RA", sample.voided_line("07", "BCN1-1"), "2345"),
    ],
)
def test_a_summary_with_errors_ends_with_99_and_a_cdr_that_says_why(kind: str, lines: str, code: str) -> None:
    issuer = Issuer(ticket_polls=0)
    status = issuer.answer(BILL, "getStatus", ticket=issuer.void(kind, lines)["ticket"])
    assert status["statusCode"] == "99"
    assert response_code(status["content"]) == code


def test_a_baja_after_seven_days_is_rejected_with_2957() -> None:
    issuer = Issuer(ticket_polls=0)
    issuer.send("01", "F001-1", factura())
    issuer.now = NOW + timedelta(days=8)
    ticket = issuer.void("RA", sample.voided_line("01", "F001-1"), day=issuer.now.date())["ticket"]
    assert response_code(issuer.answer(BILL, "getStatus", ticket=ticket)["content"]) == "2957"


def test_a_summary_sent_twice_faults_2223_and_gives_no_second_ticket(issuer: Issuer) -> None:
    line = sample.summary_line("B001-1", "1")
    issuer.void("RC", line)
    assert issuer.void("RC", line)["faultcode"].endswith(".2223")


def test_an_unknown_ticket_is_0127_with_a_content_that_is_no_cdr(issuer: Issuer) -> None:
    status = issuer.answer(BILL, "getStatus", ticket="1")
    assert status["statusCode"] == "0127"
    assert base64.b64decode(status["content"]).decode() == "El ticket no existe"


def test_the_cdr_of_a_factura_can_be_asked_for_again_byte_by_byte(issuer: Issuer) -> None:
    first = issuer.send("01", "F001-1", factura())["applicationResponse"]
    status = issuer.consult("getStatusCdr", "01", "F001", "1")
    assert (status["statusCode"], status["content"]) == ("0004", first)


@pytest.mark.parametrize(
    ("kind", "serie", "code"), [("01", "F001", "0011"), ("03", "B001", "0009"), ("07", "BCN1", "0010")]
)
def test_the_consult_service_knows_only_series_f(issuer: Issuer, kind: str, serie: str, code: str) -> None:
    assert issuer.consult("getStatus", kind, serie, "1")["statusCode"] == code


def test_a_rejected_factura_is_0002(issuer: Issuer) -> None:
    issuer.send("01", "F001-1", sample.sign(sample.voucher("01", "F001-1", TODAY).replace("Contado", ""), SEAL))
    assert issuer.consult("getStatus", "01", "F001", "1")["statusCode"] == "0002"


def test_a_restart_with_a_state_file_forgets_nothing(tmp_path: Any) -> None:
    path = tmp_path / "sunat.sqlite"
    first = Issuer(state_file=path)
    first.send("01", "F001-1", factura())
    ticket = first.void("RA", sample.voided_line("01", "F001-1"))["ticket"]
    first.web.application.extensions["tax_authority"].registry.close()
    second = Issuer(state_file=path)
    assert second.answer(BILL, "getStatus", ticket=ticket)["statusCode"] == "98"
    assert second.consult("getStatus", "01", "F001", "1")["statusCode"] == "0003"


def test_two_apps_in_one_process_share_nothing() -> None:
    Issuer().send("03", "B001-1", boleta())
    assert Issuer().documents() == []


def test_the_page_says_that_nothing_has_come_and_then_shows_it(issuer: Issuer) -> None:
    assert "Aún no ha llegado ningún comprobante" in issuer.web.get("/").text
    xml = boleta()
    issuer.send("03", "B001-1", xml)
    page = issuer.web.get("/").text
    for shown in ("B001-1", "Boleta", "PEN 60.00", "21/11/2026 10:00:00", hashlib.sha256(xml).hexdigest()):
        assert shown in page


@pytest.mark.parametrize(("path", "operation"), [(BILL, "sendBill"), (CONSULT, "getStatusCdr")])
def test_zeep_reads_the_wsdl_and_knows_the_operation(issuer: Issuer, path: str, operation: str) -> None:
    zeep = pytest.importorskip("zeep")
    description = issuer.web.get(f"{path}?wsdl").data
    client = zeep.Client(io.BytesIO(description))
    assert hasattr(client.service, operation)
    assert b"http://localhost" + path.encode() in description
