"""Documents of earlier years as invented issuer software once wrote and signed them, and SUNAT's receipts for them."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from simulators.tax_authority.cdr import Seal

RUC = "20000000001"
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
SPACES = {
    "cac": f"{UBL}:CommonAggregateComponents-2",
    "cbc": f"{UBL}:CommonBasicComponents-2",
    "ext": f"{UBL}:CommonExtensionComponents-2",
    "sac": f"{SUNAT}:SunatAggregateComponents-1",
    "ds": DS,
}
ROOTS = {"07": "CreditNote", "08": "DebitNote"}
LINES = {"07": ("CreditNoteLine", "CreditedQuantity"), "08": ("DebitNoteLine", "DebitedQuantity")}
PLACE = "<ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension>"
EPOCH = (2019, 7, 11, 10, 0, 0)


class OldSigner(XMLSigner):
    """Issuer software of those years signed with SHA-1, which signxml asks to be told explicitly."""

    def check_deprecated_methods(self) -> None:
        """Nothing is deprecated in 2019."""


def seal_of(name: str, ruc: str, *, since: datetime, days: int = 1095, ca: Seal | None = None) -> Seal:
    """A key with a certificate that carries a RUC in OU, self-signed or issued by an authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    attributes = [(NameOID.COUNTRY_NAME, "PE"), (NameOID.ORGANIZATIONAL_UNIT_NAME, ruc), (NameOID.COMMON_NAME, name)]
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes if value])
    issuer = ca.certificate.subject if ca else subject
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(since)
    builder = builder.not_valid_after(since + timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=not ruc, path_length=None), critical=True)
    return Seal(key, builder.sign(ca.key if ca else key, hashes.SHA256()))


@cache
def issuer() -> Seal:
    """The issuer's certificate of 2019; it expired in 2022."""
    return seal_of("CMP 2019", RUC, since=datetime(2019, 1, 1, tzinfo=UTC))


@cache
def sunat() -> Seal:
    """SUNAT's, for all these years."""
    return seal_of("SUNAT", "20131312955", since=datetime(2018, 1, 1, tzinfo=UTC), days=3650)


@cache
def stranger() -> Seal:
    """Somebody else's."""
    return seal_of("OTRO", "20512333797", since=datetime(2019, 1, 1, tzinfo=UTC), days=3650)


def sign(xml: str, seal: Seal, *, old: bool = False, encoding: str = "UTF-8") -> bytes:
    """Sign the whole document inside its last ExtensionContent: SHA-256 with exclusive C14N, or SHA-1 as of old."""
    root = etree.fromstring(xml.encode())
    signer = OldSigner(
        c14n_algorithm=(
            CanonicalizationMethod.CANONICAL_XML_1_0
            if old
            else CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
        ),
        signature_algorithm=SignatureMethod.RSA_SHA1 if old else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA1 if old else DigestAlgorithm.SHA256,
    )
    places = root.findall(".//{*}ExtensionContent")
    etree.SubElement(places[-1], f"{{{DS}}}Signature", Id="placeholder")
    signed = signer.sign(root, key=seal.key, cert=[seal.certificate])
    return etree.tostring(signed, xml_declaration=True, encoding=encoding)


