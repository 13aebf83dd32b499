"""Receipts [CDR] and SOAP answers in every spelling that SUNAT was seen to use (sunat.md 2.10, 2.11)."""

import base64
import io
import zipfile
from xml.sax.saxutils import escape

APPLICATION_RESPONSE = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def cdr_xml(
    code: str = "0",
    *,
    reference: str = "BCN7-00005170",
    description: str = "La Boleta numero BCN7-00005170, ha sido aceptada",
    notes: tuple[str, ...] = (),
    prefix: str = "ar",
    encoding: str = "ISO-8859-1",
    notes_last: bool = False,
) -> bytes:
    """An ApplicationResponse; its IssueDate holds a dateTime, as SUNAT's do."""
    name = f"{prefix}:ApplicationResponse" if prefix else "ApplicationResponse"
    declaration = f'xmlns:{prefix}="{APPLICATION_RESPONSE}"' if prefix else f'xmlns="{APPLICATION_RESPONSE}"'
    told = "".join(f"<cbc:Note>{escape(note)}</cbc:Note>" for note in notes)
    response = (
        f"<cac:DocumentResponse><cac:Response><cbc:ReferenceID>{reference}</cbc:ReferenceID>"
        f"<cbc:ResponseCode>{code}</cbc:ResponseCode><cbc:Description>{escape(description)}</cbc:Description>"
        f"</cac:Response><cac:DocumentReference><cbc:ID>{reference}</cbc:ID></cac:DocumentReference>"
        f"</cac:DocumentResponse>"
    )
    sender = "<cac:SenderParty><cac:PartyIdentification><cbc:ID>20131312955</cbc:ID></cac:PartyIdentification></cac:SenderParty>"
    body = sender + response + told if notes_last else told + sender + response
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><{name} {declaration} xmlns:cac="{CAC}" xmlns:cbc="{CBC}">'
        f"<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-11-20T10:00:00</cbc:IssueDate>{body}</{name}>"
    )
    return text.encode(encoding)


def zipped(xml: bytes, *, name: str = "R-20000000001-03-BCN7-00005170.xml", dummy: bool = True) -> bytes:
    """The receipt's ZIP, with the empty folder SUNAT puts in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if dummy:
            archive.writestr("dummy/", b"")
        archive.writestr(name, xml)
    return buffer.getvalue()


def soap(body: str) -> bytes:
    """A SOAP 1.1 answer."""
    return (
        f'<soap-env:Envelope xmlns:soap-env="{SOAP}"><soap-env:Body>{body}</soap-env:Body></soap-env:Envelope>'.encode()
    )


def bill_response(archive: bytes) -> bytes:
    """What sendBill answers with."""
    content = base64.b64encode(archive).decode()
    inner = f"<applicationResponse>{content}</applicationResponse>"
    return soap(f'<br:sendBillResponse xmlns:br="http://service.sunat.gob.pe">{inner}</br:sendBillResponse>')


def status_response(code: str, message: str, archive: bytes = b"") -> bytes:
    """What getStatusCdr answers with."""
    content = f"<content>{base64.b64encode(archive).decode()}</content>" if archive else ""
    status = f"<statusCdr>{content}<statusCode>{code}</statusCode><statusMessage>{message}</statusMessage></statusCdr>"
    return soap(f'<q:getStatusCdrResponse xmlns:q="http://service.sunat.gob.pe">{status}</q:getStatusCdrResponse>')


def ticket_status(code: str, content: bytes = b"") -> bytes:
    """What getStatus of a ticket answers with."""
    inner = f"<content>{base64.b64encode(content).decode()}</content>" if content else ""
    status = f"<status>{inner}<statusCode>{code}</statusCode></status>"
    return soap(f'<br:getStatusResponse xmlns:br="http://service.sunat.gob.pe">{status}</br:getStatusResponse>')


def fault(faultcode: str, faultstring: str, message: str = "") -> bytes:
    """A SOAP fault, its parts unqualified as SUNAT sends them."""
    detail = f"<detail><message>{escape(message)}</message></detail>" if message else ""
    return soap(
        f"<soap-env:Fault><faultcode>{faultcode}</faultcode><faultstring>{escape(faultstring)}</faultstring>"
        f"{detail}</soap-env:Fault>"
    )
