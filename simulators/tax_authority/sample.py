"""Invented vouchers, built by SUNAT's tables and signed with a given key: for trying out the simulator.

Signed with signxml, not with this package's own `xmldsig`, so that maker and judge do not share a mistake.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from .cdr import Seal
from .checks.taxes import REASONS, TAXES
from .documents import KINDS, NS, SUNAT, UBL

RUC = "20000000001"
NAME = "COLEGIO INVENTADO DE PRUEBA"
CUSTOMERS = {"F": ("6", "20600000005", "CLINICA INVENTADA S.A.C."), "B": ("1", "00000001", "PERSONA INVENTADA")}
EXTENSION = (
    "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension></ext:UBLExtensions>"
    "<cbc:UBLVersionID>{ubl}</cbc:UBLVersionID><cbc:CustomizationID>{customization}</cbc:CustomizationID>"
)
SIGNATURE = (
    f"<cac:Signature><cbc:ID>FIRMA</cbc:ID><cac:SignatoryParty><cac:PartyIdentification><cbc:ID>{RUC}</cbc:ID>"
    f"</cac:PartyIdentification><cac:PartyName><cbc:Name>{NAME}</cbc:Name></cac:PartyName></cac:SignatoryParty>"
    "<cac:DigitalSignatureAttachment><cac:ExternalReference><cbc:URI>#FIRMA</cbc:URI></cac:ExternalReference>"
    "</cac:DigitalSignatureAttachment></cac:Signature>"
)
SUPPLIER = (
    f'<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID schemeID="6">{RUC}</cbc:ID>'
    f"</cac:PartyIdentification><cac:PartyLegalEntity><cbc:RegistrationName>{NAME}</cbc:RegistrationName>"
    "<cac:RegistrationAddress><cbc:ID>150122</cbc:ID><cbc:AddressTypeCode>0000</cbc:AddressTypeCode>"
    "<cbc:CityName>LIMA</cbc:CityName><cbc:CountrySubentity>LIMA</cbc:CountrySubentity>"
    "<cbc:District>MIRAFLORES</cbc:District><cac:AddressLine><cbc:Line>Av. Inventada 100</cbc:Line></cac:AddressLine>"
    "<cac:Country><cbc:IdentificationCode>PE</cbc:IdentificationCode></cac:Country></cac:RegistrationAddress>"
    "</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
)
SUMMARY_SUPPLIER = (
    f"<cac:AccountingSupplierParty><cbc:CustomerAssignedAccountID>{RUC}</cbc:CustomerAssignedAccountID>"
    "<cbc:AdditionalAccountID>6</cbc:AdditionalAccountID><cac:Party><cac:PartyLegalEntity>"
    f"<cbc:RegistrationName>{NAME}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"
    "</cac:AccountingSupplierParty>"
)
CASH = "<cac:PaymentTerms><cbc:ID>FormaPago</cbc:ID><cbc:PaymentMeansID>Contado</cbc:PaymentMeansID></cac:PaymentTerms>"


@dataclass(frozen=True)
class Item:
    """One line: its value without tax, and its tax in catalogue 05."""

    value: Decimal = Decimal("60.00")
    tax: str = "9998"

    @property
    def rate(self) -> Decimal:
        """Percent of IGV."""
        return Decimal(18 if self.tax == "1000" else 0)

    @property
    def due(self) -> Decimal:
        """The tax itself."""
        return (self.value * self.rate / 100).quantize(Decimal("0.01"))


def amount(name: str, value: Decimal) -> str:
    """An amount in soles."""
    return f'<cbc:{name} currencyID="PEN">{value:.2f}</cbc:{name}>'


def tax_total(items: list[Item], line: bool) -> str:
    """TaxTotal of a line (with rate and reason) or of the header (one subtotal a tax)."""
    subtotals = ""
    for tax in sorted({item.tax for item in items}):
        same = [item for item in items if item.tax == tax]
        name, code = TAXES[tax]
        detail = (
            f"<cbc:Percent>{same[0].rate}</cbc:Percent>"
            f"<cbc:TaxExemptionReasonCode>{min(REASONS[tax])}</cbc:TaxExemptionReasonCode>"
        )
        subtotals += (
            f"<cac:TaxSubtotal>{amount('TaxableAmount', sum((i.value for i in same), Decimal(0)))}"
            f"{amount('TaxAmount', sum((i.due for i in same), Decimal(0)))}<cac:TaxCategory>{detail if line else ''}"
            f"<cac:TaxScheme><cbc:ID>{tax}</cbc:ID><cbc:Name>{name}</cbc:Name><cbc:TaxTypeCode>{code}</cbc:TaxTypeCode>"
            "</cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>"
        )
    due = sum((item.due for item in items), Decimal(0))
    return f"<cac:TaxTotal>{amount('TaxAmount', due)}{subtotals}</cac:TaxTotal>"


def line_of(kind: str, number: int, item: Item) -> str:
    """One unit of a service."""
    tag, quantity = KINDS[kind].line, KINDS[kind].quantity
    return (
        f'<{tag}><cbc:ID>{number}</cbc:ID><{quantity} unitCode="ZZ">1</{quantity}>'
        f"{amount('LineExtensionAmount', item.value)}<cac:PricingReference><cac:AlternativeConditionPrice>"
        f"{amount('PriceAmount', item.value + item.due)}<cbc:PriceTypeCode>01</cbc:PriceTypeCode>"
        f"</cac:AlternativeConditionPrice></cac:PricingReference>{tax_total([item], line=True)}<cac:Item>"
        "<cbc:Description>Cuota mensual</cbc:Description></cac:Item><cac:Price>"
        f"{amount('PriceAmount', item.value)}</cac:Price></{tag}>"
    )


def customer_of(serie: str) -> str:
    """A company for series F, a person for series B."""
    kind, number, name = CUSTOMERS[serie[0]]
    return (
        f'<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID schemeID="{kind}">{number}</cbc:ID>'
        f"</cac:PartyIdentification><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        "</cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>"
    )


def totals_of(kind: str, items: list[Item]) -> str:
    """The monetary total."""
    value = sum((item.value for item in items), Decimal(0))
    gross = value + sum((item.due for item in items), Decimal(0))
    tag = KINDS[kind].total
    parts = amount("LineExtensionAmount", value) + amount("TaxInclusiveAmount", gross) + amount("PayableAmount", gross)
    return f"<{tag}>{parts}</{tag}>"


def modified(affected: tuple[str, str], reason: str) -> str:
    """What a note modifies and why."""
    kind, number = affected
    return (
        f"<cac:DiscrepancyResponse><cbc:ReferenceID>{number}</cbc:ReferenceID><cbc:ResponseCode>{reason}</cbc:ResponseCode>"
        "<cbc:Description>Anulacion de la operacion</cbc:Description></cac:DiscrepancyResponse>"
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{number}</cbc:ID>"
        f"<cbc:DocumentTypeCode>{kind}</cbc:DocumentTypeCode></cac:InvoiceDocumentReference></cac:BillingReference>"
    )


def root_of(kind: str, content: str) -> str:
    """Wrap a content in the root of its kind."""
    name = etree.QName(KINDS[kind].root)
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items() if uri.startswith((UBL, SUNAT)))
    return f'<{name.localname} xmlns="{name.namespace}" {spaces}>{content}</{name.localname}>'


def voucher(
    kind: str,
    number: str,
    issued: date,
    items: tuple[Item, ...] = (Item(),),
    affected: tuple[str, str] = ("", ""),
    reason: str = "01",
) -> str:
    """A factura, boleta or note, not yet signed."""
    legend = '<cbc:Note languageLocaleID="1000">SESENTA CON 00/100 SOLES</cbc:Note>'
    invoice = f'<cbc:InvoiceTypeCode listID="0101">{kind}</cbc:InvoiceTypeCode>' if kind in ("01", "03") else ""
    lines = "".join(line_of(kind, place, item) for place, item in enumerate(items, start=1))
    return root_of(
        kind,
        EXTENSION.format(ubl="2.1", customization="2.0")
        + f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate><cbc:IssueTime>10:00:00</cbc:IssueTime>"
        + f"{invoice}{legend}<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>"
        + ("" if invoice else modified(affected, reason))
        + f"{SIGNATURE}{SUPPLIER}{customer_of(number)}{CASH if kind == '01' else ''}"
        + f"{tax_total(list(items), line=False)}{totals_of(kind, list(items))}{lines}",
    )


def summary(kind: str, number: int, issued: date, reference: date, lines: str) -> str:
    """An RC or RA, not yet signed; `lines` come from `voided_line` or `summary_line`."""
    customization = {"RC": "1.1", "RA": "1.0"}[kind]
    return root_of(
        kind,
        EXTENSION.format(ubl="2.0", customization=customization)
        + f"<cbc:ID>{kind}-{issued:%Y%m%d}-{number}</cbc:ID><cbc:ReferenceDate>{reference}</cbc:ReferenceDate>"
        + f"<cbc:IssueDate>{issued}</cbc:IssueDate>{SIGNATURE}{SUMMARY_SUPPLIER}{lines}",
    )


def voided_line(kind: str, number: str) -> str:
    """A line of an RA."""
    serie, _dash, digits = number.partition("-")
    return (
        f"<sac:VoidedDocumentsLine><cbc:LineID>1</cbc:LineID><cbc:DocumentTypeCode>{kind}</cbc:DocumentTypeCode>"
        f"<sac:DocumentSerialID>{serie}</sac:DocumentSerialID><sac:DocumentNumberID>{digits}</sac:DocumentNumberID>"
        "<sac:VoidReasonDescription>Error de emision</sac:VoidReasonDescription></sac:VoidedDocumentsLine>"
    )


def summary_line(number: str, condition: str) -> str:
    """A line of an RC about a boleta: 1 adds it, 3 voids it."""
    return (
        "<sac:SummaryDocumentsLine><cbc:LineID>1</cbc:LineID><cbc:DocumentTypeCode>03</cbc:DocumentTypeCode>"
        f"<cbc:ID>{number}</cbc:ID><cac:AccountingCustomerParty>"
        "<cbc:CustomerAssignedAccountID>00000001</cbc:CustomerAssignedAccountID>"
        "<cbc:AdditionalAccountID>1</cbc:AdditionalAccountID></cac:AccountingCustomerParty>"
        f"<cac:Status><cbc:ConditionCode>{condition}</cbc:ConditionCode></cac:Status>"
        f'<sac:TotalAmount currencyID="PEN">60.00</sac:TotalAmount><sac:BillingPayment>'
        f"{amount('PaidAmount', Decimal(60))}<cbc:InstructionID>03</cbc:InstructionID></sac:BillingPayment>"
        f"<cac:TaxTotal>{amount('TaxAmount', Decimal(0))}<cac:TaxSubtotal>{amount('TaxAmount', Decimal(0))}"
        "<cac:TaxCategory><cbc:Percent>18.00</cbc:Percent><cac:TaxScheme><cbc:ID>1000</cbc:ID><cbc:Name>IGV</cbc:Name>"
        "<cbc:TaxTypeCode>VAT</cbc:TaxTypeCode></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"
        "</sac:SummaryDocumentsLine>"
    )


def sign(xml: str, seal: Seal) -> bytes:
    """Sign with RSA-SHA256 over C14N 1.0 and move the signature, with its Id, into the extension."""
    root = etree.fromstring(xml.encode())
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0)
    signer.excise_empty_xmlns_declarations = True
    signed = signer.sign(root, key=seal.key, cert=[seal.certificate])
    signature = signed.find("ds:Signature", NS)
    place = signed.find("ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent", NS)
    assert signature is not None
    assert place is not None
    signature.set("Id", "FIRMA")
    place.append(signature)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def pack(stem: str, xml: bytes) -> bytes:
    """The zip SUNAT wants: one file of the same name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{stem}.xml"), xml, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
