"""The SOAP client: a small template and requests, because SUNAT's live WSDL cannot be relied upon."""

import base64
import binascii
import dataclasses
from dataclasses import dataclass

import requests
from lxml import etree

from services.einvoice.sunat import answers
from services.einvoice.sunat.answers import (
    Answer,
    CredentialsRefused,
    Rejected,
    Retry,
    Ticketed,
    Unknown,
    WithReceipt,
)
from services.einvoice.sunat.safe_xml import MAX_BYTES, parse, text_of

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = "http://service.sunat.gob.pe"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TICKET_LIMIT = 60
PASSWORD_TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where and as whom we speak to SUNAT, or to an OSE, which is the same service under another URL."""

    url: str
    consult_url: str
    user: str
    """RUC and SOL user without a separator."""
    password: str
    connect_timeout: float
    read_timeout: float


class SunatClient:
    """Sends one voucher or summary, or asks what became of one. Never raises for what SUNAT or the network does."""

    def __init__(self, endpoint: Endpoint, session: requests.Session | None = None) -> None:
        """One client per thread; the session keeps the TLS connection for the next voucher."""
        self._endpoint = endpoint
        self._session = session or requests.Session()

    def send_bill(self, file_name: str, archive: bytes, *, number: str) -> Answer:
        """sendBill: hand over `file_name.zip`; `number` (F001-00000001) is checked against the receipt."""
        content = base64.b64encode(archive).decode()
        body = {"fileName": f"{file_name}.zip", "contentFile": content}
        return self._ask(self._endpoint.url, "sendBill", body, number)

    def send_summary(self, file_name: str, archive: bytes, *, number: str) -> Answer:
        """sendSummary: hand over an RC or RA (`number` RC-20261120-1); SUNAT gives a ticket and judges later."""
        content = base64.b64encode(archive).decode()
        body = {"fileName": f"{file_name}.zip", "contentFile": content}
        return self._ask(self._endpoint.url, "sendSummary", body, number)

    def get_status(self, ticket: str, *, number: str) -> Answer:
        """getStatus: what became of a ticket; the receipt must be about `number`."""
        return self._ask(self._endpoint.url, "getStatus", {"ticket": ticket}, number)

    def get_status_cdr(self, *, ruc: str, voucher_type: str, series: str, number: int) -> Answer:
        """getStatusCdr: the receipt of a voucher sent before; SUNAT keeps them for series F only (sunat.md 2.10)."""
        body = {
            "rucComprobante": ruc,
            "tipoComprobante": voucher_type,
            "serieComprobante": series,
            "numeroComprobante": str(number),
        }
        return self._ask(self._endpoint.consult_url, "getStatusCdr", body, f"{series}-{number}")

    def _ask(self, url: str, operation: str, body: dict[str, str], number: str) -> Answer:
        try:
            status, content = self._post(url, operation, body)
        except (requests.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema) as error:
            return Retry(code="", text=f"not reached: {type(error).__name__}", reached=False)
        except requests.ConnectionError as error:
            return _broken_connection(error)
        except requests.RequestException as error:
            return Unknown(text=f"no answer: {type(error).__name__}")
        return read_answer(status, content, number, about_ticket=operation == "getStatus")

    def _post(self, url: str, operation: str, body: dict[str, str]) -> tuple[int, bytes]:
        request = self._session.post(
            url,
            data=envelope(operation, body, self._endpoint.user, self._endpoint.password),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"urn:{operation}"'},
            timeout=(self._endpoint.connect_timeout, self._endpoint.read_timeout),
            allow_redirects=False,
            stream=True,
        )
        with request as response:
            return response.status_code, _read(response)


def _read(response: requests.Response) -> bytes:
    """The body, up to what a receipt can weigh; more than that is not read."""
    content = bytearray()
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > MAX_BYTES:
            break
    return bytes(content)


def envelope(operation: str, body: dict[str, str], user: str, password: str) -> bytes:
    """A SOAP 1.1 request with a WS-Security UsernameToken; parameters are unqualified (sunat.md 2.10)."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP, "ser": SERVICE, "wsse": WSSE})
    security = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Header"), f"{{{WSSE}}}Security")
    token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = user
    etree.SubElement(token, f"{{{WSSE}}}Password", Type=PASSWORD_TEXT).text = password
    call = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), f"{{{SERVICE}}}{operation}")
    for name, value in body.items():
        etree.SubElement(call, name).text = value
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def read_answer(status: int, content: bytes, number: str, *, about_ticket: bool = False) -> Answer:
    """Turn an HTTP status and a body into an answer about `number`; what is not SOAP is judged by the status.

    Where no receipt came along, the body itself goes with the answer, as evidence.
    """
    answer = _judge(status, content, number, about_ticket)
    if isinstance(answer, WithReceipt) or (isinstance(answer, Rejected) and answer.cdr is not None):
        return answer
    return dataclasses.replace(answer, evidence=content)


def _judge(status: int, content: bytes, number: str, about_ticket: bool) -> Answer:
    try:
        root = parse(content)
    except ValueError:
        return _without_soap(status)
    if etree.QName(root).localname != "Envelope":
        return _without_soap(status)
    if root.find(f".//{{{SOAP}}}Fault") is not None:
        detail = root.find(".//{*}detail")
        words = "" if detail is None else " ".join(" ".join(str(part) for part in detail.itertext()).split())
        return answers.from_fault(text_of(root, "faultcode"), text_of(root, "faultstring"), words)
    return _judge_body(root, number, about_ticket)


def _judge_body(root: etree._Element, number: str, about_ticket: bool) -> Answer:
    receipt, code = text_of(root, "applicationResponse", "content"), text_of(root, "statusCode")
    if about_ticket and code:
        return answers.from_ticket(code, text_of(root, "statusMessage"), lambda: _from_base64(receipt, number))
    if receipt:
        return _from_base64(receipt, number)
    if code:
        return answers.from_status(code, text_of(root, "statusMessage"))
    if ticket := text_of(root, "ticket"):
        return Ticketed(ticket=ticket[:TICKET_LIMIT])
    return Unknown(text="an answer without receipt, fault or status")


def _from_base64(receipt: str, number: str) -> Answer:
    try:
        return answers.from_receipt(base64.b64decode(receipt), number)
    except binascii.Error:
        return Unknown(text="unreadable receipt: not base64")


def _without_soap(status: int) -> Answer:
    if status == requests.codes.unauthorized:
        return CredentialsRefused(code="401", text="HTTP 401")
    if status == requests.codes.ok:
        return Unknown(text="an answer that is not SOAP")
    return Retry(code="", text=f"HTTP {status}", reached=status >= 500)


def _broken_connection(error: requests.ConnectionError) -> Answer:
    """A refused connection reached nobody; one that broke later may have done its work."""
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError):
        return Retry(code="", text="not reached: no connection", reached=False)
    return Unknown(text="no answer: the connection broke")
