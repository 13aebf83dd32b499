"""The envelope: SUNAT's SOAP 1.1 as issuers see it, with unqualified parameters and two styles of fault."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from .documents import parse_xml
from .faults import FaultError

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = "http://service.sunat.gob.pe"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TOKEN = f"{{{SOAP}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken"

SERVER_SIDE = ("0100", "0109", "0110", *(f"{code:04d}" for code in (*range(125, 139), *range(200, 254)) if code != 127))


@dataclass(frozen=True)
class Call:
    """One request: which operation, by whom, with what."""

    operation: str
    username: str
    password: str
    parameters: dict[str, str]

    def text(self, name: str) -> str:
        """A parameter, empty if absent."""
        return self.parameters.get(name, "").strip()

    def content(self) -> bytes:
        """The decoded contentFile; what is no base64 counts as a corrupt zip (0156)."""
        try:
            return base64.b64decode("".join(self.text("contentFile").split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise FaultError("0156", str(error)) from error


def read_call(body: bytes) -> Call:
    """Read an envelope. Qualified parameters are not seen, exactly as SUNAT does not see them."""
    root = parse_xml(body)
    request = next(root.iterfind(f"{{{SOAP}}}Body/{{{SERVICE}}}*"), None)
    if root.tag != f"{{{SOAP}}}Envelope" or request is None:
        raise FaultError("0100", "solicitud sin operación")
    return Call(
        etree.QName(request).localname,
        root.findtext(f"{TOKEN}/{{{WSSE}}}Username", "").strip(),
        root.findtext(f"{TOKEN}/{{{WSSE}}}Password", "").strip(),
        {child.tag: child.text or "" for child in request.iterchildren(etree.Element) if not child.tag.startswith("{")},
    )


def envelope(body: str) -> bytes:
    """Wrap a body."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soap-env:Envelope xmlns:soap-env="{SOAP}"><soap-env:Header/>'
        f"<soap-env:Body>{body}</soap-env:Body></soap-env:Envelope>"
    ).encode()


def response(operation: str, inner: str) -> bytes:
    """Answer an operation."""
    return envelope(f'<br:{operation}Response xmlns:br="{SERVICE}">{inner}</br:{operation}Response>')


def base64_element(name: str, content: bytes) -> str:
    """One binary answer."""
    return f"<{name}>{base64.b64encode(content).decode()}</{name}>"


def text_element(name: str, text: str) -> str:
    """One text answer."""
    return f"<{name}>{escape(text)}</{name}>"


def fault(code: str, text: str, style: str) -> bytes:
    """A fault with its code in faultcode (`soap-env:Client.0306`) or in faultstring (`0306`)."""
    side = "Server" if code in SERVER_SIDE else "Client"
    if style == "faultstring":
        faultcode, faultstring = f"soap-env:{side}", code
    else:
        faultcode, faultstring = f"soap-env:{side}.{code}", text
    return envelope(
        f"<soap-env:Fault><faultcode>{faultcode}</faultcode><faultstring>{escape(faultstring)}</faultstring>"
        f"<detail><message>{escape(text)}</message></detail></soap-env:Fault>"
    )