def voucher(
    kind: str = "03",
    number: str = "B001-00000007",
    *,
    issued: str = "2019-07-11",
    total: str = "60.00",
    tax: str = "0.00",
    amends: tuple[str, str] = ("03", "B001-00000007"),
    document: tuple[str, str] = ("1", "01234567"),
    name: str = "PEÑA & CÍA ROSA",
    ruc: str = RUC,
    currency: str = "PEN",
    description: str = "CUOTA JULIO 2019",
) -> str:
    """UBL 2.1, not signed."""
    value = f"{float(total) - float(tax):.2f}"
    line, quantity = LINES.get(kind, ("InvoiceLine", "InvoicedQuantity"))
    totals = "RequestedMonetaryTotal" if kind == "08" else "LegalMonetaryTotal"
    code = f'<cbc:InvoiceTypeCode listID="0101">{kind}</cbc:InvoiceTypeCode>' if kind not in ROOTS else ""
    notes = (
        f"<cac:DiscrepancyResponse><cbc:ReferenceID>{amends[1]}</cbc:ReferenceID><cbc:ResponseCode>01</cbc:ResponseCode>"
        f"<cbc:Description>Anulación</cbc:Description></cac:DiscrepancyResponse><cac:BillingReference>"
        f"<cac:InvoiceDocumentReference><cbc:ID>{amends[1]}</cbc:ID><cbc:DocumentTypeCode>{amends[0]}</cbc:DocumentTypeCode>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    taxes = (
        f'<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount><cac:TaxSubtotal>'
        f'<cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount><cac:TaxCategory>'
        f"<cbc:TaxExemptionReasonCode>{'30' if tax == '0.00' else '10'}</cbc:TaxExemptionReasonCode></cac:TaxCategory>"
        "</cac:TaxSubtotal></cac:TaxTotal>"
    )
    return _root(
        ROOTS.get(kind, "Invoice"),
        f"<ext:UBLExtensions>{PLACE}</ext:UBLExtensions><cbc:UBLVersionID>2.1</cbc:UBLVersionID>"
        f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate><cbc:IssueTime>10:20:30</cbc:IssueTime>{code}"
        f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>{notes if kind in ROOTS else ''}"
        f"{_party('Supplier', '6', ruc, 'COLEGIO MÉDICO DEL PERÚ (MUESTRA)')}{_party('Customer', *document, name)}{taxes}"
        f'<cac:{totals}><cbc:LineExtensionAmount currencyID="{currency}">{value}</cbc:LineExtensionAmount>'
        f'<cbc:PayableAmount currencyID="{currency}">{total}</cbc:PayableAmount></cac:{totals}>'
        f'<cac:{line}><cbc:ID>1</cbc:ID><cbc:{quantity} unitCode="ZZ">1</cbc:{quantity}>'
        f'<cbc:LineExtensionAmount currencyID="{currency}">{value}</cbc:LineExtensionAmount>{taxes}'
        f"<cac:Item><cbc:Description>{escape(description)}</cbc:Description></cac:Item></cac:{line}>",
    )


def voucher_2_0(kind: str = "03", number: str = "B001-7", *, issued: str = "2019-07-11", total: str = "118.00") -> str:
    """UBL 2.0 as of 2019: account ids, SUNAT's totals in an extension, no hour, unusual prefixes."""
    line, quantity = LINES.get(kind, ("InvoiceLine", "InvoicedQuantity"))
    extension = (
        "<ext:UBLExtension><ext:ExtensionContent><sac:AdditionalInformation><sac:AdditionalMonetaryTotal><cbc:ID>1001"
        '</cbc:ID><cbc:PayableAmount currencyID="PEN">100.00</cbc:PayableAmount></sac:AdditionalMonetaryTotal>'
        "</sac:AdditionalInformation></ext:ExtensionContent></ext:UBLExtension>"
    )

    def party(role: str, document: str, number: str, name: str) -> str:
        return (
            f"<cac:Accounting{role}Party><cbc:CustomerAssignedAccountID>{number}</cbc:CustomerAssignedAccountID>"
            f"<cbc:AdditionalAccountID>{document}</cbc:AdditionalAccountID><cac:Party><cac:PostalAddress><cbc:ID>150122"
            f"</cbc:ID><cbc:StreetName>AV. UNO 1</cbc:StreetName></cac:PostalAddress><cac:PartyLegalEntity>"
            f"<cbc:RegistrationName>{escape(name)}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"
            f"</cac:Accounting{role}Party>"
        )

    taxes = (
        '<cac:TaxTotal><cbc:TaxAmount currencyID="PEN">18.00</cbc:TaxAmount><cac:TaxSubtotal><cac:TaxCategory>'
        "<cbc:TaxExemptionReasonCode>10</cbc:TaxExemptionReasonCode></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"
    )
    return _root(
        ROOTS.get(kind, "Invoice"),
        f"<ext:UBLExtensions>{extension}{PLACE}</ext:UBLExtensions><cbc:UBLVersionID>2.0</cbc:UBLVersionID>"
        f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate><cbc:InvoiceTypeCode>{kind}</cbc:InvoiceTypeCode>"
        f"<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>{party('Supplier', '6', RUC, 'COLEGIO MÉDICO')}"
        f"{party('Customer', '1', '01234567', 'Ñaupari Quispe Luis')}{taxes}"
        f'<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="PEN">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal>'
        f'<cac:{line}><cbc:ID>1</cbc:ID><cbc:{quantity} unitCode="NIU">1</cbc:{quantity}><cbc:LineExtensionAmount '
        f'currencyID="PEN">100.00</cbc:LineExtensionAmount>{taxes}<cac:Item><cbc:Description>CURSO</cbc:Description>'
        f"</cac:Item></cac:{line}>",
        rename={"cac": "a", "cbc": "b", "ext": "x"},
    )


