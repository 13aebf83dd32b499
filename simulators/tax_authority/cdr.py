"""The constancia de recepción: an ApplicationResponse signed with the simulator's own certificate, in a zip."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree

from . import xmldsig
from .config import LIMA
from .documents import NS, Document
from .registry import Registry

SUNAT_RUC = "20131312955"
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"


@dataclass(frozen=True)
class Seal:
    """The simulator's key and certificate, loaded once per app."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def certificate_text(self) -> str:
        """Base64 DER, as ds:X509Certificate wants it."""
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


def load_seal(registry: Registry, now: datetime) -> Seal:
    """Take the seal of an earlier start, or make one and keep it."""
    key_pem, certificate_pem = registry.secret("key"), registry.secret("certificate")
    if key_pem and certificate_pem:
        key = load_pem_private_key(key_pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return Seal(key, x509.load_pem_x509_certificate(certificate_pem))
    seal = make_seal(now)
    registry.keep_secret("key", seal.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    registry.keep_secret("certificate", seal.certificate.public_bytes(Encoding.PEM))
    return seal


def make_seal(now: datetime) -> Seal:
    """A self-signed certificate that says what it is."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SUNAT (simulador)")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=366)).not_valid_after(now + timedelta(days=3660))
    return Seal(key, builder.sign(key, hashes.SHA256()))


@dataclass(frozen=True)
class Answer:
    """What a CDR says."""

    code: str
    description: str
    notes: tuple[str, ...] = ()


def build_cdr(document: Document, answer: Answer, seal: Seal, now: datetime, encoding: str) -> bytes:
    """Give the zip: `R-<name>.xml` beside the `dummy/` entry that SUNAT's zips often carry."""
    root = etree.fromstring(_template(document, answer, now).encode())
    place = root.find("ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent", NS)
    assert place is not None
    xmldsig.sign(root, place, seal.key, seal.certificate_text, "SignatureSUNAT")
    xml = etree.tostring(root, xml_declaration=True, encoding=encoding)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("dummy/"), b"")
        archive.writestr(zipfile.ZipInfo(f"R-{document.name.stem}.xml"), xml, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _template(document: Document, answer: Answer, now: datetime) -> str:
    """IssueDate holds a dateTime, as SUNAT's own answers do, although no schema allows it."""
    local = now.astimezone(LIMA)
    notes = "".join(f"<cbc:Note>{escape(note)}</cbc:Note>" for note in answer.notes)
    number = escape(document.text("cbc:ID") or document.name.document_id)
    return f"""<ar:ApplicationResponse xmlns:ar="{ROOT}" xmlns:cac="{NS["cac"]}" xmlns:cbc="{NS["cbc"]}" \
xmlns:ext="{NS["ext"]}"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension>\
</ext:UBLExtensions><cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:CustomizationID>1.0</cbc:CustomizationID>\
<cbc:ID>{local:%Y%m%d%H%M%S%f}</cbc:ID><cbc:IssueDate>{local:%Y-%m-%dT%H:%M:%S}</cbc:IssueDate>\
<cbc:IssueTime>{local:%H:%M:%S}</cbc:IssueTime><cbc:ResponseDate>{local:%Y-%m-%d}</cbc:ResponseDate>\
<cbc:ResponseTime>{local:%H:%M:%S}</cbc:ResponseTime>{notes}<cac:Signature><cbc:ID>SignSUNAT</cbc:ID>\
<cac:SignatoryParty><cac:PartyIdentification><cbc:ID>{SUNAT_RUC}</cbc:ID></cac:PartyIdentification><cac:PartyName>\
<cbc:Name>SUNAT</cbc:Name></cac:PartyName></cac:SignatoryParty><cac:DigitalSignatureAttachment><cac:ExternalReference>\
<cbc:URI>#SignatureSUNAT</cbc:URI></cac:ExternalReference></cac:DigitalSignatureAttachment></cac:Signature>\
<cac:SenderParty><cac:PartyIdentification><cbc:ID>{SUNAT_RUC}</cbc:ID></cac:PartyIdentification></cac:SenderParty>\
<cac:ReceiverParty><cac:PartyIdentification><cbc:ID>{document.name.ruc}</cbc:ID></cac:PartyIdentification>\
</cac:ReceiverParty><cac:DocumentResponse><cac:Response><cbc:ReferenceID>{number}</cbc:ReferenceID>\
<cbc:ResponseCode>{answer.code}</cbc:ResponseCode><cbc:Description>{escape(answer.description)}</cbc:Description>\
</cac:Response><cac:DocumentReference><cbc:ID>{number}</cbc:ID></cac:DocumentReference></cac:DocumentResponse>\
</ar:ApplicationResponse>"""
