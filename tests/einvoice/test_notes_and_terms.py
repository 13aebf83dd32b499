"""What notes, instalments, discounts and rounding look like, and what is refused before a number is spent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from services.einvoice.documents import Adjustment, Amendment, Document, Instalment, Line, Particulars, Reference
from services.einvoice.errors import InvalidDocument
from services.einvoice.ubl import build
from tests.einvoice.facts import ROSA, a_boleta, a_factura, a_line, mixed_lines
from tests.einvoice.schemas import schema_problems
from tests.einvoice.test_ubl import NAMES, children, leaves, texts, the


def a_note(kind: str = "07", on: str = "03", code: str = "01", **changes: Any) -> Document:
    """A note on the usual boleta or factura."""
    original = a_boleta() if on == "03" else a_factura()
    amends = Amendment(voucher_type=on, number=original.id, reason_code=code, reason="ANULACIÓN DE LA OPERACIÓN")
    particulars = Particulars(amends=amends, **changes.pop("more", {}))
    letter = "B" if on == "03" else "F"
    return replace(original, type=kind, series=f"{letter}CN7", number=1, particulars=particulars, **changes)


def with_particulars(**parts: Any) -> Document:
    """The usual factura with an optional part."""
    return a_factura(lines=mixed_lines(), particulars=Particulars(**parts))


def discount(cents: int, *, affects_base: bool = True, is_charge: bool = False, base: int = 10000) -> Adjustment:
    """S/ 1.00 off and the like."""
    return Adjustment(is_charge=is_charge, affects_base=affects_base, amount_cents=cents, base_cents=base)


def total_of(document: Document) -> list[tuple[str, str]]:
    """Names and texts of the monetary total."""
    root = build(document)
    found = root.find("cac:LegalMonetaryTotal", NAMES)
    return leaves(found if found is not None else the(root, "cac:RequestedMonetaryTotal"))


def test_the_elements_of_a_credit_note_stand_in_the_order_of_sunats_table() -> None:
    """sunat.md 2.7: no InvoiceTypeCode; DiscrepancyResponse before BillingReference before Signature."""
    root = build(a_note())
    assert etree.QName(root).localname == "CreditNote"
    assert children(root) == [
        *("ext:UBLExtensions", "cbc:UBLVersionID", "cbc:CustomizationID", "cbc:ID", "cbc:IssueDate", "cbc:IssueTime"),
        *("cbc:Note", "cbc:DocumentCurrencyCode", "cac:DiscrepancyResponse", "cac:BillingReference", "cac:Signature"),
        *("cac:AccountingSupplierParty", "cac:AccountingCustomerParty", "cac:TaxTotal", "cac:LegalMonetaryTotal"),
        *("cac:CreditNoteLine", "cac:CreditNoteLine"),
    ]


def test_a_debit_note_has_its_own_total_line_and_quantity() -> None:
    """RequestedMonetaryTotal, DebitNoteLine, DebitedQuantity."""
    root = build(a_note("08"))
    assert etree.QName(root).localname == "DebitNote"
    assert children(root)[-3:] == ["cac:RequestedMonetaryTotal", "cac:DebitNoteLine", "cac:DebitNoteLine"]
    assert texts(root, "cac:DebitNoteLine/cbc:DebitedQuantity") == ["1", "1"]


def test_a_note_names_what_it_amends_and_why() -> None:
    """2172, 2136, 2524: the reference twice, the reason on one line."""
    note = a_note()
    amends = replace(note.amends, reason="Error\n en  el\tnombre")
    root = build(replace(note, particulars=Particulars(amends=amends)))
    assert [text for _, text in leaves(the(root, "cac:DiscrepancyResponse"))] == [
        "BCN7-00005170",
        "01",
        "Error en el nombre",
    ]
    assert [text for _, text in leaves(the(root, "cac:BillingReference"))] == ["BCN7-00005170", "03"]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (lambda: a_note(code="99"), "2172"),
        (lambda: a_note("08", code="05"), "2172"),
        (lambda: a_note(code="04"), "4367"),
        (lambda: replace(a_note(), series="FCN7"), "2399"),
        (lambda: replace(a_note(on="01"), customer=ROSA), "2800"),
        (lambda: replace(a_note(), particulars=Particulars()), "2524"),
        (lambda: a_note(on="01", code="13"), "3257"),
        (lambda: a_note(more={"instalments": (Instalment(amount_cents=1, due_date=date(2026, 12, 1)),)}), "3257"),
    ],
)
def test_a_note_that_sunat_would_refuse_is_refused_with_its_code(note: Any, code: str) -> None:
    """Before a number is spent; observations count too."""
    with pytest.raises(InvalidDocument, match=code):
        note()


def test_a_voucher_that_is_no_note_amends_nothing() -> None:
    """Only 07 and 08 do."""
    with pytest.raises(InvalidDocument, match="note"):
        a_boleta(particulars=a_note().particulars)


def test_a_credit_factura_lists_its_instalments() -> None:
    """sunat.md 2.4: Credito with the pending amount, then Cuota001…"""
    cuotas = tuple(Instalment(amount_cents=3000, due_date=date(2026, month, 20)) for month in (12,)) * 2
    terms = build(with_particulars(instalments=cuotas)).findall("cac:PaymentTerms", NAMES)
    assert [[text for _, text in leaves(term)] for term in terms] == [
        ["FormaPago", "Credito", "60.00"],
        ["FormaPago", "Cuota001", "30.00", "2026-12-20"],
        ["FormaPago", "Cuota002", "30.00", "2026-12-20"],
    ]


@pytest.mark.parametrize(
    ("cents", "due", "code"),
    [(19301, date(2026, 12, 20), "3265"), (100, date(2026, 11, 20), "3267"), (0, date(2026, 12, 20), "zero")],
)
def test_instalments_that_sunat_would_refuse_are_refused(cents: int, due: date, code: str) -> None:
    """More than the total, not after the day of issue, nothing."""
    with pytest.raises(InvalidDocument, match=code):
        with_particulars(instalments=(Instalment(amount_cents=cents, due_date=due),))


def test_a_line_discount_of_the_base_lowers_value_and_tax_but_not_the_unit_value() -> None:
    """3271: value = quantity x unit value - discount; code 00 of catalogue 53."""
    line = Line.valued(
        description="CURSO", unit_value=Decimal(50), quantity=Decimal(2), tax_code="10", adjustments=(discount(1000),)
    )
    root = the(build(a_boleta(lines=(line,))), "cac:InvoiceLine")
    assert texts(root, "cbc:LineExtensionAmount") == ["90.00"]
    assert texts(root, "cac:Price/cbc:PriceAmount") == ["50.00"]
    assert texts(root, "cac:TaxTotal/cbc:TaxAmount") == ["16.20"]
    assert texts(root, "cac:PricingReference//cbc:PriceAmount") == ["53.10"]
    assert [text for _, text in leaves(the(root, "cac:AllowanceCharge"))] == [
        "false",
        "00",
        "0.10000",
        "10.00",
        "100.00",
    ]


def test_a_line_discount_outside_the_base_lowers_only_what_is_paid() -> None:
    """Code 01; it adds to AllowanceTotalAmount."""
    line = Line.valued(
        description="CURSO", unit_value=Decimal(100), tax_code="10", adjustments=(discount(500, affects_base=False),)
    )
    assert total_of(a_boleta(lines=(line,))) == [
        ("LineExtensionAmount", "100.00"),
        ("TaxInclusiveAmount", "118.00"),
        ("AllowanceTotalAmount", "5.00"),
        ("PayableAmount", "113.00"),
    ]


def test_a_global_discount_of_the_base_lowers_the_gravado_base_and_its_igv() -> None:
    """Code 02; 3277 and 3291 with the discount taken off."""
    document = with_particulars(adjustments=(discount(1000),))
    root = build(document)
    assert texts(root, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount") == ["90.00", "45.00", "30.00"]
    assert texts(root, "cac:TaxTotal/cbc:TaxAmount") == ["16.20"]
    assert total_of(document)[0] == ("LineExtensionAmount", "165.00")
    assert document.total_cents == 18120


def test_global_charges_and_discounts_outside_the_base_stand_in_their_totals() -> None:
    """Codes 03 and 50."""
    outside = (discount(300, affects_base=False), discount(200, affects_base=False, is_charge=True))
    assert total_of(with_particulars(adjustments=outside)) == [
        ("LineExtensionAmount", "175.00"),
        ("TaxInclusiveAmount", "193.00"),
        ("AllowanceTotalAmount", "3.00"),
        ("ChargeTotalAmount", "2.00"),
        ("PayableAmount", "192.00"),
    ]


def test_a_factor_that_rounding_would_falsify_is_left_out() -> None:
    """4289: factor x base = amount, within one unit; on large amounts five decimals are too few."""
    large = Line.priced(description="X", price_cents=10**11 - 1, tax_code="10")
    document = a_boleta(
        lines=(large,), particulars=Particulars(adjustments=(discount(12345678, base=large.value_cents),))
    )
    assert "MultiplierFactorNumeric" not in dict(leaves(the(build(document), "cac:AllowanceCharge")))


@pytest.mark.parametrize("cents", [-100, -3, 4, 100])
def test_rounding_of_up_to_one_unit_is_paid_and_written(cents: int) -> None:
    """PayableRoundingAmount, the one amount that may be below zero."""
    document = with_particulars(rounding_cents=cents)
    assert document.total_cents == 19300 + cents
    assert ("PayableRoundingAmount", f"{Decimal(cents).scaleb(-2):.2f}") in total_of(document)


@pytest.mark.parametrize(
    "parts",
    [
        {"rounding_cents": 101},
        {"adjustments": (discount(10001),)},
    ],
)
def test_rounding_and_discounts_have_limits(parts: dict[str, Any]) -> None:
    """4317; a discount is no larger than what bears it."""
    with pytest.raises(InvalidDocument):
        with_particulars(**parts)


def test_a_global_discount_needs_lines_that_bear_it() -> None:
    """Dues are inafectas: a discount of the IGV base has nothing to lower."""
    with pytest.raises(InvalidDocument, match="gravado"):
        a_factura(particulars=Particulars(adjustments=(discount(100),)))


def test_all_optional_parts_together_keep_the_order_of_the_schema() -> None:
    """References, remarks, due date, discounts."""
    document = with_particulars(
        due_date=date(2026, 12, 20),
        adjustments=(discount(1000), discount(100, affects_base=False)),
        rounding_cents=-1,
        order_reference="OC-1",
        despatches=(Reference(number="T001-1", document_type="09"),) * 2,
        references=(Reference(number="EXP-1", document_type="99"),),
        remarks=("UNO", "DOS"),
    )
    root = build(document)
    assert [problem for problem in schema_problems(root) if "ExtensionContent" not in problem] == []
    assert len(root.findall("cac:DespatchDocumentReference", NAMES)) == 1
    assert [note.get("languageLocaleID") for note in root.findall("cbc:Note", NAMES)] == ["1000", None, None]


def test_an_anonymous_boleta_is_for_small_sums_only() -> None:
    """2514: above S/ 700 the receiver is identified."""
    nobody = replace(ROSA, document_type="0", document_number="00000000", name="CLIENTE VARIOS")
    assert a_boleta(customer=nobody, lines=(a_line(70_000),)).total_cents == 70_000
    with pytest.raises(InvalidDocument, match="2514"):
        a_boleta(customer=nobody, lines=(a_line(70_001),))


def test_a_total_that_cannot_be_written_out_is_refused() -> None:
    """999,999,999.99 is the largest."""
    assert a_boleta(lines=(a_line(99_999_999_999),)).total_cents == 99_999_999_999
    with pytest.raises(InvalidDocument, match="999,999,999"):
        a_boleta(lines=(a_line(99_999_999_999), a_line(1)))


def test_more_than_999_lines_are_refused() -> None:
    """2023."""
    with pytest.raises(InvalidDocument, match="2023"):
        a_boleta(lines=(a_line(),) * 1000)