def summary(kind: str, number: str, lines: list[tuple[str, str, str]], *, issued: str = "2019-07-12") -> str:
    """An RC or RA, not signed; lines are (type, number, condition)."""
    root = {"RC": "SummaryDocuments", "RA": "VoidedDocuments"}[kind]
    told = "".join(_summary_line(kind, position, *line) for position, line in enumerate(lines, start=1))
    return _root(
        root,
        f"<ext:UBLExtensions>{PLACE}</ext:UBLExtensions><cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:ID>{number}</cbc:ID>"
        f"<cbc:ReferenceDate>2019-07-11</cbc:ReferenceDate><cbc:IssueDate>{issued}</cbc:IssueDate>"
        f"<cac:AccountingSupplierParty><cbc:CustomerAssignedAccountID>{RUC}</cbc:CustomerAssignedAccountID>"
        f"<cbc:AdditionalAccountID>6</cbc:AdditionalAccountID></cac:AccountingSupplierParty>{told}",
        space=f"{SUNAT}:{root}-1",
    )


def receipt(
    number: str = "B001-00000007",
    code: str = "0",
    *,
    text: str = "La Boleta numero B001-00000007, ha sido aceptada",
    notes: tuple[str, ...] = (),
    seal: Seal | None = None,
    encoding: str = "ISO-8859-1",
    ruc: str = RUC,
    on: str = "2019-07-12",
) -> bytes:
    """SUNAT's signed ApplicationResponse."""
    told = "".join(f"<cbc:Note>{escape(note)}</cbc:Note>" for note in notes)
    xml = _root(
        "ApplicationResponse",
        f"<ext:UBLExtensions>{PLACE}</ext:UBLExtensions><cbc:ID>1</cbc:ID><cbc:IssueDate>{on}T09:00:00</cbc:IssueDate>"
        f"<cbc:ResponseDate>{on}</cbc:ResponseDate><cbc:ResponseTime>09:00:01</cbc:ResponseTime>{told}"
        f"<cac:ReceiverParty><cac:PartyIdentification><cbc:ID>{ruc}</cbc:ID></cac:PartyIdentification></cac:ReceiverParty>"
        f"<cac:DocumentResponse><cac:Response><cbc:ReferenceID>{number}</cbc:ReferenceID>"
        f"<cbc:ResponseCode>{code}</cbc:ResponseCode><cbc:Description>{escape(text)}</cbc:Description></cac:Response>"
        f"<cac:DocumentReference><cbc:ID>{number}</cbc:ID></cac:DocumentReference></cac:DocumentResponse>",
        rename={"cbc": "n2"},
    )
    return sign(xml, seal or sunat(), encoding=encoding)


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP, with the empty folder SUNAT puts in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("dummy/", EPOCH), b"")
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def pem(path: Path, *seals: Seal) -> Path:
    """A file of trusted certificates."""
    path.write_bytes(b"".join(each.certificate.public_bytes(Encoding.PEM) for each in seals))
    return path


def file_name(kind: str, number: str) -> str:
    """SUNAT's name without ending."""
    return f"{RUC}-{kind}-{number}"


def _root(name: str, content: str, *, rename: dict[str, str] | None = None, space: str = "") -> str:
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in reversed(SPACES.items()))
    xml = f'<{name} xmlns="{space or f"{UBL}:{name}-2"}" {spaces}>{content}</{name}>'
    for prefix, other in (rename or {}).items():
        for before, after in ((f"<{prefix}:", f"<{other}:"), (f"</{prefix}:", f"</{other}:")):
            xml = xml.replace(before, after)
        xml = xml.replace(f"xmlns:{prefix}=", f"xmlns:{other}=")
    return xml


def _party(role: str, document: str, number: str, name: str) -> str:
    return (
        f'<cac:Accounting{role}Party><cac:Party><cac:PartyIdentification><cbc:ID schemeID="{document}">{number}</cbc:ID>'
        f"</cac:PartyIdentification><cac:PartyLegalEntity><cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:Accounting{role}Party>"
    )


def _summary_line(kind: str, position: int, voucher_type: str, number: str, condition: str) -> str:
    if kind == "RC":
        return (
            f"<sac:SummaryDocumentsLine><cbc:LineID>{position}</cbc:LineID><cbc:DocumentTypeCode>{voucher_type}"
            f"</cbc:DocumentTypeCode><cbc:ID>{number}</cbc:ID><cac:Status><cbc:ConditionCode>{condition}"
            "</cbc:ConditionCode></cac:Status></sac:SummaryDocumentsLine>"
        )
    series, _, digits = number.partition("-")
    return (
        f"<sac:VoidedDocumentsLine><cbc:LineID>{position}</cbc:LineID><cbc:DocumentTypeCode>{voucher_type}"
        f"</cbc:DocumentTypeCode><sac:DocumentSerialID>{series}</sac:DocumentSerialID><sac:DocumentNumberID>{digits}"
        "</sac:DocumentNumberID><sac:VoidReasonDescription>ERROR</sac:VoidReasonDescription></sac:VoidedDocumentsLine>"
    )
