"""The XML we issue, judged element by element (sunat.md 2.1 to 2.4). Tests name SUNAT's rejection codes."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.einvoice.documents import Customer, Document, Line
from services.einvoice.ubl import build
from services.einvoice.ubl.elements import CAC, CBC, EXT, price, two_decimals
from tests.einvoice.facts import a_boleta, a_factura, a_line, mixed_lines

NAMES = {"cac": CAC, "cbc": CBC, "ext": EXT}
AMOUNT = re.compile(r"^(?!(0)[0-9]+$)[0-9]{1,12}(\.[0-9]{1,2})?$")
"""SUNAT's own pattern (sfs validate_utils.xsl:548)."""

HEAD = [
    *("ext:UBLExtensions", "cbc:UBLVersionID", "cbc:CustomizationID", "cbc:ID", "cbc:IssueDate", "cbc:IssueTime"),
    *("cbc:InvoiceTypeCode", "cbc:Note", "cbc:DocumentCurrencyCode", "cac:Signature"),
    *("cac:AccountingSupplierParty", "cac:AccountingCustomerParty"),
]
TAIL = ["cac:TaxTotal", "cac:LegalMonetaryTotal", "cac:InvoiceLine", "cac:InvoiceLine"]

LINE = [
    *("cbc:ID", "cbc:InvoicedQuantity", "cbc:LineExtensionAmount", "cac:PricingReference", "cac:TaxTotal"),
    *("cac:Item", "cac:Price"),
]
ADDRESS = [
    *("cbc:ID", "cbc:AddressTypeCode", "cbc:CityName", "cbc:CountrySubentity", "cbc:District"),
    *("cac:AddressLine", "cac:Country"),
]


def children(element: etree._Element) -> list[str]:
    """Prefixed names of the children in order."""
    prefixes = {uri: prefix for prefix, uri in NAMES.items()}
    found = [etree.QName(child) for child in element]
    return [f"{prefixes[name.namespace or '']}:{name.localname}" for name in found]


def texts(element: etree._Element, path: str) -> list[str]:
    """Texts of all elements on a path."""
    return [found.text or "" for found in element.findall(path, NAMES)]


def the(element: etree._Element, path: str) -> etree._Element:
    """The one element on a path."""
    found = element.findall(path, NAMES)
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


def test_the_elements_of_a_boleta_stand_in_the_order_of_the_schema() -> None:
    """sunat.md 2.1; a boleta carries no PaymentTerms (3128)."""
    assert children(build(a_boleta())) == HEAD + TAIL


def test_the_elements_of_a_factura_stand_in_the_order_of_the_schema() -> None:
    """sunat.md 2.1 and 2.4."""
    assert children(build(a_factura())) == [*HEAD, "cac:PaymentTerms", *TAIL]


def test_the_elements_of_a_line_stand_in_the_order_of_the_schema() -> None:
    """sunat.md 2.1, InvoiceLine."""
    for line in build(a_boleta(lines=mixed_lines())).findall("cac:InvoiceLine", NAMES):
        assert children(line) == LINE


def test_the_elements_of_the_issuers_address_stand_in_the_order_of_the_schema() -> None:
    """sunat.md 2.1 row 11."""
    address = the(
        build(a_boleta()), "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cac:RegistrationAddress"
    )
    assert children(address) == ADDRESS


def test_versions_number_and_type_are_what_sunat_wants() -> None:
    """2074, 2072, 1001, 1003, 3205."""
    invoice = build(a_boleta())
    assert texts(invoice, "cbc:UBLVersionID") == ["2.1"]
    assert texts(invoice, "cbc:CustomizationID") == ["2.0"]
    assert texts(invoice, "cbc:ID") == ["BCN7-00005170"]
    type_code = the(invoice, "cbc:InvoiceTypeCode")
    assert (type_code.text, dict(type_code.attrib)) == ("03", {"listID": "0101"})


def test_date_and_time_are_those_of_lima() -> None:
    """sunat.md 2.1 row 5."""
    invoice = build(a_boleta())
    assert texts(invoice, "cbc:IssueDate") + texts(invoice, "cbc:IssueTime") == ["2026-11-20", "10:00:05"]


def test_the_amount_stands_in_words_as_legend_1000() -> None:
    """3006, 3014: one note per code."""
    note = the(build(a_boleta()), "cbc:Note")
    assert (note.text, note.get("languageLocaleID")) == ("SESENTA CON 00/100 SOLES", "1000")


def test_every_amount_bears_the_documents_currency() -> None:
    """2071."""
    invoice = build(a_boleta(lines=mixed_lines()))
    amounts = [element for element in invoice.iter() if str(element.tag).endswith("Amount")]
    assert len(amounts) == 28
    assert {element.get("currencyID") for element in amounts} == {"PEN"}
    assert texts(invoice, "cbc:DocumentCurrencyCode") == ["PEN"]


def test_the_issuer_has_its_ruc_and_an_establishment_code() -> None:
    """1034, 3030, 3239: without AddressTypeCode a factura is rejected."""
    party = the(build(a_factura()), "cac:AccountingSupplierParty/cac:Party")
    identification = the(party, "cac:PartyIdentification/cbc:ID")
    assert (identification.text, identification.get("schemeID")) == ("20000000001", "6")
    assert texts(party, ".//cbc:AddressTypeCode") == ["0000"]


def test_an_empty_trade_name_is_left_out() -> None:
    """4092: PartyName never empty."""
    from dataclasses import replace

    nameless = replace(a_boleta().issuer, trade_name="")
    assert build(a_boleta(issuer=nameless)).findall("cac:AccountingSupplierParty//cac:PartyName", NAMES) == []


def test_the_customer_has_exactly_one_identification() -> None:
    """3090, 2015."""
    party = the(build(a_boleta()), "cac:AccountingCustomerParty/cac:Party")
    identification = the(party, "cac:PartyIdentification/cbc:ID")
    assert (identification.text, identification.get("schemeID")) == ("40000001", "1")
    assert texts(party, "cac:PartyLegalEntity/cbc:RegistrationName") == ["QUISPE ÑAUPARI ROSA ELVIRA"]


def test_a_factura_is_paid_in_cash() -> None:
    """3244, 3246: FormaPago Contado, without an amount."""
    terms = the(build(a_factura()), "cac:PaymentTerms")
    assert [(etree.QName(child).localname, child.text) for child in terms] == [
        ("ID", "FormaPago"),
        ("PaymentMeansID", "Contado"),
    ]


def test_an_inafecto_line_is_written_as_the_rule_sheets_want_it() -> None:
    """2992, 2371, 2377, 3110 (sunat.md 2.2)."""
    subtotal = the(build(a_boleta(lines=(a_line(6000),))), "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal")
    assert leaves(subtotal) == [
        ("TaxableAmount", "60.00"),
        ("TaxAmount", "0.00"),
        ("Percent", "0"),
        ("TaxExemptionReasonCode", "30"),
        ("ID", "9998"),
        ("Name", "INA"),
        ("TaxTypeCode", "FRE"),
    ]


def test_a_header_of_dues_alone_has_no_igv_subtotal() -> None:
    """2638, 3277: one subtotal, 9998, and no Percent at the header."""
    total = the(build(a_boleta()), "cac:TaxTotal")
    assert leaves(total) == [
        ("TaxAmount", "0.00"),
        ("TaxableAmount", "60.00"),
        ("TaxAmount", "0.00"),
        ("ID", "9998"),
        ("Name", "INA"),
        ("TaxTypeCode", "FRE"),
    ]


def test_a_mixed_document_has_one_subtotal_per_tribute() -> None:
    """2956, 3294: sums of the lines of each tribute."""
    total = the(build(a_boleta(lines=(*mixed_lines(), a_line(11800, "10")))), "cac:TaxTotal")
    assert texts(total, "cac:TaxSubtotal//cac:TaxScheme/cbc:ID") == ["1000", "9997", "9998"]
    assert texts(total, "cac:TaxSubtotal/cbc:TaxableAmount") == ["200.00", "45.00", "30.00"]
    assert texts(total, "cac:TaxSubtotal/cbc:TaxAmount") == ["36.00", "0.00", "0.00"]
    assert texts(total, "cbc:TaxAmount") == ["36.00"]


def test_a_gravado_line_bears_igv_at_18_percent() -> None:
    """Catalogue 05 1000 IGV VAT; value and price differ by the tax."""
    line = the(build(a_boleta(lines=(a_line(11800, "10"),))), "cac:InvoiceLine")
    assert texts(line, ".//cbc:Percent") == ["18.00"]
    assert texts(line, ".//cac:TaxScheme/*") == ["1000", "IGV", "VAT"]
    assert texts(line, "cac:Price/cbc:PriceAmount") == ["100.00"]
    assert texts(line, "cac:PricingReference//cbc:PriceAmount") == ["118.00"]


def test_value_price_and_payable_agree() -> None:
    """2062, 3280: LineExtension + tax = TaxInclusive = Payable."""
    total = the(build(a_boleta(lines=mixed_lines())), "cac:LegalMonetaryTotal")
    assert leaves(total) == [
        ("LineExtensionAmount", "175.00"),
        ("TaxInclusiveAmount", "193.00"),
        ("PayableAmount", "193.00"),
    ]


def test_lines_are_numbered_from_one() -> None:
    """2023, 2752: unique."""
    assert texts(build(a_boleta()), "cac:InvoiceLine/cbc:ID") == ["1", "2"]


def test_a_service_is_one_unit_zz_at_an_onerous_price() -> None:
    """2024, 2936, 2410."""
    line = build(a_boleta()).find("cac:InvoiceLine", NAMES)
    assert line is not None
    quantity = the(line, "cbc:InvoicedQuantity")
    assert (quantity.text, quantity.get("unitCode")) == ("1", "ZZ")
    assert texts(line, ".//cbc:PriceTypeCode") == ["01"]


def test_a_quantity_has_no_needless_zeros() -> None:
    """sunat.md 2.3: no exponents."""
    treatment = a_line().treatment
    line = Line(
        description="HORAS", treatment=treatment, value_cents=10000, tax_cents=0, quantity=Decimal("3.50"), unit="HUR"
    )
    written = the(build(a_boleta(lines=(line,))), "cac:InvoiceLine")
    assert texts(written, "cbc:InvoicedQuantity") == ["3.5"]
    assert texts(written, "cac:Price/cbc:PriceAmount") == ["28.5714285714"]


@pytest.mark.parametrize(
    ("amount", "written"),
    [("30", "30.00"), ("0.1", "0.10"), ("28.5714285714", "28.5714285714"), ("1E+3", "1000.00"), ("0", "0.00")],
)
def test_a_unit_price_has_two_to_ten_decimals(amount: str, written: str) -> None:
    """2068, 2369."""
    assert price(Decimal(amount)) == written


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_every_amount_fits_sunats_pattern(cents: int) -> None:
    """sunat.md 2.3."""
    assert AMOUNT.match(two_decimals(cents))


def test_text_that_looks_like_markup_stays_text() -> None:
    """A name with & and < is written escaped, and read back as it was."""
    tricky = Customer(document_type="1", document_number="40000001", name='O\'NEIL & HIJOS <S.A.> "LIMA"')
    written = etree.tostring(build(a_boleta(customer=tricky)))
    assert texts(etree.fromstring(written), "cac:AccountingCustomerParty//cbc:RegistrationName") == [tricky.name]


def test_no_element_is_empty_but_the_place_of_the_signature() -> None:
    """SUNAT refuses empty elements; the signature fills the one that is left."""
    document: Document = a_factura(lines=mixed_lines())
    empty = [
        element.tag for element in build(document).iter() if len(element) == 0 and not (element.text or "").strip()
    ]
    assert empty == [f"{{{EXT}}}ExtensionContent"]


def leaves(element: etree._Element) -> list[tuple[str, str]]:
    """(name, text) of all descendants that hold text, in order."""
    return [(etree.QName(found).localname, found.text or "") for found in element.iter() if len(found) == 0]
